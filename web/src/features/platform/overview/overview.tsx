import { queryOptions, useQuery } from "@tanstack/react-query";
import { Link, type LinkProps } from "@tanstack/react-router";
import { Building2, Inbox, ListChecks, Plug, WandSparkles } from "lucide-react";
import type { ReactNode } from "react";
import { api, ask } from "@/api/client/client";
import type { components } from "@/api/schema";
import { Badge } from "@/components/ui/badge/badge";
import { Button } from "@/components/ui/button/button";
import { Card, PageHead } from "@/components/ui/card/card";
import { Failure, Waiting } from "@/components/ui/states/states";
import { meQuery } from "@/features/auth/queries";
import { sentence } from "@/features/calls/words";
import { Health } from "@/features/platform/health/health";
import { standingTone } from "@/features/tenants/words";
import { dateTime, ownZone } from "@/lib/dates/dates";
import { count } from "@/lib/numbers/numbers";

type Overview = components["schemas"]["OverviewView"];
const EVERY_MS = 15_000;

const overviewQuery = queryOptions({
  queryKey: ["admin", "overview"],
  queryFn: () => ask(api.GET("/admin/overview")),
  refetchInterval: EVERY_MS,
});

/** The platform in numbers, whether the machine is well, and what to do next. */
export function PlatformOverview() {
  const overview = useQuery(overviewQuery);
  return (
    <>
      <PageHead title="Overview" actions={<Quick />} />
      {overview.isPending ? (
        <Card>
          <Waiting what="Loading the overview" />
        </Card>
      ) : !overview.data ? (
        <Failure error={overview.error} retry={() => void overview.refetch()} />
      ) : (
        <Numbers of={overview.data} />
      )}
      <Health />
    </>
  );
}

function Quick() {
  const owner = useQuery(meQuery).data?.platform_role === "owner";
  return (
    <>
      {owner && (
        <Button look="main" asChild>
          <Link to="/admin/concierge-setup">
            <WandSparkles aria-hidden /> Set up a tenant
          </Link>
        </Button>
      )}
      <Button asChild>
        <Link to="/admin/tenants">
          <Building2 aria-hidden /> Tenants
        </Link>
      </Button>
      <Button asChild>
        <Link to="/admin/setup-requests">
          <Inbox aria-hidden /> Requests
        </Link>
      </Button>
      <Button asChild>
        <Link to="/admin/integrations">
          <Plug aria-hidden /> Integrations
        </Link>
      </Button>
    </>
  );
}

function Numbers({ of }: { of: Overview }) {
  const { tenants, today, this_month: month } = of;
  return (
    <>
      <div className="mb-5 grid grid-cols-2 gap-3 sm:gap-5 lg:grid-cols-4">
        <Figure name="Calls going on" value={of.calls_live} />
        <Figure
          name="Calls today"
          value={today.calls}
          about={`${minutes(today.minutes)} · ${texts(today)} · since midnight UTC`}
        />
        <Figure
          name="Calls this month"
          value={month.calls}
          about={`${minutes(month.minutes)} · ${texts(month)}`}
        />
        <Figure
          name="Requests waiting"
          value={of.setup_requests_pending}
          about={<To to="/admin/setup-requests">Answer them</To>}
        />
      </div>
      <div className="mb-5 grid items-start gap-5 xl:grid-cols-2">
        <Card title={`Tenants: ${count(tenants.total)}`}>
          <div className="grid gap-5 sm:grid-cols-2">
            <Counts
              name="By standing"
              rows={tenants.by_status.map(({ status, tenants: n }) => ({
                key: status,
                n,
                label: <Badge tone={standingTone(status)}>{sentence(status)}</Badge>,
                search: { status },
              }))}
            />
            <Counts
              name="By plan"
              rows={tenants.by_plan.map(({ plan_tier, tenants: n }) => ({
                key: plan_tier,
                n,
                label: sentence(plan_tier),
                search: { plan_tier },
              }))}
            />
          </div>
        </Card>
        <Card title="Tenants with trouble">
          {of.in_trouble.length === 0 ? (
            <p className="flex items-center gap-2 text-faint">
              <ListChecks className="size-4" aria-hidden /> None is past due or suspended.
            </p>
          ) : (
            <ul className="divide-y divide-line">
              {of.in_trouble.map((one) => (
                <li key={one.tenant_id} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
                  <Link
                    to="/admin/tenants/$tenantId"
                    params={{ tenantId: one.tenant_id }}
                    dir="auto"
                    className="inline-flex min-h-6 min-w-0 flex-1 items-center text-accent underline underline-offset-4"
                  >
                    {one.company_name}
                  </Link>
                  <Badge tone={standingTone(one.status)}>{sentence(one.status)}</Badge>
                  <span className="text-sm text-faint">since {dateTime(one.since, ownZone)}</span>
                </li>
              ))}
            </ul>
          )}
        </Card>
      </div>
    </>
  );
}

const minutes = (n: number) => `${count(n)} min`;
const texts = (of: { texts_sent: number; texts_received: number }) => {
  const n = of.texts_sent + of.texts_received;
  return `${count(n)} ${n === 1 ? "text" : "texts"}`;
};

function To({ to, children }: { to: NonNullable<LinkProps["to"]>; children: ReactNode }) {
  return (
    <Link to={to} className="inline-flex min-h-6 items-center text-accent underline underline-offset-4">
      {children}
    </Link>
  );
}

function Figure({ name, value, about }: { name: string; value: number; about?: ReactNode }) {
  return (
    <Card>
      <h2 className="text-sm text-faint">{name}</h2>
      <p className="mt-1 text-2xl font-semibold tabular-nums">{count(value)}</p>
      {about && <div className="text-sm text-faint">{about}</div>}
    </Card>
  );
}

interface CountsProps {
  name: string;
  rows: { key: string; n: number; label: ReactNode; search: Record<string, string> }[];
}

function Counts({ name, rows }: CountsProps) {
  return (
    <div>
      <h3 className="mb-2 text-sm text-faint">{name}</h3>
      <dl className="grid grid-cols-[1fr_max-content] items-center gap-x-4 gap-y-1.5">
        {rows.map(({ key, n, label, search }) => (
          <div key={key} className="contents">
            <dt>{label}</dt>
            <dd className="text-right tabular-nums">
              {n > 0 ? (
                <Link
                  to="/admin/tenants"
                  search={search}
                  aria-label={`${count(n)}: show the tenants that are ${sentence(key).toLowerCase()}`}
                  className="inline-flex min-h-6 min-w-6 items-center justify-end text-accent underline underline-offset-4"
                >
                  {count(n)}
                </Link>
              ) : (
                0
              )}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
