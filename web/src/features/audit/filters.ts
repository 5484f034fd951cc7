/** What the log is narrowed to; all of it is in the address, so that it can be sent to somebody. */
import { dayStart } from "@/lib/dates/dates";

export interface Filters {
  /** Somebody's id. */
  actor?: string;
  /** What was done, such as `agent.published`. */
  action?: string;
  /** To what kind of thing, such as `agent`. */
  kind?: string;
  /** To which one. */
  object?: string;
  /** During which visit in the tenant's place. */
  visit?: string;
  /** Days in the tenant's zone, both included. */
  since?: string;
  until?: string;
}

const UUID = /^[0-9a-f-]{36}$/i;
const WORD = /^[a-z0-9_]+(\.[a-z0-9_]+)?$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Out of an address that anybody may have typed: what is no filter is left out. */
export function cleanFilters(search: Record<string, unknown>): Filters {
  const like = (value: unknown, form: RegExp) =>
    typeof value === "string" && form.test(value) ? value : undefined;
  const day = (value: unknown) => {
    const typed = like(value, DAY);
    return typed && !Number.isNaN(Date.parse(typed)) ? typed : undefined;
  };
  const all = {
    actor: like(search.actor, UUID),
    action: like(search.action, WORD),
    kind: like(search.kind, WORD),
    object: typeof search.object === "string" && search.object !== "" ? search.object : undefined,
    visit: like(search.visit, UUID),
    since: day(search.since),
    until: day(search.until),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Filters;
}

/** As GET /audit-log takes them. */
export function toQuery({ actor, action, kind, object, visit, since, until }: Filters, zone: string) {
  return {
    ...(actor ? { actor_id: actor } : {}),
    ...(action ? { action } : {}),
    ...(kind ? { object_kind: kind } : {}),
    ...(object ? { object_id: object } : {}),
    ...(visit ? { impersonation_id: visit } : {}),
    ...(since ? { "at[gte]": dayStart(since, zone).toISOString() } : {}),
    ...(until ? { "at[lt]": dayStart(until, zone, 1).toISOString() } : {}),
  };
}
