/** An operator's way into a tenant's place, back into it after a reload of the tab, and out. */
import type { QueryClient } from "@tanstack/react-query";
import { api, ask, once } from "@/api/client/client";
import { ProblemError } from "@/api/problem/problem";
import type { components } from "@/api/schema";
import { enterPlace, leavePlace, markedPlace, placeLost } from "@/api/session/session";
import { type Me, meQuery } from "@/features/auth/queries";

type Input = components["schemas"]["ImpersonationInput"];
type Impersonation = components["schemas"]["Page_ImpersonationView"]["data"][number];

const end = (id: string) => ask(api.DELETE("/admin/impersonations/{id}", { params: { path: { id } } }));
const begin = (body: Input) => ask(api.POST("/admin/impersonations", { params: { header: once() }, body }));

async function running(actor: string): Promise<Impersonation[]> {
  const page = await ask(api.GET("/admin/impersonations", { params: { query: { limit: 200 } } }));
  return page.data.filter(
    (i) => i.actor_id === actor && !i.ended_at && Date.parse(i.expires_at) > Date.now(),
  );
}

/** One at a time: what this operator left open in another tab is ended first. */
export async function goIn(client: QueryClient, me: Me, body: Input): Promise<void> {
  const place = await begin(body).catch(async (error: unknown) => {
    if (!(error instanceof ProblemError) || error.status !== 409) throw error;
    for (const one of await running(me.id)) await end(one.id);
    return begin(body);
  });
  enterPlace(place);
  client.clear();
  await client.ensureQueryData(meQuery);
}

/**
 * After a reload the token is gone. The mark says which impersonation it was; if it still runs and is one's
 * own, it is ended and another begun in its place, for the same reason and for no longer than was left of it.
 * True if the tab is in the place again.
 */
export async function goBackIn(client: QueryClient, me: Me): Promise<boolean> {
  const id = markedPlace();
  if (!id) return false;
  if (me.platform_role !== "owner") {
    leavePlace();
    return false;
  }
  const page = await ask(api.GET("/admin/impersonations", { params: { query: { limit: 200 } } }));
  const was = page.data.find((i) => i.id === id && i.actor_id === me.id);
  const minutes = was ? Math.floor((Date.parse(was.expires_at) - Date.now()) / 60_000) : 0;
  if (!was || was.ended_at || minutes < 1) {
    if (was) placeLost(was.tenant_id);
    else leavePlace();
    return false;
  }
  await end(id);
  await goIn(client, me, {
    tenant_id: was.tenant_id,
    mode: was.mode === "full" ? "full" : "read_only",
    reason: was.reason,
    minutes,
    ...(was.ticket ? { ticket: was.ticket } : {}),
  });
  return true;
}

/** Out, at once. Throws when the server could not be told: then one is still in the place. */
export async function goOut(): Promise<void> {
  try {
    await ask(api.DELETE("/admin/impersonations/current"));
  } catch (error) {
    // It was over already: ended by somebody else, or its time was up.
    if (!(error instanceof ProblemError) || error.status >= 500) throw error;
  }
  leavePlace();
}
