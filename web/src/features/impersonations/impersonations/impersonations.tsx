import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Eye } from "lucide-react";
import { api, ask } from "@/api/client/client";
import { explain } from "@/api/problem/problem";
import type { components } from "@/api/schema";
import { Badge, type Tone } from "@/components/ui/badge/badge";
import { Button } from "@/components/ui/button/button";
import { Card, PageHead } from "@/components/ui/card/card";
import { toast } from "@/components/ui/toast/toast";
import { Listing } from "@/features/platform/listing/listing";
import { paged } from "@/features/platform/queries";
import { usersQuery } from "@/features/platform-users/queries";
import { tenantsQuery } from "@/features/tenants/queries";
import { dateTime, ownZone } from "@/lib/dates/dates";

type Impersonation = components["schemas"]["Page_ImpersonationView"]["data"][number];

const impersonationsQuery = paged(["admin", "impersonations"], (page) =>
  ask(api.GET("/admin/impersonations", { params: { query: page } })),
);

/** How it stands: running, or why it is over. */
export function stateOf(one: Impersonation, now = Date.now()): { word: string; tone: Tone } {
  if (one.end_reason === "revoked") return { word: "Ended by an owner", tone: "plain" };
  if (one.ended_at) return { word: one.end_reason === "expired" ? "Time was up" : "Ended", tone: "plain" };
  if (Date.parse(one.expires_at) <= now) return { word: "Time was up", tone: "plain" };
  return { word: "Running", tone: "warn" };
}

/** Who worked in a tenant's place, when and why; what still runs can be ended. */
export function Impersonations() {
  const client = useQueryClient();
  const list = useInfiniteQuery(impersonationsQuery);
  const people = useInfiniteQuery(usersQuery({ only_platform: true })).data?.pages.flatMap((p) => p.data);
  const tenants = useInfiniteQuery(tenantsQuery({})).data?.pages.flatMap((p) => p.data);
  const end = useMutation({
    mutationFn: (id: string) => ask(api.DELETE("/admin/impersonations/{id}", { params: { path: { id } } })),
    onSuccess: () => void toast({ text: "It is ended" }),
    onError: (error) => void toast({ text: `It was not ended. ${explain(error)}`, tone: "bad" }),
    onSettled: () => client.invalidateQueries({ queryKey: impersonationsQuery.queryKey }),
  });
  return (
    <>
      <PageHead
        title="Impersonations"
        about="Who worked in a tenant’s place. Each is in the tenant’s own log, with every change that was made."
      />
      <Card>
        <Listing
          list={list}
          what="impersonations"
          icon={Eye}
          empty="Nobody has worked in a tenant’s place"
          next="“View as” on a tenant’s page begins one."
        >
          {(all) => (
            <ul className="divide-y divide-line">
              {all.map((one) => (
                <Row
                  key={one.id}
                  one={one}
                  who={
                    people?.find((user) => user.id === one.actor_id)?.name ?? "One of the platform’s people"
                  }
                  where={tenants?.find((tenant) => tenant.id === one.tenant_id)?.company_name ?? "a tenant"}
                  end={() => end.mutate(one.id)}
                  busy={end.isPending && end.variables === one.id}
                />
              ))}
            </ul>
          )}
        </Listing>
      </Card>
    </>
  );
}

interface RowProps {
  one: Impersonation;
  who: string;
  where: string;
  end: () => void;
  busy: boolean;
}

function Row({ one, who, where, end, busy }: RowProps) {
  const { word, tone } = stateOf(one);
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 py-2.5">
      <div className="min-w-0 flex-1 basis-72">
        <p>
          <span className="font-medium" dir="auto">
            {who}
          </span>{" "}
          as{" "}
          <Link
            to="/admin/tenants/$tenantId"
            params={{ tenantId: one.tenant_id }}
            dir="auto"
            className="inline-flex min-h-6 items-center text-accent underline underline-offset-4"
          >
            {where}
          </Link>
          {one.mode === "read_only" && <span className="text-faint"> (reading only)</span>}
        </p>
        <p dir="auto">{one.reason}</p>
        <p className="text-sm text-faint">
          <time dateTime={one.started_at}>{dateTime(one.started_at, ownZone)}</time>
          {one.ended_at
            ? ` to ${dateTime(one.ended_at, ownZone)}`
            : `, at most until ${dateTime(one.expires_at, ownZone)}`}
          {one.ticket && (
            <>
              {" "}
              · ticket <span dir="auto">{one.ticket}</span>
            </>
          )}
        </p>
      </div>
      <div className="flex items-center gap-2">
        <Badge tone={tone}>{word}</Badge>
        {word === "Running" && (
          <Button size="small" busy={busy} onClick={end} aria-label={`End: ${who} as ${where}`}>
            End
          </Button>
        )}
      </div>
    </li>
  );
}
