/** Setting a tenant up whole. */
import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "@/api/client/client";
import { bodyOf, type Draft, keyFor } from "@/features/concierge/draft";
import { carrying } from "@/lib/branding/branding";

export const packsQuery = queryOptions({
  queryKey: ["admin", "packs"],
  queryFn: async () => (await ask(api.GET("/admin/industry-packs"))).data,
  staleTime: Number.POSITIVE_INFINITY,
});

/** Makes the tenant; answers with its id, and with what went wrong with its logo, if something did. */
export async function setUp(draft: Draft, logo: File | null): Promise<{ id: string; unbranded: unknown }> {
  const body = bodyOf(draft);
  const header = { "Idempotency-Key": keyFor(body) };
  const { tenant } = await ask(api.POST("/admin/concierge/tenants", { params: { header }, body }));
  if (!logo) return { id: tenant.id, unbranded: null };
  const params = { path: { id: tenant.id } };
  const unbranded = await carrying(logo)
    .then((picture) => ask(api.PUT("/admin/tenants/{id}/logo", { params, ...picture })))
    .then(
      () => null,
      (error: unknown) => error,
    );
  return { id: tenant.id, unbranded };
}
