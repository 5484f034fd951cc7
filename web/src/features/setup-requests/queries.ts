/** Who asks for a tenant of their own. */
import type { QueryClient } from "@tanstack/react-query";
import { api, ask } from "@/api/client/client";
import type { components } from "@/api/schema";
import { paged } from "@/features/platform/queries";

export type Request = components["schemas"]["Page_SetupView"]["data"][number];
export const STATES = ["pending", "approved", "rejected"] as const;
export type State = (typeof STATES)[number];

export const requestsQuery = (status: State | "") =>
  paged(["admin", "setup-requests", status], (page) =>
    ask(api.GET("/admin/setup-requests", { params: { query: { ...(status ? { status } : {}), ...page } } })),
  );

/** After a request was decided: the lists, the tenants, the overview. */
export async function decided(client: QueryClient): Promise<void> {
  await Promise.all(
    ["setup-requests", "tenants", "overview"].map((what) =>
      client.invalidateQueries({ queryKey: ["admin", what] }),
    ),
  );
}
