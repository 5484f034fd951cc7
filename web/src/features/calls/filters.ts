/** What the list of calls is narrowed to; all of it is in the address, so that it can be sent to somebody. */
import { dayStart } from "@/lib/dates/dates";
import { e164 } from "@/lib/phones/phones";

export const STATUSES = [
  "queued",
  "initiated",
  "ringing",
  "in-progress",
  "completed",
  "busy",
  "failed",
  "no-answer",
  "canceled",
] as const;
export const IVR_MODES = ["simple", "ivr", "ai-voice"] as const;
export const DIRECTIONS = ["inbound", "outbound"] as const;
export const MODES = ["live", "test"] as const;

export interface Filters {
  status?: (typeof STATUSES)[number];
  ivr_mode?: (typeof IVR_MODES)[number];
  direction?: (typeof DIRECTIONS)[number];
  mode?: (typeof MODES)[number];
  /** As typed; the server gets it as E.164. */
  from?: string;
  live?: true;
  /** Days in the tenant's zone, both included. */
  since?: string;
  until?: string;
  /** Words said in calls. */
  q?: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const one = <T extends string>(of: readonly T[], value: unknown): T | undefined =>
  of.find((word) => word === value);
const text = (value: unknown): string | undefined => {
  const typed = typeof value === "number" ? String(value) : value;
  return typeof typed === "string" && typed !== "" ? typed : undefined;
};
const day = (value: unknown): string | undefined =>
  typeof value === "string" && DAY.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined;

/** Out of an address that anybody may have typed: what is no filter is left out. */
export function cleanFilters(search: Record<string, unknown>): Filters {
  const all = {
    status: one(STATUSES, search.status),
    ivr_mode: one(IVR_MODES, search.ivr_mode),
    direction: one(DIRECTIONS, search.direction),
    mode: one(MODES, search.mode),
    from: text(search.from),
    live: search.live === true || search.live === "true" ? (true as const) : undefined,
    since: day(search.since),
    until: day(search.until),
    q: text(search.q),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Filters;
}

/** As GET /calls takes them. */
export function toQuery({ since, until, from, q: _, ...rest }: Filters, zone: string) {
  return {
    ...rest,
    ...(from ? { from: e164(from) } : {}),
    ...(since ? { "started_at[gte]": dayStart(since, zone).toISOString() } : {}),
    ...(until ? { "started_at[lt]": dayStart(until, zone, 1).toISOString() } : {}),
  };
}

/** Whether some calls are left out. */
export const narrows = (filters: Filters): boolean => Object.keys(filters).length > 0;
