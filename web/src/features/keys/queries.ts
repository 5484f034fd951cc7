import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "@/api/client/client";
import type { components } from "@/api/schema";

export type Key = components["schemas"]["KeyView"];

export const keysQuery = queryOptions({
  queryKey: ["api-keys"],
  queryFn: async () => (await ask(api.GET("/api-keys"))).data,
});

/** What a key may do, in words. */
export const SCOPES = [
  {
    scope: "calls:read",
    name: "Read calls",
    about: "Calls, what was said, recordings, and calls as they happen.",
  },
  { scope: "calls:write", name: "Act in calls", about: "Hang up a conversation." },
  { scope: "contacts:read", name: "Read contacts", about: "Names, numbers and notes." },
  { scope: "contacts:write", name: "Change contacts", about: "Make, change and delete contacts." },
  { scope: "appointments:read", name: "Read appointments", about: "What is booked, and for whom." },
  { scope: "appointments:write", name: "Book appointments", about: "Book, move and call off." },
  { scope: "messages:read", name: "Read messages", about: "Texts that came and went." },
  { scope: "config:read", name: "Read settings", about: "Lines, menus, agents, hours, services." },
  { scope: "config:write", name: "Change settings", about: "The same, and buying numbers." },
] as const;

export const scopeName = (scope: string): string => SCOPES.find((one) => one.scope === scope)?.name ?? scope;
