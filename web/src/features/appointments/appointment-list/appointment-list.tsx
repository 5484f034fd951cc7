import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Badge } from "@/components/ui/badge/badge";
import type { Appointment } from "@/features/appointments/queries";
import { dayKey, dayName, hourMinute } from "@/lib/dates/dates";
import { phone } from "@/lib/phones/phones";

interface Props {
  appointments: Appointment[];
  zone: string;
  actions?: (appointment: Appointment) => ReactNode;
}

/** Appointments below their days. */
export function AppointmentList({ appointments, zone, actions }: Props) {
  const days = grouped(appointments, zone);
  return (
    <div className="flex flex-col gap-5">
      {[...days].map(([day, list]) => (
        <section key={day} aria-label={day}>
          <h3 className="mb-1 text-sm font-medium text-faint">
            {list[0] && dayName(list[0].starts_at, zone)}
          </h3>
          <ul className="divide-y divide-line">
            {list.map((a) => (
              <li key={a.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2.5">
                <span className="tabular-nums">
                  {hourMinute(a.starts_at, zone)} – {hourMinute(a.ends_at, zone)}
                </span>
                <span className="min-w-0 flex-1 basis-40">
                  <span className="font-medium" dir="auto">
                    {a.customer_name}
                  </span>
                  <span className="block text-sm text-faint">
                    {a.service_name} · {phone(a.phone)}
                  </span>
                </span>
                {a.status === "cancelled" && <Badge tone="warn">Cancelled</Badge>}
                {a.call_id && (
                  <Link
                    to="/calls/$callId"
                    params={{ callId: a.call_id }}
                    className="inline-flex min-h-6 items-center text-accent underline underline-offset-4"
                  >
                    Call
                  </Link>
                )}
                {actions?.(a)}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function grouped(appointments: Appointment[], zone: string): Map<string, Appointment[]> {
  const days = new Map<string, Appointment[]>();
  for (const a of appointments) {
    const day = dayKey(new Date(a.starts_at), zone);
    days.set(day, [...(days.get(day) ?? []), a]);
  }
  return days;
}
