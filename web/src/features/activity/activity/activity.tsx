import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Activity as Icon } from "lucide-react";
import { useDeferredValue } from "react";
import { Badge } from "@/components/ui/badge/badge";
import { Button } from "@/components/ui/button/button";
import { Card, PageHead } from "@/components/ui/card/card";
import { SelectField, TextField } from "@/components/ui/field/field";
import { Change, differences } from "@/features/activity/change/change";
import { activityQuery, type Deed, type Filters } from "@/features/activity/queries";
import { sentence } from "@/features/calls/words";
import { Listing } from "@/features/platform/listing/listing";
import { usersQuery } from "@/features/platform-users/queries";
import { tenantsQuery } from "@/features/tenants/queries";
import { dateTime, dayStart, ownZone } from "@/lib/dates/dates";

/** The filters as they stand in the address. Days are of the reader's own zone. */
export interface Search {
  actor?: string;
  action?: string;
  object?: string;
  impersonation?: string;
  since?: string;
  until?: string;
}

const filtersOf = (search: Search): Filters => ({
  ...(search.actor ? { actor_id: search.actor } : {}),
  ...(search.action ? { action: search.action } : {}),
  ...(search.object ? { object_id: search.object } : {}),
  ...(search.impersonation ? { impersonation_id: search.impersonation } : {}),
  ...(search.since ? { "at[gte]": dayStart(search.since, ownZone).toISOString() } : {}),
  ...(search.until ? { "at[lt]": dayStart(search.until, ownZone, 1).toISOString() } : {}),
});

interface Props {
  search: Search;
  change: (search: Search) => void;
}

/** What the platform's people did, the latest first. */
export function Activity({ search, change }: Props) {
  const settled = useDeferredValue(search);
  const list = useInfiniteQuery(activityQuery(filtersOf(settled)));
  const people =
    useInfiniteQuery(usersQuery({ only_platform: true })).data?.pages.flatMap((p) => p.data) ?? [];
  const tenants = useInfiniteQuery(tenantsQuery({})).data?.pages.flatMap((p) => p.data);
  const set = (key: keyof Search, value: string) => {
    const { [key]: _, ...rest } = search;
    change(value ? { ...rest, [key]: value } : rest);
  };
  const filtered = Object.keys(search).length > 0;
  return (
    <>
      <PageHead
        title="Activity"
        about="What the platform’s people did, to whom and why. What was before and is since is in the tenant’s own log."
      />
      <div className="mb-4 flex flex-wrap items-end gap-3">
        <SelectField
          label="Who"
          className="basis-44 max-sm:basis-full"
          value={search.actor ?? ""}
          onChange={(event) => set("actor", event.target.value)}
        >
          <option value="">Anybody</option>
          {people.map((user) => (
            <option key={user.id} value={user.id}>
              {user.name || user.email}
            </option>
          ))}
        </SelectField>
        <TextField
          label="What"
          placeholder="tenant.suspended"
          className="basis-48 max-sm:basis-full"
          spellCheck={false}
          autoCapitalize="off"
          value={search.action ?? ""}
          onChange={(event) => set("action", event.target.value.trim())}
        />
        <TextField
          label="From"
          type="date"
          className="max-sm:basis-full"
          value={search.since ?? ""}
          onChange={(event) => set("since", event.target.value)}
        />
        <TextField
          label="Until"
          type="date"
          className="max-sm:basis-full"
          value={search.until ?? ""}
          onChange={(event) => set("until", event.target.value)}
        />
        {filtered && <Button onClick={() => change({})}>Show all</Button>}
      </div>
      <Card>
        <Listing
          list={list}
          what="deeds"
          icon={Icon}
          empty={filtered ? "Nothing like that was done" : "Nothing was done yet"}
        >
          {(deeds) => (
            <ul className="divide-y divide-line">
              {deeds.map((deed) => (
                <Row
                  key={deed.id}
                  deed={deed}
                  where={tenants?.find((tenant) => tenant.id === tenantOf(deed))?.company_name ?? "A tenant"}
                />
              ))}
            </ul>
          )}
        </Listing>
      </Card>
    </>
  );
}

/** `tenant.suspended` → "Tenant suspended" */
const deedName = (action: string) => sentence(action.replaceAll(".", " "));

/** The tenant that something was done to. */
function tenantOf({ after }: Deed): string | null {
  const told = after && typeof after === "object" && "tenant_id" in after ? after.tenant_id : null;
  return typeof told === "string" ? told : null;
}

function Row({ deed, where }: { deed: Deed; where: string }) {
  const tenantId = tenantOf(deed);
  const changed = differences(deed.before, deed.after).length > 0;
  return (
    <li className="py-2.5">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <span className="font-medium">{deedName(deed.action)}</span>
        {deed.impersonation_id && <Badge tone="warn">In a tenant’s place</Badge>}
        {tenantId && (
          <Link
            to="/admin/tenants/$tenantId"
            params={{ tenantId }}
            dir="auto"
            className="inline-flex min-h-6 items-center text-accent underline underline-offset-4"
          >
            {where}
          </Link>
        )}
        <span className="text-sm text-faint">
          <span dir="auto">{deed.actor_name ?? sentence(deed.actor_kind)}</span>
          {deed.ip && ` from ${deed.ip}`} · <time dateTime={deed.at}>{dateTime(deed.at, ownZone)}</time>
        </span>
      </div>
      {deed.reason && (
        <p className="mt-1 text-sm">
          Reason: <span dir="auto">{deed.reason}</span>
        </p>
      )}
      <details className="mt-1 text-sm">
        <summary className="inline-flex min-h-6 cursor-pointer items-center text-accent">
          {changed ? "What changed" : "Details"}
        </summary>
        <Change before={deed.before} after={deed.after} />
        <p className="mt-2 text-faint">
          {sentence(deed.object_kind)}
          {deed.object_id && (
            <>
              {" "}
              <code>{deed.object_id}</code>
            </>
          )}
          {deed.request_id && (
            <>
              {" "}
              · request <code>{deed.request_id}</code>
            </>
          )}
        </p>
      </details>
    </li>
  );
}
