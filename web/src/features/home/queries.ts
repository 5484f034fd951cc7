import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "@/api/client/client";
import { appointmentsQuery } from "@/features/appointments/queries";
import { callKeys } from "@/features/calls/keys";
import { callsQuery } from "@/features/calls/queries";

export const usageQuery = queryOptions({
  queryKey: [...callKeys.lists, "usage"],
  queryFn: () => ask(api.GET("/usage", {})),
});

export const goingOnQuery = (zone: string) => callsQuery({ live: true }, zone);

export const recentQuery = (zone: string) => callsQuery({}, zone, 8);

export const upcomingQuery = (today: string, zone: string) =>
  appointmentsQuery({ since: today, status: "booked" }, zone);
