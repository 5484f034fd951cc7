import { CalendarPlus, Trash2 } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button/button";
import { TextField } from "@/components/ui/field/field";
import { toast } from "@/components/ui/toast/toast";
import { DayRow } from "@/features/hours/day-row/day-row";
import type { Special } from "@/features/hours/week";
import { dayName } from "@/lib/dates/dates";

const inWords = (date: string) => `${dayName(`${date}T00:00:00Z`, "UTC")}, ${date.slice(0, 4)}`;

interface Props {
  dates: readonly Special[];
  /** In the tenant's zone, as `2026-11-22`. */
  today: string;
  change: (to: (dates: Special[]) => Special[]) => void;
  disabled: boolean;
}

/** Dates that differ from their weekday: holidays, a long evening. */
export function Dates({ dates, today, change, disabled }: Props) {
  const [date, setDate] = useState("");
  const [reason, setReason] = useState("");
  const [wrong, setWrong] = useState<string>();
  const put = (one: Special) =>
    change((list) =>
      [...list.filter((d) => d.date !== one.date), one].sort((a, b) => a.date.localeCompare(b.date)),
    );
  const add = () => {
    if (!date) return setWrong("Choose a date.");
    if (dates.some((d) => d.date === date)) return setWrong("This date is in the list.");
    put({ date, spans: [], reason });
    setDate("");
    setReason("");
    setWrong(undefined);
  };
  const remove = (one: Special) => {
    change((list) => list.filter((d) => d.date !== one.date));
    toast({ text: `${inWords(one.date)} is as its weekday`, undo: () => put(one) });
  };
  const coming = dates.filter((d) => d.date >= today);
  const past = dates.length - coming.length;
  return (
    <>
      {dates.length === 0 && (
        <p className="text-faint">No date differs. Add holidays, so that callers hear that you are closed.</p>
      )}
      <div className="divide-y divide-line">
        {coming.map((one) => (
          <DayRow
            key={one.date}
            name={inWords(one.date)}
            spans={one.spans}
            usual={[]}
            disabled={disabled}
            change={(spans) => put({ ...one, spans })}
          >
            <div className="flex basis-full flex-wrap items-end gap-2">
              <TextField
                label={`Reason for ${inWords(one.date)}`}
                hideLabel
                placeholder="Reason"
                className="max-w-xs flex-1"
                maxLength={200}
                value={one.reason}
                disabled={disabled}
                onChange={(event) => put({ ...one, reason: event.target.value })}
              />
              {!disabled && (
                <Button
                  look="quiet"
                  size="icon"
                  aria-label={`Remove ${inWords(one.date)}`}
                  onClick={() => remove(one)}
                >
                  <Trash2 aria-hidden />
                </Button>
              )}
            </div>
          </DayRow>
        ))}
      </div>
      {past > 0 && (
        <p className="py-2 text-sm text-faint">
          {past === 1 ? "One date is" : `${past} dates are`} over.{" "}
          {!disabled && (
            <Button look="link" size="small" onClick={() => change((l) => l.filter((d) => d.date >= today))}>
              Take what is over away
            </Button>
          )}
        </p>
      )}
      {!disabled && (
        <div className="mt-3 flex flex-wrap items-start gap-3 border-t border-line pt-4">
          <TextField
            label="Date"
            type="date"
            min={today}
            error={wrong}
            value={date}
            onChange={(event) => setDate(event.target.value)}
          />
          <TextField
            label="Reason"
            placeholder="Christmas"
            className="max-w-xs flex-1"
            maxLength={200}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== "Enter") return;
              event.preventDefault();
              add();
            }}
          />
          <Button className="mt-6.5" onClick={add}>
            <CalendarPlus aria-hidden /> Add date
          </Button>
        </div>
      )}
    </>
  );
}
