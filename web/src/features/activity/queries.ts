/** What the platform's people did. */
import { api, ask } from "@/api/client/client";
import type { components, operations } from "@/api/schema";
import { paged } from "@/features/platform/queries";

export type Deed = components["schemas"]["Page_AuditView"]["data"][number];
export type Filters = Omit<
  NonNullable<operations["list_activity"]["parameters"]["query"]>,
  "limit" | "cursor"
>;

export const activityQuery = (filters: Filters) =>
  paged(["admin", "activity", filters], (page) =>
    ask(api.GET("/admin/activity", { params: { query: { ...filters, ...page } } })),
  );
