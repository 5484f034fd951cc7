import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Building2, Eye, Plus } from "lucide-react";
import { useState } from "react";
import { Badge } from "@/components/ui/badge/badge";
import { Button } from "@/components/ui/button/button";
import { Card, PageHead } from "@/components/ui/card/card";
import { SelectField, TextField } from "@/components/ui/field/field";
import { meQuery } from "@/features/auth/queries";
import { sentence } from "@/features/calls/words";
import { Listing } from "@/features/platform/listing/listing";
import { Impersonate } from "@/features/tenants/impersonate/impersonate";
import { NewTenant } from "@/features/tenants/new-tenant/new-tenant";
import { type Filters, type Summary, tenantsQuery } from "@/features/tenants/queries";
import { STANDINGS, standingTone, TIERS } from "@/features/tenants/words";
import { dateTime, ownZone } from "@/lib/dates/dates";
import { count } from "@/lib/numbers/numbers";

interface Props {
  filters: Filters;
  change: (filters: Filters) => void;
}

/** All tenants, found by name, standing and plan. */
export function Tenants({ filters, change }: Props) {
  const owner = useQuery(meQuery).data?.platform_role === "owner";
  const [open, setOpen] = useState<Summary | "new" | null>(null);
  const list = useInfiniteQuery(tenantsQuery(filters));
  const set = (key: keyof Filters, value: string) => {
    const { [key]: _, ...rest } = filters;
    change(value ? { ...rest, [key]: value } : rest);
  };
  const filtered = Object.keys(filters).length > 0;
  const add = owner ? (
    <Button look="main" asChild>
      <Link to="/admin/concierge-setup">
        <Plus aria-hidden /> Set up a tenant
      </Link>
    </Button>
  ) : (
    <Button look="main" onClick={() => setOpen("new")}>
      <Plus aria-hidden /> New tenant
    </Button>
  );
  return (
    <>
      <PageHead title="Tenants" actions={add} />
      <div className="mb-4 flex flex-wrap items-end gap-3">
        <TextField
          label="Find a tenant"
          type="search"
          placeholder="Name or subdomain"
          className="grow basis-52 sm:max-w-md"
          value={filters.q ?? ""}
          onChange={(event) => set("q", event.target.value)}
        />
        <SelectField
          label="Standing"
          value={filters.status ?? ""}
          onChange={(event) => set("status", event.target.value)}
        >
          <option value="">Any</option>
          {STANDINGS.map((word) => (
            <option key={word} value={word}>
              {sentence(word)}
            </option>
          ))}
        </SelectField>
        <SelectField
          label="Plan"
          value={filters.plan_tier ?? ""}
          onChange={(event) => set("plan_tier", event.target.value)}
        >
          <option value="">Any</option>
          {TIERS.map((word) => (
            <option key={word} value={word}>
              {sentence(word)}
            </option>
          ))}
        </SelectField>
      </div>
      <Card>
        <Listing
          list={list}
          what="tenants"
          icon={Building2}
          empty={filtered ? "No tenant is like that" : "No tenants yet"}
          next={
            filtered ? (
              <Button onClick={() => change({})}>Show all tenants</Button>
            ) : (
              "Set the first one up: it can answer calls a minute later."
            )
          }
        >
          {(tenants) => (
            <ul className="divide-y divide-line">
              {tenants.map((tenant) => (
                <Row
                  key={tenant.id}
                  tenant={tenant}
                  viewAs={owner && !tenant.is_root ? () => setOpen(tenant) : null}
                />
              ))}
            </ul>
          )}
        </Listing>
      </Card>
      {open === "new" && <NewTenant close={() => setOpen(null)} />}
      {open && open !== "new" && <Impersonate tenant={open} close={() => setOpen(null)} />}
    </>
  );
}

function Row({ tenant, viewAs }: { tenant: Summary; viewAs: (() => void) | null }) {
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 py-2.5">
      <span className="min-w-0 flex-1 basis-64">
        <Link
          to="/admin/tenants/$tenantId"
          params={{ tenantId: tenant.id }}
          className="inline-flex min-h-6 items-center font-medium text-accent underline underline-offset-4"
          dir="auto"
        >
          {tenant.company_name}
        </Link>
        <span className="block text-sm text-faint">
          {tenant.slug} · {sentence(tenant.plan_tier)} · {things(tenant.lines, "line", "lines")} ·{" "}
          {things(tenant.members, "person", "people")} · since{" "}
          <time dateTime={tenant.created_at}>{dateTime(tenant.created_at, ownZone)}</time>
        </span>
      </span>
      <span className="flex flex-wrap items-center gap-2">
        {tenant.is_root && <Badge>Platform</Badge>}
        {tenant.is_test_mode && <Badge>Sandbox</Badge>}
        <Badge tone={standingTone(tenant.status)}>{sentence(tenant.status)}</Badge>
        {viewAs && (
          <Button size="small" onClick={viewAs} aria-label={`View as ${tenant.company_name}`}>
            <Eye aria-hidden /> View as
          </Button>
        )}
      </span>
    </li>
  );
}

const things = (n: number, one: string, many: string) => `${count(n)} ${n === 1 ? one : many}`;
