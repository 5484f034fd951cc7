import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CalendarDays, PhoneIncoming } from "lucide-react";
import type { ReactNode } from "react";
import { api, ask } from "@/api/client/client";
import type { components } from "@/api/schema";
import { Card, PageHead } from "@/components/ui/card/card";
import { Empty, Failure, Skeleton, Waiting } from "@/components/ui/states/states";
import { AppointmentList } from "@/features/appointments/appointment-list/appointment-list";
import { appointmentsQuery } from "@/features/appointments/queries";
import { CallTable } from "@/features/calls/call-table/call-table";
import { callKeys } from "@/features/calls/keys";
import { callsQuery } from "@/features/calls/queries";
import { useZone } from "@/features/use-zone/use-zone";
import { dayKey, monthName } from "@/lib/dates/dates";
import { bytes, clock, count } from "@/lib/numbers/numbers";

const usageQuery = {
  queryKey: [...callKeys.lists, "usage"],
  queryFn: () => ask(api.GET("/usage", {})),
};

export function Home() {
  const zone = useZone();
  const today = dayKey(new Date(), zone);
  return (
    <>
      <PageHead title="Dashboard" />
      <Stats zone={zone} />
      <div className="mt-5 grid gap-5 xl:grid-cols-[1fr_24rem]">
        <Card title="Recent calls" actions={<More to="/calls">All calls</More>}>
          <Recent zone={zone} />
        </Card>
        <Card title="Upcoming appointments" actions={<More to="/appointments">All</More>}>
          <Upcoming zone={zone} today={today} />
        </Card>
      </div>
    </>
  );
}

function More({ to, children }: { to: "/calls" | "/appointments"; children: ReactNode }) {
  return (
    <Link to={to} className="inline-flex min-h-6 items-center text-accent underline underline-offset-4">
      {children}
    </Link>
  );
}

function Stats({ zone }: { zone: string }) {
  const usage = useQuery(usageQuery);
  const live = useQuery(callsQuery({ live: true }, zone, 200));
  const going = live.data;
  return (
    <div className="grid grid-cols-2 gap-3 sm:gap-5 lg:grid-cols-4">
      <Stat name="Going on now" live>
        {going ? `${count(going.data.length)}${going.has_more ? "+" : ""}` : null}
      </Stat>
      {usage.isError && !usage.data ? (
        <div className="col-span-2 lg:col-span-3">
          <Failure
            error={usage.error}
            what="The month's sums could not be loaded"
            retry={() => void usage.refetch()}
          />
        </div>
      ) : (
        <>
          <CallsOfMonth usage={usage.data} />
          <Stat name="Time on the phone">{usage.data && clock(usage.data.billed_s * 1000)}</Stat>
          <Stat name="Recorded" about={usage.data && bytes(usage.data.recorded_bytes)}>
            {usage.data && clock(usage.data.recorded_ms)}
          </Stat>
        </>
      )}
    </div>
  );
}

function CallsOfMonth({ usage }: { usage: components["schemas"]["UsageView"] | undefined }) {
  const included = usage?.calls.included ?? null;
  const used = usage?.calls.used ?? 0;
  return (
    <Stat
      name={usage ? `Calls in ${monthName(usage.month)}` : "Calls this month"}
      about={
        usage && (
          <>
            {included === null ? "No limit in your plan" : `of ${count(included)} in your plan`}
            {included !== null && included > 0 && (
              <progress
                className="mt-1.5 block h-1.5 w-full overflow-hidden rounded-full"
                value={Math.min(used, included)}
                max={included}
                aria-label="Part of the plan that is used"
              />
            )}
          </>
        )
      }
    >
      {usage && count(used)}
    </Stat>
  );
}

function Stat({
  name,
  about,
  live,
  children,
}: {
  name: string;
  about?: ReactNode;
  live?: boolean;
  children: ReactNode;
}) {
  return (
    <Card>
      <h2 className="text-sm text-faint">{name}</h2>
      <div className="mt-1 text-2xl font-semibold tabular-nums" aria-live={live ? "polite" : "off"}>
        {children ?? <Skeleton className="mt-2 h-6 w-16" />}
      </div>
      {about && <div className="text-sm text-faint">{about}</div>}
    </Card>
  );
}

function Recent({ zone }: { zone: string }) {
  const list = useQuery(callsQuery({}, zone, 8));
  if (list.isPending) return <Waiting />;
  if (!list.data) return <Failure error={list.error} retry={() => void list.refetch()} />;
  const calls = list.data.data;
  if (calls.length === 0) {
    return (
      <Empty icon={PhoneIncoming} title="No calls yet">
        Call your number from your own phone: it appears here while it rings.
      </Empty>
    );
  }
  return <CallTable calls={calls} zone={zone} />;
}

function Upcoming({ zone, today }: { zone: string; today: string }) {
  const list = useQuery(appointmentsQuery({ since: today, status: "booked", limit: 6 }, zone));
  if (list.isPending) return <Waiting />;
  if (!list.data) return <Failure error={list.error} retry={() => void list.refetch()} />;
  if (list.data.data.length === 0) {
    return (
      <Empty icon={CalendarDays} title="Nothing is booked">
        What the agent books in a call appears here.
      </Empty>
    );
  }
  return <AppointmentList appointments={list.data.data} zone={zone} />;
}
