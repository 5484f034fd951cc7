import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, ask } from "@/api/client/client";
import type { components } from "@/api/schema";

export type Notification = components["schemas"]["Page_NotificationView"]["data"][number];

export const notificationsQuery = infiniteQueryOptions({
  queryKey: ["notifications"],
  queryFn: ({ pageParam }) =>
    ask(
      api.GET("/notifications", {
        params: { query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } },
      }),
    ),
  initialPageParam: null as string | null,
  getNextPageParam: (last) => (last.has_more ? (last.next_cursor ?? null) : null),
  refetchInterval: 60_000,
});
