/** Any tenant's lines, and what they can lead to, as the platform's people set them up. */
import { queryOptions } from "@tanstack/react-query";
import { api, ask, askWithTag, type once } from "@/api/client/client";
import type { components } from "@/api/schema";

export type Line = components["schemas"]["LineView"];
export type LineInput = components["schemas"]["LineInput"];
export type Mode = components["schemas"]["ModeWord"];

const at = (id: string) => ({ path: { id } });
const key = (tenant: string, ...more: string[]) => ["admin", "lines", tenant, ...more];

export const linesQuery = (tenant: string) =>
  queryOptions({
    queryKey: key(tenant),
    queryFn: async () =>
      (await ask(api.GET("/admin/tenants/{id}/phone-configs", { params: at(tenant) }))).data,
  });

export const lineQuery = (tenant: string, line: string) =>
  queryOptions({
    queryKey: key(tenant, line),
    queryFn: () =>
      askWithTag(
        api.GET("/admin/tenants/{id}/phone-configs/{line_id}", {
          params: { path: { id: tenant, line_id: line } },
        }),
      ),
  });

export const agentsQuery = (tenant: string) =>
  queryOptions({
    queryKey: key(tenant, "agents"),
    queryFn: async () => (await ask(api.GET("/admin/tenants/{id}/agents", { params: at(tenant) }))).data,
  });

export const menusQuery = (tenant: string) =>
  queryOptions({
    queryKey: key(tenant, "menus"),
    queryFn: async () => (await ask(api.GET("/admin/tenants/{id}/ivr-menus", { params: at(tenant) }))).data,
  });

export const saveLine = (tenant: string, line: string, body: Partial<LineInput>, etag: string | undefined) =>
  askWithTag(
    api.PATCH("/admin/tenants/{id}/phone-configs/{line_id}", {
      params: { path: { id: tenant, line_id: line }, header: etag ? { "If-Match": etag } : {} },
      body,
    }),
  );

export const makeLine = (tenant: string, body: LineInput, header: ReturnType<typeof once>) =>
  askWithTag(api.POST("/admin/tenants/{id}/phone-configs", { params: { ...at(tenant), header }, body }));
