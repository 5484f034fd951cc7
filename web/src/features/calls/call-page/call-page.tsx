import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowLeft, MessagesSquare } from "lucide-react";
import type { ReactNode } from "react";
import { Badge } from "@/components/ui/badge/badge";
import { Card, PageHead } from "@/components/ui/card/card";
import { Empty, Failure, Waiting } from "@/components/ui/states/states";
import { StatusBadge } from "@/features/calls/call-table/call-table";
import { HangUp } from "@/features/calls/hang-up/hang-up";
import {
  type CallDetail,
  callQuery,
  eventsQuery,
  recordingsQuery,
  turnsQuery,
} from "@/features/calls/queries";
import { Recordings } from "@/features/calls/recordings/recordings";
import { Timeline } from "@/features/calls/timeline/timeline";
import { Transcript } from "@/features/calls/transcript/transcript";
import { isLive, modeName, sentence } from "@/features/calls/words";
import { useZone } from "@/features/use-zone/use-zone";
import { dateTime } from "@/lib/dates/dates";
import { clock, delay } from "@/lib/numbers/numbers";
import { phone } from "@/lib/phones/phones";

export function CallPage({ id, atMs }: { id: string; atMs: number | null }) {
  const zone = useZone();
  const call = useQuery(callQuery(id));
  const turns = useQuery(turnsQuery(id));
  const events = useQuery(eventsQuery(id));
  const recordings = useQuery(recordingsQuery(id));
  if (call.isPending) return <Waiting rows={8} what="Loading the call" />;
  if (call.isError) return <Failure error={call.error} retry={() => void call.refetch()} />;
  const live = isLive(call.data.status);
  return (
    <>
      <Link to="/calls" className="mb-2 inline-flex min-h-6 items-center gap-1 text-faint hover:underline">
        <ArrowLeft className="size-4" aria-hidden /> Calls
      </Link>
      <Header call={call.data} zone={zone} live={live} />
      <div className="grid gap-5 xl:grid-cols-[1fr_24rem]">
        <Card title="Transcript">
          <Part of={turns}>
            {(all) =>
              all.length === 0 ? (
                <Empty
                  icon={MessagesSquare}
                  title={live ? "Nobody has spoken yet" : "There is no transcript"}
                >
                  {live ? "Turns appear here as they are over." : "Nobody spoke with the agent in this call."}
                </Empty>
              ) : (
                <Transcript callId={id} turns={all} events={events.data ?? []} atMs={atMs} live={live} />
              )
            }
          </Part>
        </Card>
        <div className="flex min-w-0 flex-col gap-5">
          <Card title="Recordings">
            <Part of={recordings}>{(all) => <Recordings recordings={all} />}</Part>
          </Card>
          <Card title="Events">
            <Part of={events}>{(all) => <Timeline events={all} zone={zone} />}</Part>
          </Card>
        </div>
      </div>
    </>
  );
}

interface PartProps<T> {
  of: { data: T | undefined; error: unknown; isError: boolean; refetch: () => unknown };
  children: (data: T) => ReactNode;
}

function Part<T>({ of, children }: PartProps<T>) {
  if (of.data !== undefined) return children(of.data);
  if (of.isError) return <Failure error={of.error} retry={() => void of.refetch()} />;
  return <Waiting rows={4} />;
}

function Header({ call, zone, live }: { call: CallDetail; zone: string; live: boolean }) {
  const outbound = call.direction === "outbound";
  const facts: [string, ReactNode][] = [
    [
      "Began",
      <time key="t" dateTime={call.started_at}>
        {dateTime(call.started_at, zone)}
      </time>,
    ],
    ["Length", call.duration_ms == null ? "–" : clock(call.duration_ms)],
    ["Line", `${modeName(call.ivr_mode)}, ${phone(outbound ? call.from : call.to)}`],
    ["Ended", call.end_reason ? sentence(call.end_reason) : "–"],
    ["Outcome", call.outcome ? sentence(call.outcome) : "–"],
    [
      "Response",
      call.latency_p50_ms == null
        ? "–"
        : `${delay(call.latency_p50_ms)}${call.latency_p95_ms == null ? "" : `, at worst ${delay(call.latency_p95_ms)}`}`,
    ],
    ...(call.digits ? [["Keys", call.digits] as [string, ReactNode]] : []),
    ["Carrier's id", <code key="p">{call.provider_call_id}</code>],
  ];
  return (
    <>
      <PageHead
        title={phone(outbound ? call.to : call.from)}
        about={
          <span className="flex flex-wrap items-center gap-2">
            {outbound ? "Outbound call" : "Inbound call"} <StatusBadge status={call.status} />
            {call.mode === "test" && <Badge>Test</Badge>}
          </span>
        }
        actions={live && <HangUp id={call.id} />}
      />
      <Card className="mb-5" aria-label="About the call">
        <dl className="grid grid-cols-2 gap-x-6 gap-y-3 md:grid-cols-4">
          {facts.map(([name, value]) => (
            <div key={name} className="min-w-0">
              <dt className="text-sm text-faint">{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </Card>
    </>
  );
}
