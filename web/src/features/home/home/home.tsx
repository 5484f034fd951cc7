import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CalendarDays, Clock, Gauge, PhoneIncoming, Radio, ShieldCheck } from "lucide-react";
import type { ReactNode } from "react";
import type { Tone } from "@/components/ui/badge/badge";
import { Card, PageHead } from "@/components/ui/card/card";
import { Empty, Failure, Waiting } from "@/components/ui/states/states";
import { AppointmentList } from "@/features/appointments/appointment-list/appointment-list";
import type { Appointment } from "@/features/appointments/queries";
import { settingsQuery } from "@/features/auth/queries";
import { CallTable } from "@/features/calls/call-table/call-table";
import { sentence } from "@/features/calls/words";
import { goingOnQuery, recentQuery, upcomingQuery, usageQuery } from "@/features/home/queries";
import { StatCard } from "@/features/home/stat-card/stat-card";
import { useZone } from "@/features/use-zone/use-zone";
import { dayAndMonth, dayKey, monthName } from "@/lib/dates/dates";
import { bytes, clock, count } from "@/lib/numbers/numbers";

/** Without what is over today already. */
const stillToCome = (booked: Appointment[]): Appointment[] =>
  booked.filter((one) => Date.parse(one.ends_at) > Date.now());

export function Home() {
  const zone = useZone();
  const today = dayKey(new Date(), zone);
  return (
    <>
      <PageHead title="Dashboard" />
      <Stats zone={zone} today={today} />
      <div className="mt-5 grid gap-5 xl:grid-cols-[1fr_24rem]">
        <Card title="Recent calls" actions={<More to="/calls">All calls</More>}>
          <Recent zone={zone} />
        </Card>
        <Card title="Next appointments" actions={<More to="/appointments">All</More>}>
          <Upcoming zone={zone} today={today} />
        </Card>
      </div>
    </>
  );
}

function More({ to, children }: { to: "/calls" | "/appointments" | "/live"; children: ReactNode }) {
  return (
    <Link to={to} className="inline-flex min-h-6 items-center text-accent underline underline-offset-4">
      {children}
    </Link>
  );
}

function Stats({ zone, today }: { zone: string; today: string }) {
  const usage = useQuery(usageQuery);
  const live = useQuery(goingOnQuery);
  const booked = useQuery(upcomingQuery(today, zone));
  const settings = useQuery(settingsQuery);
  const calls = usage.data?.calls;
  const included = calls?.included ?? null;
  const percent = calls && included ? Math.round((calls.used / included) * 100) : undefined;
  const coming = booked.data && stillToCome(booked.data.data);
  const failed = [usage, live, booked, settings].find((query) => query.isError && !query.data);
  return (
    <>
      {failed && (
        <div className="mb-5">
          <Failure
            error={failed.error}
            what="Some figures could not be loaded"
            retry={() => void failed.refetch()}
          />
        </div>
      )}
      <div className="grid gap-3 min-[24rem]:grid-cols-2 sm:gap-5 lg:grid-cols-3 2xl:grid-cols-6">
        <StatCard
          title="Going on now"
          value={live.data && atLeast(live.data.data.length, live.data.has_more)}
          icon={Radio}
          colour={live.data?.data.length ? "accent" : "plain"}
          about={<More to="/live">Live calls</More>}
          live
        />
        <StatCard
          title={usage.data ? `Calls in ${monthName(usage.data.month)}` : "Calls this month"}
          value={calls?.used}
          icon={PhoneIncoming}
          colour={tone(percent)}
          max={included ?? undefined}
          about={
            calls && (included === null ? "No limit in your plan" : `of ${count(included)} in your plan`)
          }
          live
        />
        <StatCard
          title="Plan used"
          value={calls && (percent === undefined ? "No limit" : `${percent} %`)}
          icon={Gauge}
          colour={tone(percent)}
          about={usage.data && `New month on ${dayAndMonth(usage.data.until, zone)}`}
        />
        <StatCard
          title="Upcoming appointments"
          value={coming && atLeast(coming.length, booked.data?.has_more ?? false)}
          icon={CalendarDays}
          colour="accent"
          about={<More to="/appointments">Calendar</More>}
        />
        <StatCard
          title="Time on the phone"
          value={usage.data && clock(usage.data.billed_s * 1000)}
          icon={Clock}
          colour="plain"
          about={
            usage.data && `${clock(usage.data.recorded_ms)} recorded, ${bytes(usage.data.recorded_bytes)}`
          }
        />
        <StatCard
          title="Account"
          value={settings.data && sentence(settings.data.status)}
          icon={ShieldCheck}
          colour={standingTone(settings.data?.status)}
          about={
            settings.data &&
            `${sentence(settings.data.plan_tier)} plan${settings.data.health_score == null ? "" : `, health ${settings.data.health_score} of 100`}`
          }
        />
      </div>
    </>
  );
}

const atLeast = (n: number, more: boolean): number | string => (more ? `${count(n)}+` : n);

function tone(percent: number | undefined): Tone {
  if (percent === undefined || percent < 80) return "accent";
  return percent < 100 ? "warn" : "bad";
}

function standingTone(status: string | undefined): Tone {
  if (status === "active" || status === "trialing") return "good";
  if (status === "past_due") return "warn";
  return status === undefined ? "plain" : "bad";
}

function Recent({ zone }: { zone: string }) {
  const list = useQuery(recentQuery);
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
  const list = useQuery(upcomingQuery(today, zone));
  if (list.isPending) return <Waiting />;
  if (!list.data) return <Failure error={list.error} retry={() => void list.refetch()} />;
  const coming = stillToCome(list.data.data);
  if (coming.length === 0) {
    return (
      <Empty icon={CalendarDays} title="Nothing is booked">
        What the agent books in a call appears here.
      </Empty>
    );
  }
  return <AppointmentList appointments={coming.slice(0, 6)} zone={zone} />;
}
