import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, ask, once } from "@/api/client/client";
import type { components } from "@/api/schema";
import { type Filters, toQuery } from "@/features/calls/filters";
import { callKeys } from "@/features/calls/keys";

export type Call = components["schemas"]["CallView"];
export type CallDetail = components["schemas"]["CallDetailView"];
export type Turn = components["schemas"]["TurnView"];
export type Happening = components["schemas"]["EventView"];
export type Recording = components["schemas"]["RecordingView"];

export type CallsPage = components["schemas"]["Page_CallView"];

const LONG_PAGE = 100;

const readCalls = (filters: Filters, zone: string, limit: number, cursor: string | null) =>
  ask(
    api.GET("/calls", {
      params: { query: { ...toQuery(filters, zone), limit, ...(cursor ? { cursor } : {}) } },
    }),
  );

/** The first calls that the filters let through. Read again whenever a call begins, changes or ends. */
export const callsQuery = (filters: Filters, zone: string, limit = LONG_PAGE) =>
  queryOptions({
    queryKey: callKeys.list({ ...toQuery(filters, zone), limit }),
    queryFn: () => readCalls(filters, zone, limit, null),
  });

/** All of them, page by page; each page is read once. */
export const longListQuery = (filters: Filters, zone: string) =>
  infiniteQueryOptions({
    queryKey: callKeys.longList(toQuery(filters, zone)),
    queryFn: ({ pageParam }) => readCalls(filters, zone, LONG_PAGE, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => (last.has_more ? (last.next_cursor ?? null) : null),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The first page as it is now, and behind it what was read before; `null` if something is missing between. */
export function joined(head: CallsPage | undefined, pages: CallsPage[]): Call[] | null {
  const read = pages.flatMap((page) => page.data);
  if (!head || head === pages[0]) return read;
  if (!head.has_more) return head.data;
  const last = head.data.at(-1)?.id;
  const at = read.findIndex((call) => call.id === last);
  if (at < 0) return null;
  const first = new Set(head.data.map((call) => call.id));
  return [...head.data, ...read.slice(at + 1).filter((call) => !first.has(call.id))];
}

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

export type Note = components["schemas"]["NoteView"];

export const notesQuery = (id: string) =>
  queryOptions({
    queryKey: callKeys.notes(id),
    queryFn: async (): Promise<Note[]> => (await ask(api.GET("/calls/{id}/notes", path(id)))).data,
  });

export const relatedQuery = (id: string) =>
  queryOptions({
    queryKey: callKeys.related(id),
    queryFn: async () => (await ask(api.GET("/calls/{id}/related", path(id)))).data,
    staleTime: 60_000,
  });

export const sharesQuery = (id: string) =>
  queryOptions({
    queryKey: callKeys.shares(id),
    queryFn: async () => (await ask(api.GET("/calls/{id}/shares", path(id)))).data,
  });

/** The tags that the tenant's calls have. */
export const tagsQuery = queryOptions({
  queryKey: callKeys.tags,
  queryFn: async () => (await ask(api.GET("/tags", {}))).data,
  staleTime: 60_000,
});

/** How long callers of the tenant wait, stage by stage. */
export const latencyQuery = (days: number) =>
  queryOptions({
    queryKey: callKeys.latency(days),
    queryFn: () => ask(api.GET("/calls/latency", { params: { query: { days } } })),
    staleTime: 10 * 60_000,
  });

const sound = (id: string, recording_id: string) => ({ path: { id, recording_id } });

export const peaksQuery = (id: string, recording: string) =>
  queryOptions({
    queryKey: callKeys.peaks(id, recording),
    queryFn: () =>
      ask(
        api.GET("/calls/{id}/recordings/{recording_id}/peaks", {
          params: { ...sound(id, recording), query: { points: 2000 } },
        }),
      ),
    staleTime: 5 * 60_000,
  });

/** A path of the recording's sound that a player can read; it is good for an hour. */
export const soundQuery = (id: string, recording: string) =>
  queryOptions({
    queryKey: callKeys.link(id, recording),
    queryFn: () =>
      ask(
        api.POST("/calls/{id}/recordings/{recording_id}/link", {
          params: { ...sound(id, recording), header: once() },
        }),
      ),
    staleTime: 50 * 60_000,
    gcTime: 50 * 60_000,
  });

/** The contact of a number; `null` for a number that nobody wrote down. */
export const contactQuery = (number: string | null) =>
  queryOptions({
    queryKey: ["contacts", "of", number],
    queryFn: async () => {
      const found = await ask(api.GET("/contacts", { params: { query: { q: number ?? "", limit: 5 } } }));
      return found.data.find((contact) => contact.number === number) ?? null;
    },
    enabled: number !== null,
    staleTime: 60_000,
  });

/** Which agent, in which version, held the call. */
export const agentVersionQuery = (version: string | null) =>
  queryOptions({
    queryKey: ["agents", "of version", version],
    queryFn: async () => {
      const agents = (await ask(api.GET("/agents", {}))).data;
      // The one whose published version it is comes first: mostly it is that.
      agents.sort((a) => (a.published_version_id === version ? -1 : 0));
      for (const agent of agents) {
        const params = { path: { id: agent.id } };
        const versions = (await ask(api.GET("/agents/{id}/versions", { params }))).data;
        const held = versions.find((one) => one.id === version);
        if (held) return { agent: agent.name, version: held.version };
      }
      return null;
    },
    enabled: version !== null,
    staleTime: 5 * 60_000,
  });
