import { useQuery } from "@tanstack/react-query";
import { CalendarDays } from "lucide-react";
import { api, ask } from "@/api/client/client";
import { Badge } from "@/components/ui/badge/badge";
import { Card, PageHead } from "@/components/ui/card/card";
import { Empty, Failure, Waiting } from "@/components/ui/states/states";
import { dateTime, ownZone } from "@/lib/dates/dates";

/** What a customer of a tenant sees: what is booked under their own number. */
export function Portal() {
  const list = useQuery({
    queryKey: ["portal", "appointments"],
    queryFn: () => ask(api.GET("/portal/appointments")),
  });
  return (
    <>
      <PageHead title="My appointments" />
      <Card>
        {list.isPending ? (
          <Waiting />
        ) : !list.data ? (
          <Failure error={list.error} retry={() => void list.refetch()} />
        ) : list.data.data.length === 0 ? (
          <Empty icon={CalendarDays} title="Nothing is booked">
            Call to make an appointment.
          </Empty>
        ) : (
          <ul className="divide-y divide-line">
            {list.data.data.map((a) => (
              <li key={a.id} className="flex flex-wrap items-center gap-3 py-2.5">
                <time dateTime={a.starts_at}>{dateTime(a.starts_at, ownZone)}</time>
                <span className="font-medium">{a.service_name}</span>
                {a.status === "cancelled" && <Badge tone="warn">Cancelled</Badge>}
              </li>
            ))}
          </ul>
        )}
      </Card>
    </>
  );
}
