/** Tenants as the platform's people read and change them. */
import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { api, ask, askWithTag, once } from "@/api/client/client";
import type { components, operations } from "@/api/schema";
import { paged } from "@/features/platform/queries";

export type Summary = components["schemas"]["TenantSummaryView"];
export type Tenant = components["schemas"]["TenantView"];
export type TenantEdit = components["schemas"]["TenantEditInputPatch"];
export type NewTenant = components["schemas"]["NewTenantInput"];
export type Filters = Pick<
  NonNullable<operations["list_tenants"]["parameters"]["query"]>,
  "q" | "status" | "plan_tier"
>;

const at = (id: string) => ({ path: { id } });

export const tenantsQuery = (filters: Filters) =>
  paged(["admin", "tenants", filters], (page) =>
    ask(api.GET("/admin/tenants", { params: { query: { ...filters, ...page } } })),
  );

export const tenantQuery = (id: string) =>
  queryOptions({
    queryKey: ["admin", "tenant", id],
    queryFn: () => askWithTag(api.GET("/admin/tenants/{id}", { params: at(id) })),
  });

export const usageQuery = (id: string, month: string | undefined) =>
  queryOptions({
    queryKey: ["admin", "tenant", id, "usage", month ?? "now"],
    queryFn: () =>
      ask(
        api.GET("/admin/tenants/{id}/usage", {
          params: { ...at(id), query: month === undefined ? {} : { month } },
        }),
      ),
  });

export const domainsQuery = (id: string) =>
  queryOptions({
    queryKey: ["admin", "tenant", id, "domains"],
    queryFn: async () => (await ask(api.GET("/admin/tenants/{id}/domains", { params: at(id) }))).data,
  });

export const notesQuery = (id: string) =>
  queryOptions({
    queryKey: ["admin", "tenant", id, "notes"],
    queryFn: () => askWithTag(api.GET("/admin/tenants/{id}/notes", { params: at(id) })),
  });

/** After a tenant was changed: itself and every list that may hold it. */
export async function tenantChanged(client: QueryClient, id: string): Promise<void> {
  await Promise.all([
    client.invalidateQueries({ queryKey: ["admin", "tenant", id] }),
    client.invalidateQueries({ queryKey: ["admin", "tenants"] }),
    client.invalidateQueries({ queryKey: ["admin", "overview"] }),
  ]);
}

export const saveTenant = (id: string, body: TenantEdit, etag: string | undefined) =>
  askWithTag(
    api.PATCH("/admin/tenants/{id}", {
      params: { ...at(id), header: etag ? { "If-Match": etag } : {} },
      body,
    }),
  );

/** With `from`, a tenant with that one's settings. */
export const makeTenant = (body: NewTenant, from: string | null, header: ReturnType<typeof once>) =>
  ask(
    from
      ? api.POST("/admin/tenants/{id}/clone", { params: { ...at(from), header }, body })
      : api.POST("/admin/tenants", { params: { header }, body }),
  );

export const sendOnboarding = (id: string) =>
  ask(api.POST("/admin/tenants/{id}/onboarding", { params: { ...at(id), header: once() } }));
