import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Ban, ChevronLeft, Copy, Ellipsis, Eye, KeyRound, Pause, Phone, Play } from "lucide-react";
import { type ReactNode, useState } from "react";
import { ProblemError } from "@/api/problem/problem";
import { Badge } from "@/components/ui/badge/badge";
import { Button } from "@/components/ui/button/button";
import { Card, PageHead } from "@/components/ui/card/card";
import { Menu, MenuItem, MenuLine } from "@/components/ui/menu/menu";
import { Empty, Failure, Waiting } from "@/components/ui/states/states";
import { meQuery } from "@/features/auth/queries";
import { sentence } from "@/features/calls/words";
import { Domains } from "@/features/tenants/domains/domains";
import { Impersonate } from "@/features/tenants/impersonate/impersonate";
import { LoginLink } from "@/features/tenants/login-link/login-link";
import { NewTenant } from "@/features/tenants/new-tenant/new-tenant";
import { Notes } from "@/features/tenants/notes/notes";
import { SendOnboarding } from "@/features/tenants/onboarding/onboarding";
import { type Tenant, tenantQuery } from "@/features/tenants/queries";
import { ChangeStanding, type Move } from "@/features/tenants/standing/standing";
import { TenantForm } from "@/features/tenants/tenant-form/tenant-form";
import { Usage } from "@/features/tenants/usage/usage";
import { standingTone } from "@/features/tenants/words";
import { dateTime } from "@/lib/dates/dates";

type Open = Move | "view" | "clone" | "link";

/** One tenant: how it stands, what it pays for and uses, who it is, what is noted about it. */
export function TenantPage({ id }: { id: string }) {
  const owner = useQuery(meQuery).data?.platform_role === "owner";
  const tenant = useQuery(tenantQuery(id));
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const data = tenant.data?.data;
  return (
    <>
      <Link
        to="/admin/tenants"
        className="mb-2 inline-flex min-h-6 items-center gap-1 text-accent underline underline-offset-4"
      >
        <ChevronLeft className="size-4" aria-hidden /> Tenants
      </Link>
      {tenant.isPending ? (
        <>
          <h1 className="sr-only">Tenant</h1>
          <Waiting what="Loading the tenant" rows={8} />
        </>
      ) : !tenant.data || !data ? (
        <>
          <h1 className="sr-only">Tenant</h1>
          {tenant.error instanceof ProblemError && tenant.error.status === 404 ? (
            <Empty icon={Ban} title="There is no such tenant" />
          ) : (
            <Failure error={tenant.error} retry={() => void tenant.refetch()} />
          )}
        </>
      ) : (
        <>
          <PageHead
            title={<span dir="auto">{data.company_name}</span>}
            about={<Badges tenant={data} />}
            actions={<Actions tenant={data} owner={owner} open={setOpen} />}
          />
          <div className="grid items-start gap-5 xl:grid-cols-[1fr_26rem]">
            <div className="grid gap-5">
              <Standing tenant={data} />
              <Usage tenantId={id} />
              <Card title="Company and plan">
                <TenantForm key={id} seen={tenant.data} />
              </Card>
            </div>
            <div className="grid gap-5">
              <Card title="Reaching them">
                <SendOnboarding tenantId={id} disabled={data.is_root || !data.contact_email} />
                {!data.contact_email && (
                  <p className="mt-2 text-sm text-faint">The contact has no e-mail address yet.</p>
                )}
              </Card>
              <Domains tenantId={id} />
              {owner && <Notes key={id} tenantId={id} />}
            </div>
          </div>
          {open === "view" && <Impersonate tenant={data} close={close} />}
          {open === "clone" && <NewTenant from={data} close={close} />}
          {open === "link" && <LoginLink tenant={data} close={close} />}
          {(open === "suspend" || open === "reactivate" || open === "cancel") && (
            <ChangeStanding tenant={data} move={open} close={close} />
          )}
        </>
      )}
    </>
  );
}

function Badges({ tenant }: { tenant: Tenant }) {
  return (
    <span className="flex flex-wrap items-center gap-2">
      <span>{tenant.slug}</span>
      <Badge tone={standingTone(tenant.status)}>{sentence(tenant.status)}</Badge>
      <Badge>{sentence(tenant.plan_tier)}</Badge>
      {tenant.is_test_mode && <Badge tone="accent">Sandbox</Badge>}
      {tenant.is_root && <Badge>Platform</Badge>}
    </span>
  );
}

/** The moves that its standing allows. */
export function movesOf(status: string): Move[] {
  if (status === "cancelled") return ["reactivate"];
  if (status === "suspended") return ["reactivate", "cancel"];
  return ["suspend", "cancel"];
}

function Actions({ tenant, owner, open }: { tenant: Tenant; owner: boolean; open: (what: Open) => void }) {
  const moves = tenant.is_root ? [] : movesOf(tenant.status);
  return (
    <>
      {owner && !tenant.is_root && (
        <Button look="main" onClick={() => open("view")}>
          <Eye aria-hidden /> View as
        </Button>
      )}
      <Button asChild>
        <Link to="/admin/phone-configs" search={{ tenant: tenant.id }}>
          <Phone aria-hidden /> Lines
        </Link>
      </Button>
      <Menu
        label="More"
        trigger={
          <Button size="icon" aria-label="More">
            <Ellipsis aria-hidden />
          </Button>
        }
      >
        {owner && !tenant.is_root && (
          <MenuItem onSelect={() => open("link")}>
            <KeyRound aria-hidden /> Quick login link
          </MenuItem>
        )}
        <MenuItem onSelect={() => open("clone")}>
          <Copy aria-hidden /> Clone
        </MenuItem>
        {moves.length > 0 && <MenuLine />}
        {moves.includes("reactivate") && (
          <MenuItem onSelect={() => open("reactivate")}>
            <Play aria-hidden /> Reactivate
          </MenuItem>
        )}
        {moves.includes("suspend") && (
          <MenuItem onSelect={() => open("suspend")}>
            <Pause aria-hidden /> Suspend
          </MenuItem>
        )}
        {moves.includes("cancel") && (
          <MenuItem onSelect={() => open("cancel")}>
            <Ban aria-hidden /> Cancel
          </MenuItem>
        )}
      </Menu>
    </>
  );
}

const ABOUT: Record<string, string> = {
  trialing: "Works as an active one does.",
  active: "Its calls are answered and its settings can be changed.",
  past_due: "Something is unpaid. Its calls are still answered.",
  suspended: "Its calls are refused politely and its settings are locked. Its rows stay.",
  cancelled: "Its calls are refused politely and its settings are locked.",
};

function Standing({ tenant }: { tenant: Tenant }) {
  const zone = tenant.timezone;
  const rows: [string, ReactNode][] = [
    ["Since", tenant.status_since ? dateTime(tenant.status_since, zone) : dateTime(tenant.created_at, zone)],
    ...(tenant.status_reason
      ? [
          [
            "Reason",
            <span key="r" dir="auto">
              {tenant.status_reason}
            </span>,
          ] as [string, ReactNode],
        ]
      : []),
    ...(tenant.status === "cancelled"
      ? [
          [
            "Rows",
            tenant.purge_after ? `may be deleted from ${dateTime(tenant.purge_after, zone)} on` : "stay",
          ] as [string, ReactNode],
        ]
      : []),
    ["Made", dateTime(tenant.created_at, zone)],
    ["Account health", `${tenant.health_score}/100`],
  ];
  return (
    <Card title={`Standing: ${sentence(tenant.status).toLowerCase()}`}>
      <p className="mb-3">{ABOUT[tenant.status]}</p>
      <dl className="grid grid-cols-[max-content_1fr] gap-x-6 gap-y-1.5">
        {rows.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-faint">{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
