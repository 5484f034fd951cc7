/** One stream of events for the whole tab, written into what the pages have read. */
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useState } from "react";
import { type ServerEvent, type Standing, watch } from "@/api/events/events";
import type { components } from "@/api/schema";
import { callKeys } from "@/features/calls/keys";

type Call = components["schemas"]["CallView"];
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

export function apply(client: QueryClient, { name, data }: ServerEvent): void {
  if (name === "ready" || name === "missed") {
    void client.invalidateQueries({ queryKey: callKeys.all });
    return;
  }
  if (!name.startsWith("call.") && name !== "transcript.updated") return;
  const told = JSON.parse(data) as Told;
  const id = told.call_id;
  if (told.call) {
    client.setQueryData(callKeys.detail(id), (old: Call | undefined) =>
      old ? { ...old, ...told.call } : old,
    );
    void client.invalidateQueries({ queryKey: callKeys.lists });
    if (name === "call.ended") void client.invalidateQueries({ queryKey: callKeys.one(id) });
  } else if (told.turn) {
    const turn = told.turn;
    client.setQueryData(callKeys.turns(id), (old: Turn[] | undefined) =>
      old
        ? put(
            old,
            turn,
            (t) => t.seq,
            (t) => t.seq,
          )
        : old,
    );
  } else if (told.event) {
    const event = told.event;
    client.setQueryData(callKeys.events(id), (old: Happening[] | undefined) =>
      old
        ? put(
            old,
            event,
            (e) => e.id,
            (e) => Date.parse(e.created_at),
          )
        : old,
    );
  } else {
    void client.invalidateQueries({ queryKey: callKeys.recordings(id) });
  }
}

/** Watches while `on`; answers how the connection stands. */
export function useWatch(on: boolean): Standing {
  const client = useQueryClient();
  const [standing, setStanding] = useState<Standing>("connecting");
  useEffect(() => {
    if (!on) return;
    const stop = new AbortController();
    void watch(stop.signal, (event) => apply(client, event), setStanding);
    return () => stop.abort();
  }, [on, client]);
  return standing;
}
