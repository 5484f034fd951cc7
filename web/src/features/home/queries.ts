import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "@/api/client/client";
import { appointmentsQuery } from "@/features/appointments/queries";
import { callKeys } from "@/features/calls/keys";
import { callsQuery } from "@/features/calls/queries";

export const usageQuery = queryOptions({
  queryKey: [...callKeys.lists, "usage"],
  queryFn: () => ask(api.GET("/usage", {})),
});

// No days narrow these down: the zone that days are meant in does not matter.
export const goingOnQuery = callsQuery({ live: true }, "UTC");
export const recentQuery = callsQuery({}, "UTC", 8);

export const upcomingQuery = (today: string, zone: string) =>
  appointmentsQuery({ since: today, status: "booked" }, zone);
