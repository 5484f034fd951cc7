/** Times as the server says them (RFC 3339, UTC), shown in the tenant's zone and the reader's language. */

const formats = new Map<string, Intl.DateTimeFormat>();

function format(timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = timeZone + JSON.stringify(options);
  let made = formats.get(key);
  if (!made) {
    made = new Intl.DateTimeFormat(undefined, { ...options, timeZone });
    formats.set(key, made);
  }
  return made;
}

/** "Nov 21, 2026, 3:04 PM" */
export function dateTime(at: string, zone: string): string {
  return format(zone, { dateStyle: "medium", timeStyle: "short" }).format(new Date(at));
}

/** "3:04:05 PM" */
export function clockTime(at: string, zone: string): string {
  return format(zone, { timeStyle: "medium" }).format(new Date(at));
}

/** "3:04 PM" */
export function hourMinute(at: string, zone: string): string {
  return format(zone, { timeStyle: "short" }).format(new Date(at));
}

/** "Saturday, November 21" */
export function dayName(at: string, zone: string): string {
  return format(zone, { weekday: "long", month: "long", day: "numeric" }).format(new Date(at));
}

/** "December 1" */
export function dayAndMonth(at: string, zone: string): string {
  return format(zone, { month: "long", day: "numeric" }).format(new Date(at));
}

/** "November 2026", of `2026-11`. */
export function monthName(month: string): string {
  return format("UTC", { month: "long", year: "numeric" }).format(new Date(`${month}-15T00:00:00Z`));
}

/** The calendar day of a moment in a zone, as `2026-11-21`. */
export function dayKey(at: Date, zone: string): string {
  const parts = format(zone, { year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(at);
  const part = (type: string) => parts.find((p) => p.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}`;
}

/** How far a zone's clock is ahead of UTC at a moment, in milliseconds. */
function ahead(at: Date, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).formatToParts(at);
  const part = (type: string) => Number(parts.find((p) => p.type === type)?.value);
  const wall = Date.UTC(
    part("year"),
    part("month") - 1,
    part("day"),
    part("hour"),
    part("minute"),
    part("second"),
  );
  return wall - Math.floor(at.getTime() / 1000) * 1000;
}

/** The moment of a wall clock's time, such as `2026-11-21T15:00`, in a zone. */
export function wallTime(wall: string, zone: string): Date {
  const utc = new Date(`${wall}Z`);
  // The offset of a first guess, then that of the result: right on both sides of a clock change.
  const guess = new Date(utc.getTime() - ahead(utc, zone));
  return new Date(utc.getTime() - ahead(guess, zone));
}

/** When a calendar day (`2026-11-21`) begins in a zone; `days` later or earlier if wanted. */
export function dayStart(day: string, zone: string, days = 0): Date {
  const moved = new Date(`${day}T00:00:00Z`);
  moved.setUTCDate(moved.getUTCDate() + days);
  return wallTime(`${moved.toISOString().slice(0, 10)}T00:00:00`, zone);
}

/** The reader's own zone, until the tenant's is known. */
export const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
