import { queryOptions } from "@tanstack/react-query";
import { api, ask, askWithTag } from "@/api/client/client";

export const readHours = () => askWithTag(api.GET("/business-hours"));

/** As they hold now, looked at again every minute. */
export const hoursNowQuery = queryOptions({
  queryKey: ["hours", "now"],
  queryFn: () => ask(api.GET("/business-hours")),
  refetchInterval: 60_000,
});

/** With their tag, for who edits them. */
export const hoursEditQuery = queryOptions({
  queryKey: ["hours", "edit"],
  queryFn: readHours,
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: 0,
});
