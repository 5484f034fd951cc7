import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CalendarDays, ChevronLeft, ChevronRight } from "lucide-react";
import { useState } from "react";
import { api, ask } from "@/api/client/client";
import { Button } from "@/components/ui/button/button";
import { Card, PageHead } from "@/components/ui/card/card";
import { Dialog } from "@/components/ui/dialog/dialog";
import { Empty, Failure, Waiting } from "@/components/ui/states/states";
import { AppointmentList } from "@/features/appointments/appointment-list/appointment-list";
import { type Appointment, appointmentsQuery } from "@/features/appointments/queries";
import { may, meQuery } from "@/features/auth/queries";
import { useZone } from "@/features/use-zone/use-zone";
import { dateTime, dayKey, dayName, dayStart } from "@/lib/dates/dates";

/** A week of appointments, from today on; earlier and later weeks by the arrows. */
export function Appointments() {
  const zone = useZone();
  const me = useQuery(meQuery).data;
  const [week, setWeek] = useState(0);
  const [leaving, setLeaving] = useState<Appointment | null>(null);
  const since = dayKey(dayStart(dayKey(new Date(), zone), zone, week * 7), zone);
  const list = useQuery(appointmentsQuery({ since, days: 7 }, zone));
  const edits = me !== undefined && may(me, "user");
  return (
    <>
      <PageHead
        title="Appointments"
        about={`The week from ${dayName(dayStart(since, zone).toISOString(), zone)}`}
        actions={
          <>
            <Button size="icon" aria-label="The week before" onClick={() => setWeek(week - 1)}>
              <ChevronLeft aria-hidden />
            </Button>
            <Button onClick={() => setWeek(0)} disabled={week === 0}>
              Today
            </Button>
            <Button size="icon" aria-label="The week after" onClick={() => setWeek(week + 1)}>
              <ChevronRight aria-hidden />
            </Button>
          </>
        }
      />
      <Card>
        {list.isPending ? (
          <Waiting what="Loading appointments" />
        ) : !list.data ? (
          <Failure error={list.error} retry={() => void list.refetch()} />
        ) : list.data.data.length === 0 ? (
          <Empty icon={CalendarDays} title="Nothing is booked in this week">
            What the agent books in a call appears here.
          </Empty>
        ) : (
          <AppointmentList
            appointments={list.data.data}
            zone={zone}
            actions={(a) =>
              edits &&
              a.status === "booked" && (
                <Button size="small" look="quiet" onClick={() => setLeaving(a)}>
                  Cancel
                </Button>
              )
            }
          />
        )}
      </Card>
      {leaving && <CancelDialog appointment={leaving} zone={zone} close={() => setLeaving(null)} />}
    </>
  );
}

function CancelDialog({
  appointment,
  zone,
  close,
}: {
  appointment: Appointment;
  zone: string;
  close: () => void;
}) {
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => ask(api.DELETE("/appointments/{id}", { params: { path: { id: appointment.id } } })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["appointments"] });
      close();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title="Cancel this appointment?"
      description={`${appointment.customer_name}, ${appointment.service_name}, ${dateTime(appointment.starts_at, zone)}`}
    >
      {cancel.isError && <Failure error={cancel.error} what="It was not cancelled" />}
      <div className="flex justify-end gap-2">
        <Button onClick={close}>Keep it</Button>
        <Button look="bad" busy={cancel.isPending} onClick={() => cancel.mutate()}>
          Cancel the appointment
        </Button>
      </div>
    </Dialog>
  );
}
