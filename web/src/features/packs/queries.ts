import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "@/api/client/client";
import type { components } from "@/api/schema";

export type Pack = components["schemas"]["PackView"];
export type Applied = components["schemas"]["AppliedView"];

export const packsQuery = queryOptions({
  queryKey: ["packs"],
  queryFn: async () => (await ask(api.GET("/industry-packs"))).data,
  staleTime: 60_000,
});

/** Whether the tenant has it, and all of it. */
export function standing(pack: Pack): "none" | "newer" | "had" {
  if (typeof pack.applied_version !== "number") return "none";
  return pack.applied_version < pack.version ? "newer" : "had";
}
