import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Badge } from "@/components/ui/badge/badge";
import { hoursNowQuery } from "@/features/hours/queries";
import { dayName, draftOf, type Hours, standing } from "@/features/hours/week";
import { dayKey, hourMinute, dayName as longDay } from "@/lib/dates/dates";

/** "Open now, closes 17:00." And whose clock that is. */
export function OpenNow() {
  const now = useQuery(hoursNowQuery).data;
  if (!now) return null;
  const { open, words } = inWords(now, new Date(now.at));
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1" data-testid="open-now">
      <Badge tone={open ? "good" : "plain"}>{open ? "Open now" : "Closed now"}</Badge>
      <span>{words}</span>
      <span className="text-sm text-faint">
        Times are in {now.timezone.replaceAll("_", " ")}, where it is {hourMinute(now.at, now.timezone)}.{" "}
        <Link to="/settings" className="underline underline-offset-4">
          Change the time zone
        </Link>
      </span>
    </div>
  );
}

/** "17:00", as hours are kept. */
function wallClock(at: Date, zone: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(at);
}

export function inWords(hours: Hours, at: Date): { open: boolean; words: string } {
  const today = dayKey(at, hours.timezone);
  const { open, until } = standing(draftOf(hours), today, wallClock(at, hours.timezone));
  if (!until) return { open, words: open ? "It does not close." : "It does not open within a year." };
  const days = (Date.parse(until.date) - Date.parse(today)) / 86_400_000;
  const day =
    days === 0
      ? ""
      : days === 1
        ? "tomorrow "
        : days < 7
          ? `${dayName(WEEK[new Date(`${until.date}T00:00:00Z`).getUTCDay()] ?? "monday")} `
          : `${longDay(`${until.date}T00:00:00Z`, "UTC")}, `;
  return {
    open,
    words: `${open ? "Closes" : "Opens"} ${day}${hourMinute(`${until.date}T${until.time}:00Z`, "UTC")}`,
  };
}

const WEEK = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;
