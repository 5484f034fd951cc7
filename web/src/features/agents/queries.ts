import { queryOptions } from "@tanstack/react-query";
import { api, ask, askWithTag } from "@/api/client/client";
import type { components } from "@/api/schema";

export type Agent = components["schemas"]["AgentView"];
export type Version = components["schemas"]["VersionView"];
export type Settings = components["schemas"]["VoiceInput"];
export type Line = components["schemas"]["LineView"];
export type Menu = components["schemas"]["MenuView"];

const path = (id: string) => ({ params: { path: { id } } });

export const agentKeys = {
  all: ["agents"] as const,
  one: (id: string) => ["agents", "one", id] as const,
};

export const agentsQuery = queryOptions({
  queryKey: [...agentKeys.all, "list"],
  queryFn: async () => (await ask(api.GET("/agents"))).data,
});

/** An agent with its tag: for renaming. */
export const agentQuery = (id: string) =>
  queryOptions({
    queryKey: agentKeys.one(id),
    queryFn: () => askWithTag(api.GET("/agents/{id}", path(id))),
  });

/** The newest first. */
export const versionsQuery = (id: string) =>
  queryOptions({
    queryKey: [...agentKeys.one(id), "versions"],
    queryFn: async () => (await ask(api.GET("/agents/{id}/versions", path(id)))).data,
  });

export interface Published {
  at: string;
  by: string;
  /** Somebody of the platform, in the tenant's place. */
  inPlace: boolean;
}

/** Who published each version last, out of the log: by the version's id. */
export const publishedQuery = (id: string) =>
  queryOptions({
    queryKey: [...agentKeys.one(id), "published"],
    queryFn: async () => {
      const query = { object_kind: "agent", object_id: id, action: "agent.published", limit: 200 };
      const { data } = await ask(api.GET("/audit-log", { params: { query } }));
      const published = new Map<string, Published>();
      for (const row of data) {
        const version = (row.after as { version_id?: string } | null)?.version_id;
        if (!version || published.has(version)) continue;
        const by = row.actor_name ?? row.actor_kind;
        published.set(version, { at: row.at, by, inPlace: Boolean(row.impersonation_id) });
      }
      return published;
    },
    staleTime: 60_000,
  });

/** The lines and menus that lead to agents. */
export const waysQuery = queryOptions({
  queryKey: [...agentKeys.all, "ways"],
  queryFn: async () => {
    const [lines, menus] = await Promise.all([ask(api.GET("/phone-configs")), ask(api.GET("/ivr-menus"))]);
    return { lines: lines.data, menus: menus.data };
  },
});
