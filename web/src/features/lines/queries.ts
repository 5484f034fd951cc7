import { queryOptions } from "@tanstack/react-query";
import { api, ask, askWithTag } from "@/api/client/client";
import type { components } from "@/api/schema";

export type Line = components["schemas"]["LineView"];
export type LineInput = components["schemas"]["LineInput"];
export type Fallback = components["schemas"]["FallbackInput"];
export type Mode = components["schemas"]["ModeWord"];
export type FreeNumber = components["schemas"]["Page_NumberView"]["data"][number];

export const linesQuery = queryOptions({
  queryKey: ["lines", "list"],
  queryFn: async () => (await ask(api.GET("/phone-configs"))).data,
});

export const readLine = (id: string) =>
  askWithTag(api.GET("/phone-configs/{id}", { params: { path: { id } } }));

export const lineEditQuery = (id: string) =>
  queryOptions({
    queryKey: ["lines", "edit", id],
    queryFn: () => readLine(id),
    // What is being edited is not taken away by a newer reading.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });

/** The names of what a line can lead to. */
export const agentChoicesQuery = queryOptions({
  queryKey: ["agents", "choices"],
  queryFn: async () => (await ask(api.GET("/agents"))).data,
});
export const menuChoicesQuery = queryOptions({
  queryKey: ["menus", "list"],
  queryFn: async () => (await ask(api.GET("/ivr-menus"))).data,
});
