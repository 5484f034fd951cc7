import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Building2, PhoneOff, Plus } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button/button";
import { Card, PageHead } from "@/components/ui/card/card";
import { SelectField } from "@/components/ui/field/field";
import { Empty, Failure, Waiting } from "@/components/ui/states/states";
import { LineCard, NewLine } from "@/features/phone-admin/line-card/line-card";
import { linesQuery } from "@/features/phone-admin/queries";
import { tenantsQuery } from "@/features/tenants/queries";

interface Props {
  /** Whose lines; nobody's yet. */
  tenant: string | undefined;
  choose: (tenant: string | undefined) => void;
}

/** The lines of any tenant, and how each answers. */
export function PhoneAdmin({ tenant, choose }: Props) {
  const list = useInfiniteQuery(tenantsQuery({}));
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  useEffect(() => {
    // A list to choose from is whole.
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const tenants = list.data?.pages.flatMap((page) => page.data) ?? [];
  const known = tenants.find((one) => one.id === tenant);
  return (
    <>
      <PageHead
        title="Phone configs"
        about="Which number leads to whom. What is changed here is in the tenant’s own log."
      />
      {list.isError && !list.data ? (
        <Failure error={list.error} retry={() => void list.refetch()} />
      ) : (
        <div className="mb-5 flex flex-wrap items-end gap-3">
          <SelectField
            label="Tenant"
            className="max-w-full basis-80"
            data-testid="phone-config-tenant-select"
            value={tenant ?? ""}
            disabled={list.isPending}
            onChange={(event) => choose(event.target.value || undefined)}
          >
            <option value="">Choose a tenant</option>
            {tenant && !known && <option value={tenant}>…</option>}
            {tenants.map((one) => (
              <option key={one.id} value={one.id}>
                {one.company_name} ({one.slug})
              </option>
            ))}
          </SelectField>
          {tenant && (
            <Button asChild>
              <Link to="/admin/tenants/$tenantId" params={{ tenantId: tenant }}>
                Open the tenant
              </Link>
            </Button>
          )}
        </div>
      )}
      {tenant ? (
        <Lines key={tenant} tenantId={tenant} />
      ) : (
        <Card>
          <Empty icon={Building2} title="Choose a tenant to see its lines" />
        </Card>
      )}
    </>
  );
}

function Lines({ tenantId }: { tenantId: string }) {
  const lines = useQuery(linesQuery(tenantId));
  const [adding, setAdding] = useState(false);
  if (lines.isPending)
    return (
      <Card>
        <Waiting what="Loading lines" />
      </Card>
    );
  if (!lines.data) return <Failure error={lines.error} retry={() => void lines.refetch()} />;
  return (
    <div className="flex flex-col gap-5" data-testid="phone-config-list">
      {lines.data.length === 0 && !adding && (
        <Card>
          <Empty icon={PhoneOff} title="It has no line yet">
            Make one: a number, and who answers.
          </Empty>
        </Card>
      )}
      <div className="grid items-start gap-5 2xl:grid-cols-2">
        {lines.data.map((line) => (
          <LineCard key={line.id} tenantId={tenantId} line={line} />
        ))}
        {adding && <NewLine tenantId={tenantId} close={() => setAdding(false)} />}
      </div>
      {!adding && (
        <Button
          className="self-start"
          look={lines.data.length === 0 ? "main" : "plain"}
          onClick={() => setAdding(true)}
          data-testid="phone-config-new-button"
        >
          <Plus aria-hidden /> New line
        </Button>
      )}
    </div>
  );
}
