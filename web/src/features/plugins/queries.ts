/** Pages that plug-ins bring. */
import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "@/api/client/client";

/** Read once in a session: plug-ins come and go with the server's start. */
export const pluginPagesQuery = queryOptions({
  queryKey: ["plugins", "nav"],
  queryFn: () => ask(api.GET("/plugins/nav")),
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: Number.POSITIVE_INFINITY,
});
