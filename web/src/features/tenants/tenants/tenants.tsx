import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Building2, Eye } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { api, ask } from "@/api/client/client";
import type { components } from "@/api/schema";
import { Badge, type Tone } from "@/components/ui/badge/badge";
import { Button } from "@/components/ui/button/button";
import { Card, PageHead } from "@/components/ui/card/card";
import { SelectField, TextField } from "@/components/ui/field/field";
import { Empty, Failure, Waiting } from "@/components/ui/states/states";
import { meQuery } from "@/features/auth/queries";
import { sentence } from "@/features/calls/words";
import { Impersonate } from "@/features/tenants/impersonate/impersonate";
import { count } from "@/lib/numbers/numbers";

type Tenant = components["schemas"]["TenantSummaryView"];
const TONES: Record<string, Tone> = {
  active: "good",
  trialing: "accent",
  past_due: "warn",
  suspended: "bad",
  cancelled: "plain",
};

export function Tenants() {
  const me = useQuery(meQuery).data;
  const [typed, setTyped] = useState("");
  const [status, setStatus] = useState("");
  const [open, setOpen] = useState<Tenant | null>(null);
  const q = useDeferredValue(typed.trim());
  const list = useInfiniteQuery({
    queryKey: ["admin", "tenants", { q, status }],
    queryFn: ({ pageParam }) =>
      ask(
        api.GET("/admin/tenants", {
          params: {
            query: {
              ...(q ? { q } : {}),
              ...(status ? { status } : {}),
              ...(pageParam ? { cursor: pageParam } : {}),
            },
          },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => (last.has_more ? (last.next_cursor ?? null) : null),
    placeholderData: (before) => before,
  });
  const tenants = list.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <>
      <PageHead title="Tenants" />
      <div className="mb-4 flex flex-wrap items-end gap-3">
        <TextField
          label="Find a tenant"
          type="search"
          placeholder="Name or address"
          className="grow basis-52 sm:max-w-md"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <SelectField label="Standing" value={status} onChange={(event) => setStatus(event.target.value)}>
          <option value="">Any</option>
          {Object.keys(TONES).map((word) => (
            <option key={word} value={word}>
              {sentence(word)}
            </option>
          ))}
        </SelectField>
      </div>
      <Card>
        {list.isPending ? (
          <Waiting what="Loading tenants" />
        ) : list.isError && !list.data ? (
          <Failure error={list.error} retry={() => void list.refetch()} />
        ) : tenants.length === 0 ? (
          <Empty icon={Building2} title="No tenant is like that" />
        ) : (
          <ul className="divide-y divide-line">
            {tenants.map((tenant) => (
              <Row
                key={tenant.id}
                tenant={tenant}
                open={me?.platform_role === "owner" && !tenant.is_root ? () => setOpen(tenant) : null}
              />
            ))}
          </ul>
        )}
        {list.hasNextPage && (
          <Button className="mt-4" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            More tenants
          </Button>
        )}
      </Card>
      {open && <Impersonate tenant={open} close={() => setOpen(null)} />}
    </>
  );
}

function Row({ tenant, open }: { tenant: Tenant; open: (() => void) | null }) {
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2.5">
      <span className="min-w-0 flex-1 basis-48">
        <span className="font-medium" dir="auto">
          {tenant.company_name}
        </span>
        <span className="block text-sm text-faint">
          {tenant.slug} · {sentence(tenant.plan_tier)} · {count(tenant.lines)} lines · {count(tenant.members)}{" "}
          people
        </span>
      </span>
      <Badge tone={TONES[tenant.status] ?? "plain"}>{sentence(tenant.status)}</Badge>
      {tenant.is_test_mode && <Badge>Sandbox</Badge>}
      {open && (
        <Button size="small" onClick={open} aria-label={`View as ${tenant.company_name}`}>
          <Eye aria-hidden /> View as
        </Button>
      )}
    </li>
  );
}
