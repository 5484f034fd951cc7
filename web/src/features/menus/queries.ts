import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "@/api/client/client";

export const menusEditQuery = queryOptions({
  queryKey: ["menus", "edit"],
  queryFn: async () => (await ask(api.GET("/ivr-menus"))).data,
  // What is being edited is not taken away by a newer reading.
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: 0,
});
