import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Inbox } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Badge, type Tone } from "@/components/ui/badge/badge";
import { Button } from "@/components/ui/button/button";
import { Card, PageHead } from "@/components/ui/card/card";
import { SelectField } from "@/components/ui/field/field";
import { sentence } from "@/features/calls/words";
import { Listing } from "@/features/platform/listing/listing";
import { Approve } from "@/features/setup-requests/approve/approve";
import { type Request, requestsQuery, STATES, type State } from "@/features/setup-requests/queries";
import { Reject } from "@/features/setup-requests/reject/reject";
import { dateTime, ownZone } from "@/lib/dates/dates";
import { phone } from "@/lib/phones/phones";

const TONES: Record<string, Tone> = { pending: "warn", approved: "good", rejected: "plain" };

/** Who asks for a tenant, and the answer to them. */
export function SetupRequests() {
  const [status, setStatus] = useState<State | "">("pending");
  const [open, setOpen] = useState<{ what: "approve" | "reject"; request: Request } | null>(null);
  const list = useInfiniteQuery(requestsQuery(status));
  const close = () => setOpen(null);
  return (
    <>
      <PageHead title="Setup requests" />
      <SelectField
        label="State"
        className="mb-4 max-w-48"
        value={status}
        onChange={(event) => setStatus(event.target.value as State | "")}
      >
        <option value="">All</option>
        {STATES.map((state) => (
          <option key={state} value={state}>
            {sentence(state)}
          </option>
        ))}
      </SelectField>
      <Card>
        <Listing
          list={list}
          what="requests"
          icon={Inbox}
          empty={status === "pending" ? "Nobody waits for an answer" : "No requests like that"}
          next={status === "pending" && "Who asks for a tenant at the sign-up form appears here."}
        >
          {(requests) => (
            <ul className="divide-y divide-line">
              {requests.map((request) => (
                <Row
                  key={request.id}
                  request={request}
                  approve={() => setOpen({ what: "approve", request })}
                  reject={() => setOpen({ what: "reject", request })}
                />
              ))}
            </ul>
          )}
        </Listing>
      </Card>
      {open?.what === "approve" && <Approve request={open.request} close={close} />}
      {open?.what === "reject" && <Reject request={open.request} close={close} />}
    </>
  );
}

interface RowProps {
  request: Request;
  approve: () => void;
  reject: () => void;
}

function Row({ request, approve, reject }: RowProps) {
  const facts: ReactNode[] = [
    <span key="w" dir="auto">
      {request.contact_name}
    </span>,
    request.email,
    request.phone && phone(request.phone),
    request.industry && (
      <span key="i" dir="auto">
        {request.industry}
      </span>
    ),
    sentence(request.plan_tier),
    <time key="t" dateTime={request.created_at}>
      {dateTime(request.created_at, ownZone)}
    </time>,
  ].filter(Boolean);
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 py-3">
      <div className="min-w-0 flex-1 basis-72">
        <h2 className="font-medium" dir="auto">
          {request.company_name}
        </h2>
        <p className="text-sm text-faint">
          {facts.map((fact, n) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: they stay in their places
            <span key={n}>
              {n > 0 && " · "}
              {fact}
            </span>
          ))}
        </p>
        {request.message && (
          <p className="mt-1 max-w-prose whitespace-pre-line" dir="auto">
            {request.message}
          </p>
        )}
        {request.decision_reason && (
          <p className="mt-1 text-sm">
            Reason: <span dir="auto">{request.decision_reason}</span>
          </p>
        )}
      </div>
      {request.status === "pending" ? (
        <div className="flex gap-2">
          <Button size="small" onClick={reject} aria-label={`Reject ${request.company_name}`}>
            Reject
          </Button>
          <Button size="small" look="main" onClick={approve} aria-label={`Approve ${request.company_name}`}>
            Approve
          </Button>
        </div>
      ) : (
        <div className="flex flex-wrap items-center gap-3">
          {request.created_tenant_id && (
            <Link
              to="/admin/tenants/$tenantId"
              params={{ tenantId: request.created_tenant_id }}
              aria-label={`Open the tenant ${request.company_name}`}
              className="inline-flex min-h-6 items-center text-accent underline underline-offset-4"
            >
              Open the tenant
            </Link>
          )}
          <Badge tone={TONES[request.status] ?? "plain"}>{sentence(request.status)}</Badge>
        </div>
      )}
    </li>
  );
}
