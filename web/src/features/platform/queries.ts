/** What the platform's pages share: lists that go on, features, plans, packs, integrations. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, ask } from "@/api/client/client";

interface Page<T> {
  data: T[];
  has_more: boolean;
  next_cursor?: string | null;
}

/** A list of the API, page by page. */
export function paged<T>(queryKey: readonly unknown[], read: (at: { cursor?: string }) => Promise<Page<T>>) {
  return infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam }) => read(pageParam ? { cursor: pageParam } : {}),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => (last.has_more ? (last.next_cursor ?? null) : null),
    placeholderData: (before) => before,
  });
}

export const plansQuery = queryOptions({
  queryKey: ["admin", "plans"],
  queryFn: async () => (await ask(api.GET("/admin/plans"))).data,
});

export const integrationsQuery = queryOptions({
  queryKey: ["admin", "integrations"],
  queryFn: async () => (await ask(api.GET("/admin/integrations/status"))).data,
});

export const platformFeaturesQuery = queryOptions({
  queryKey: ["admin", "features"],
  queryFn: async () => (await ask(api.GET("/admin/features"))).data,
});
