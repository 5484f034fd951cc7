/** Business hours as a week of spans and dates that differ. Times are the tenant's wall clock, as `HH:MM`. */
import type { components } from "@/api/schema";

export type Hours = components["schemas"]["HoursView"];
export type HoursPatch = components["schemas"]["HoursInputPatch"];
export type Span = components["schemas"]["IntervalInput"];

export const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;
export type Day = (typeof DAYS)[number];

export const dayName = (day: Day): string => day[0]?.toUpperCase() + day.slice(1);

/** A date that differs; without spans it is closed. */
export interface Special {
  date: string;
  spans: Span[];
  reason: string;
}
export interface Draft {
  week: Record<Day, Span[]>;
  dates: Special[];
}

export function draftOf(hours: Hours): Draft {
  const week = Object.fromEntries(DAYS.map((day) => [day, hours[day] ?? []])) as Record<Day, Span[]>;
  const dates = Object.entries(hours.exceptions ?? {}).map(([date, given]) => ({
    date,
    spans: given.intervals ?? [],
    reason: given.reason ?? "",
  }));
  return { week, dates: dates.sort((a, b) => a.date.localeCompare(b.date)) };
}

/** What is to be sent: days that differ from what was seen, and dates, `null` for those that are gone. */
export function patchOf(draft: Draft, seen: Draft): HoursPatch {
  const patch: HoursPatch = {};
  for (const day of DAYS) if (!same(draft.week[day], seen.week[day])) patch[day] = draft.week[day];
  const exceptions: Record<string, unknown> = {};
  for (const { date } of seen.dates) if (!draft.dates.some((d) => d.date === date)) exceptions[date] = null;
  for (const one of draft.dates)
    if (
      !same(
        one,
        seen.dates.find((d) => d.date === one.date),
      )
    )
      exceptions[one.date] = { intervals: one.spans, reason: one.reason.trim() || null };
  if (Object.keys(exceptions).length > 0)
    patch.exceptions = exceptions as NonNullable<HoursPatch["exceptions"]>;
  return patch;
}

export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What is wrong with a day, if anything is. */
export function fault(spans: readonly Span[]): string | null {
  for (const [n, span] of spans.entries()) {
    if (!span.opens || !span.closes) return "Set both times.";
    if (span.opens >= span.closes) return "It must close after it opens. A night is two spans.";
    const before = spans[n - 1];
    if (before && before.closes > span.opens) return "Spans come in order and do not overlap.";
  }
  return null;
}

/** What somebody typed over `then`, typed over `is`: what they did not touch is as it is. */
export function rebased(typed: Draft, then: Draft, is: Draft): Draft {
  const day = (name: Day) => (same(typed.week[name], then.week[name]) ? is : typed).week[name];
  return {
    week: Object.fromEntries(DAYS.map((name) => [name, day(name)])) as Draft["week"],
    dates: (same(typed.dates, then.dates) ? is : typed).dates,
  };
}

export const spell = (spans: readonly Span[]): string =>
  spans.length === 0 ? "closed" : spans.map((s) => `${s.opens}–${s.closes}`).join(", ");

/** Another span behind those of the day, where there is room for it. */
export function oneMore(spans: readonly Span[]): Span[] | null {
  const last = spans.at(-1);
  if (!last) return [{ opens: "09:00", closes: "17:00" }];
  const hour = Number(last.closes.slice(0, 2)) + 1;
  if (!last.closes || hour > 22) return null;
  const at = (h: number) => `${String(h).padStart(2, "0")}:00`;
  return [...spans, { opens: at(hour), closes: at(Math.min(hour + 4, 23)) }];
}

const weekdayOf = (date: string): Day => DAYS[(new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7] as Day;

function next(date: string): string {
  const at = new Date(`${date}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + 1);
  return at.toISOString().slice(0, 10);
}

const on = (hours: Draft, date: string): readonly Span[] =>
  hours.dates.find((d) => d.date === date)?.spans ?? hours.week[weekdayOf(date)];

export interface Standing {
  open: boolean;
  /** When that changes; `null`: not within a year. */
  until: { date: string; time: string } | null;
}

/** Whether it is open at a wall clock's time, and until when. */
export function standing(hours: Draft, today: string, time: string): Standing {
  const open = on(hours, today).some((s) => s.opens <= time && time < s.closes);
  let date = today;
  for (let days = 0; days < 366; days += 1) {
    for (const span of on(hours, date)) {
      const edge = open ? span.closes : span.opens;
      const later = date > today || edge > time;
      // What opens at the very minute that something closes goes on.
      const goesOn = open && on(hours, date).some((s) => s.opens === edge);
      if (later && !goesOn) return { open, until: { date, time: edge } };
    }
    date = next(date);
  }
  return { open, until: null };
}
