/** One stream of events for the whole tab, written into what the pages have read. */
import { type InfiniteData, type QueryClient, useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useState } from "react";
import { type ServerEvent, type Standing, watch } from "@/api/events/events";
import type { components } from "@/api/schema";
import { callKeys } from "@/features/calls/keys";

type Call = components["schemas"]["CallView"];
type CallsPage = components["schemas"]["Page_CallView"];
type Turn = components["schemas"]["TurnView"];
type Happening = components["schemas"]["EventView"];
type Told = { call_id: string; call?: Call; turn?: Turn; event?: Happening };

export const LiveContext = createContext<Standing>("connecting");
export const useLive = (): Standing => useContext(LiveContext);

/** The list with one more, or with it in the place of the one it renews, in order. */
export function put<T>(
  list: T[] | undefined,
  one: T,
  key: (t: T) => string | number,
  order: (t: T) => number,
): T[] {
  return [...(list ?? []).filter((other) => key(other) !== key(one)), one].sort(
    (a, b) => order(a) - order(b),
  );
}

/** The pages with the call as it is now, if it is on one of them. */
export function renewed(
  old: InfiniteData<CallsPage> | undefined,
  call: Call,
): InfiniteData<CallsPage> | undefined {
  const at = old?.pages.findIndex((page) => page.data.some((other) => other.id === call.id)) ?? -1;
  if (!old || at < 0) return old;
  const pages = old.pages.map((page, i) =>
    i === at
      ? { ...page, data: page.data.map((other) => (other.id === call.id ? { ...other, ...call } : other)) }
      : page,
  );
  return { ...old, pages };
}

const LISTS_EVERY_MS = 1000;
const waiting = new WeakMap<QueryClient, { again: boolean }>();

/** At once, and then once a second while calls go on changing: a busy line does not read lists without end. */
function readLists(client: QueryClient): void {
  const timer = waiting.get(client);
  if (timer) {
    timer.again = true;
    return;
  }
  void client.invalidateQueries({ queryKey: callKeys.lists });
  const started = { again: false };
  waiting.set(client, started);
  setTimeout(() => {
    waiting.delete(client);
    if (started.again) readLists(client);
  }, LISTS_EVERY_MS);
}

/** Writes into what was read; what is being read may be older than the event, and is read again. */
function write<T>(client: QueryClient, key: readonly unknown[], change: (old: T[]) => T[]): void {
  client.setQueryData(key, (old: T[] | undefined) => (old ? change(old) : old));
  if (client.getQueryState(key)?.fetchStatus === "fetching") {
    void client.invalidateQueries({ queryKey: key });
  }
}

export function apply(client: QueryClient, { name, data }: ServerEvent): void {
  if (name === "ready" || name === "missed") {
    void client.invalidateQueries({ queryKey: callKeys.all });
    return;
  }
  if (!name.startsWith("call.") && name !== "transcript.updated") return;
  const told = JSON.parse(data) as Told;
  const id = told.call_id;
  if (told.call) {
    const call = told.call;
    client.setQueryData(callKeys.detail(id), (old: Call | undefined) => (old ? { ...old, ...call } : old));
    client.setQueriesData<InfiniteData<CallsPage>>({ queryKey: callKeys.longLists }, (old) =>
      renewed(old, call),
    );
    readLists(client);
    if (name === "call.ended") void client.invalidateQueries({ queryKey: callKeys.one(id) });
  } else if (told.turn) {
    const turn = told.turn;
    const seq = (t: Turn) => t.seq;
    write<Turn>(client, callKeys.turns(id), (old) => put(old, turn, seq, seq));
  } else if (told.event) {
    const event = told.event;
    // A tool may have booked or cancelled.
    if (event.kind === "tool_answered") void client.invalidateQueries({ queryKey: ["appointments"] });
    write<Happening>(client, callKeys.events(id), (old) =>
      put(
        old,
        event,
        (e) => e.id,
        (e) => Date.parse(e.created_at),
      ),
    );
  } else {
    void client.invalidateQueries({ queryKey: callKeys.recordings(id) });
  }
}

/** What the page read just before its stream began is read again, but not while it is still being drawn. */
const FIRST_AGAIN_MS = 1000;

/** Watches while `on`; answers how the connection stands. */
export function useWatch(on: boolean): Standing {
  const client = useQueryClient();
  const [standing, setStanding] = useState<Standing>("connecting");
  useEffect(() => {
    if (!on) return;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const told = (event: ServerEvent) => {
      if (event.name === "ready" && !timer) timer = setTimeout(() => apply(client, event), FIRST_AGAIN_MS);
      else apply(client, event);
    };
    void watch(stop.signal, told, setStanding);
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [on, client]);
  return standing;
}
