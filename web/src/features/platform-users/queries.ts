/** Logins as the platform's people see them. */
import { api, ask, askWithTag } from "@/api/client/client";
import type { components, operations } from "@/api/schema";
import { paged } from "@/features/platform/queries";

export type User = components["schemas"]["UserView"];
export type Role = components["schemas"]["PlatformRoleWord"];
export type UserEdit = components["schemas"]["PlatformUserInputPatch"];
type Filters = Pick<NonNullable<operations["list_users"]["parameters"]["query"]>, "q" | "only_platform">;

export const usersQuery = (filters: Filters) =>
  paged(["admin", "users", filters], (page) =>
    ask(api.GET("/admin/users", { params: { query: { ...filters, ...page } } })),
  );

export const saveUser = (id: string, body: UserEdit) =>
  askWithTag(api.PATCH("/admin/users/{id}", { params: { path: { id } }, body }));
