import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "@/api/client/client";
import type { components } from "@/api/schema";
import type { Role } from "@/features/auth/queries";

export type Person = components["schemas"]["MemberView"];
export type Performance = components["schemas"]["PerformanceView"];
export type Invitation = components["schemas"]["InviteView"];

export const peopleQuery = queryOptions({
  queryKey: ["people", "users"],
  queryFn: async () => (await ask(api.GET("/users"))).data,
  staleTime: 30_000,
});

export const invitationsQuery = queryOptions({
  queryKey: ["people", "invites"],
  queryFn: async () => (await ask(api.GET("/invites"))).data,
});

export const performanceQuery = (id: string, days: number) =>
  queryOptions({
    queryKey: ["people", "performance", id, days],
    queryFn: () => ask(api.GET("/users/{id}/performance", { params: { path: { id }, query: { days } } })),
  });

export const ROLES: { value: Role | "customer"; label: string; description: string }[] = [
  {
    value: "tenant_owner",
    label: "Owner",
    description: "All an administrator may, and making other owners.",
  },
  {
    value: "admin",
    label: "Administrator",
    description: "Sets everything up, and decides who belongs here.",
  },
  { value: "user", label: "Member", description: "Works with calls, contacts and appointments." },
  { value: "viewer", label: "Viewer", description: "Looks at everything and changes nothing." },
  {
    value: "customer",
    label: "Customer",
    description: "One of your contacts: sees what is booked for them.",
  },
];

export const roleName = (role: string): string => ROLES.find((one) => one.value === role)?.label ?? role;

const RUNS = new Set(["tenant_owner", "admin"]);

/** Whether this is the only one who can administer the business: they stay, or nobody could. */
export const isLast = (person: Person, people: readonly Person[]): boolean =>
  RUNS.has(person.role) && people.filter((one) => RUNS.has(one.role)).length === 1;

/** Where an invitation stands. */
export function invited(invitation: Invitation, now: number): "open" | "accepted" | "revoked" | "over" {
  if (invitation.accepted_at) return "accepted";
  if (invitation.revoked_at) return "revoked";
  return Date.parse(invitation.expires_at) <= now ? "over" : "open";
}
