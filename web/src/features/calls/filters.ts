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

export const SORTS = [
  "-started_at",
  "started_at",
  "-duration_ms",
  "duration_ms",
  "from",
  "-from",
  "status",
  "-status",
] as const;
export type Sort = (typeof SORTS)[number];
export const NEWEST_FIRST: Sort = "-started_at";

export const OUTCOMES = [
  "appointment_scheduled",
  "appointment_moved",
  "appointment_cancelled",
  "message_taken",
  "transferred",
  "voicemail",
  "informed",
] as const;

export interface Filters {
  status?: (typeof STATUSES)[number];
  ivr_mode?: (typeof IVR_MODES)[number];
  direction?: (typeof DIRECTIONS)[number];
  mode?: (typeof MODES)[number];
  /** As typed; the server gets it as E.164. */
  from?: string;
  live?: true;
  outcome?: (typeof OUTCOMES)[number];
  tag?: string;
  recorded?: true;
  /** Days in the tenant's zone, both included. */
  since?: string;
  until?: string;
  /** Words said in calls. */
  q?: string;
  /** No filter, but in the address with them. */
  sort?: Sort;
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
    outcome: one(OUTCOMES, search.outcome),
    tag: text(search.tag),
    recorded: search.recorded === true || search.recorded === "true" ? (true as const) : undefined,
    since: day(search.since),
    until: day(search.until),
    q: text(search.q),
    sort: one(SORTS, search.sort),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Filters;
}

/** As GET /calls takes them. */
export function toQuery({ since, until, from, recorded, q: _, ...rest }: Filters, zone: string) {
  return {
    ...rest,
    ...(recorded ? { has_recording: true } : {}),
    ...(from ? { from: e164(from) } : {}),
    ...(since ? { "started_at[gte]": dayStart(since, zone).toISOString() } : {}),
    ...(until ? { "started_at[lt]": dayStart(until, zone, 1).toISOString() } : {}),
  };
}

/** Whether some calls are left out. */
export const narrows = ({ sort: _, ...filters }: Filters): boolean => Object.keys(filters).length > 0;
