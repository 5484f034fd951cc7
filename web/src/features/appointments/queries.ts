import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "@/api/client/client";
import type { components } from "@/api/schema";
import { dayStart } from "@/lib/dates/dates";

export type Appointment = components["schemas"]["AppointmentView"];

export interface Span {
  /** A day in the tenant's zone. */
  since: string;
  days?: number;
  status?: "booked" | "cancelled";
  limit?: number;
}

export const appointmentsQuery = ({ since, days, status, limit = 200 }: Span, zone: string) =>
  queryOptions({
    queryKey: ["appointments", { since, days, status, limit, zone }],
    queryFn: () =>
      ask(
        api.GET("/appointments", {
          params: {
            query: {
              limit,
              "starts_at[gte]": dayStart(since, zone).toISOString(),
              ...(days ? { "starts_at[lt]": dayStart(since, zone, days).toISOString() } : {}),
              ...(status ? { status } : {}),
            },
          },
        }),
      ),
  });
