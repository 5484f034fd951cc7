import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, ask } from "@/api/client/client";
import type { components } from "@/api/schema";
import { type Filters, toQuery } from "@/features/audit/filters";

export type Entry = components["schemas"]["AuditView"];

export const auditQuery = (filters: Filters, zone: string) =>
  infiniteQueryOptions({
    queryKey: ["audit", toQuery(filters, zone)],
    queryFn: ({ pageParam }) =>
      ask(
        api.GET("/audit-log", {
          params: { query: { ...toQuery(filters, zone), ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => (last.has_more ? (last.next_cursor ?? null) : null),
  });
