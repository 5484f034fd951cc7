/** Who asks, where they belong, whose address this is. */
import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "@/api/client/client";
import { ProblemError } from "@/api/problem/problem";
import type { components } from "@/api/schema";

export type Me = components["schemas"]["MeView"];
export type Role = "viewer" | "user" | "admin" | "tenant_owner";

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: () => ask(api.GET("/me")),
  staleTime: 60_000,
});

export const membershipsQuery = queryOptions({
  queryKey: ["me", "memberships"],
  queryFn: async () => (await ask(api.GET("/me/memberships"))).data,
  staleTime: 5 * 60_000,
});

export const settingsQuery = queryOptions({
  queryKey: ["settings"],
  queryFn: () => ask(api.GET("/settings")),
  staleTime: 5 * 60_000,
});

export const brandingQuery = queryOptions({
  queryKey: ["branding"],
  // An address that is nobody's own is the platform's.
  queryFn: async () =>
    ask(api.GET("/branding")).catch((error: unknown) => {
      if (error instanceof ProblemError && error.status === 404) return { tenant: null };
      throw error;
    }),
  staleTime: Number.POSITIVE_INFINITY,
});

const RANK: Record<string, number> = { customer: 0, viewer: 1, user: 2, admin: 3, tenant_owner: 4 };

/** Whether the role in the tenant reaches so far. What may be done is the server's to say; this hides what may not. */
export function may(me: Pick<Me, "role" | "impersonation">, least: Role): boolean {
  const role = me.impersonation ? (me.impersonation.mode === "full" ? "tenant_owner" : "viewer") : me.role;
  return role ? (RANK[role] ?? 0) >= (RANK[least] ?? 99) : false;
}
