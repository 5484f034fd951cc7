/** Setting a tenant up whole. */
import { queryOptions } from "@tanstack/react-query";
import { api, ask, askWithTag } from "@/api/client/client";
import { bodyOf, brandingOf, type Draft, keyFor } from "@/features/concierge/draft";

export const packsQuery = queryOptions({
  queryKey: ["admin", "packs"],
  queryFn: async () => (await ask(api.GET("/admin/industry-packs"))).data,
  staleTime: Number.POSITIVE_INFINITY,
});

/** Makes the tenant; answers with its id, and with what went wrong with its branding, if something did. */
export async function setUp(draft: Draft): Promise<{ id: string; unbranded: unknown }> {
  const body = bodyOf(draft);
  const header = { "Idempotency-Key": keyFor(body) };
  const { tenant } = await ask(api.POST("/admin/concierge/tenants", { params: { header }, body }));
  const branding = brandingOf(draft);
  if (!branding) return { id: tenant.id, unbranded: null };
  const unbranded = await askWithTag(
    api.PATCH("/admin/tenants/{id}", {
      params: { path: { id: tenant.id } },
      // An object of the tenant's own: the document says nothing of what is in it.
      body: { branding: branding as Record<string, never> },
    }),
  ).then(
    () => null,
    (error: unknown) => error,
  );
  return { id: tenant.id, unbranded };
}
