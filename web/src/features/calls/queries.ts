import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, ask } from "@/api/client/client";
import type { components } from "@/api/schema";
import { type Filters, toQuery } from "@/features/calls/filters";
import { callKeys } from "@/features/calls/keys";

export type Call = components["schemas"]["CallView"];
export type CallDetail = components["schemas"]["CallDetailView"];
export type Turn = components["schemas"]["TurnView"];
export type Happening = components["schemas"]["EventView"];
export type Recording = components["schemas"]["RecordingView"];

export const callsQuery = (filters: Filters, zone: string, limit = 50) =>
  infiniteQueryOptions({
    queryKey: callKeys.list({ ...toQuery(filters, zone), limit }),
    queryFn: ({ pageParam }) =>
      ask(
        api.GET("/calls", {
          params: {
            query: { ...toQuery(filters, zone), limit, ...(pageParam ? { cursor: pageParam } : {}) },
          },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => (last.has_more ? (last.next_cursor ?? null) : null),
  });

export const searchQuery = (q: string) =>
  queryOptions({
    queryKey: callKeys.search(q),
    queryFn: () => ask(api.GET("/search/turns", { params: { query: { q, limit: 50 } } })),
    staleTime: 60_000,
  });

const path = (id: string) => ({ params: { path: { id } } });

export const callQuery = (id: string) =>
  queryOptions({ queryKey: callKeys.detail(id), queryFn: () => ask(api.GET("/calls/{id}", path(id))) });

export const turnsQuery = (id: string) =>
  queryOptions({
    queryKey: callKeys.turns(id),
    queryFn: async (): Promise<Turn[]> => (await ask(api.GET("/calls/{id}/turns", path(id)))).data,
  });

export const eventsQuery = (id: string) =>
  queryOptions({
    queryKey: callKeys.events(id),
    queryFn: async (): Promise<Happening[]> => (await ask(api.GET("/calls/{id}/events", path(id)))).data,
  });

export const recordingsQuery = (id: string) =>
  queryOptions({
    queryKey: callKeys.recordings(id),
    queryFn: async () => (await ask(api.GET("/calls/{id}/recordings", path(id)))).data,
  });
