import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { Badge } from "@/components/ui/badge/badge";
import { Card, PageHead } from "@/components/ui/card/card";
import { StatusBadge } from "@/features/calls/call-table/call-table";
import { HangUp } from "@/features/calls/hang-up/hang-up";
import { agentVersionQuery, type CallDetail, contactQuery, type Turn } from "@/features/calls/queries";
import { talkTime } from "@/features/calls/said";
import { isLive, modeName, sentence } from "@/features/calls/words";
import { dateTime } from "@/lib/dates/dates";
import { clock, delay } from "@/lib/numbers/numbers";
import { phone } from "@/lib/phones/phones";

interface Props {
  call: CallDetail;
  turns: Turn[];
  zone: string;
  actions?: ReactNode;
}

/** Who called whom, when, for how long, with whom, and how it ended. */
export function CallHead({ call, turns, zone, actions }: Props) {
  const outbound = call.direction === "outbound";
  const number = (outbound ? call.to : call.from) ?? null;
  const name = useQuery(contactQuery(number)).data?.name;
  const agent = useQuery(agentVersionQuery(call.agent_version_id ?? null)).data;
  const talk = useMemo(() => talkTime(turns), [turns]);
  const live = isLive(call.status);
  const facts: [string, ReactNode][] = [
    ["From", phone(call.from)],
    ["To", phone(call.to)],
    ["Began", <Time key="b" at={call.started_at} zone={zone} />],
    ...(call.ended_at ? [["Ended", <Time key="e" at={call.ended_at} zone={zone} />] as Fact] : []),
    ["Duration", call.duration_ms == null ? "–" : clock(call.duration_ms)],
    ...(turns.length > 0
      ? [["Talk time", `caller ${clock(talk.caller)}, agent ${clock(talk.agent)}`] as Fact]
      : []),
    ["Line", modeName(call.ivr_mode)],
    ...(agent ? [["Agent", <bdi key="a">{`${agent.agent}, version ${agent.version}`}</bdi>] as Fact] : []),
    ["How it ended", call.end_reason ? sentence(call.end_reason) : "–"],
    ["Outcome", call.outcome ? sentence(call.outcome) : "–"],
    [
      "Response",
      call.latency_p50_ms == null
        ? "–"
        : `${delay(call.latency_p50_ms)}${call.latency_p95_ms == null ? "" : `, p95 ${delay(call.latency_p95_ms)}`}`,
    ],
    ...(call.digits ? [["Keys pressed", call.digits] as Fact] : []),
    [
      `Id at ${sentence(call.provider)}`,
      <code key="p" className="text-sm">
        {call.provider_call_id}
      </code>,
    ],
  ];
  return (
    <>
      <PageHead
        title={name ? <bdi>{name}</bdi> : phone(number)}
        about={
          <span className="flex flex-wrap items-center gap-2">
            {outbound ? "Outbound call" : "Inbound call"}
            {name && ` with ${phone(number)}`} <StatusBadge status={call.status} />
            {call.mode === "test" && <Badge>Test</Badge>}
          </span>
        }
        actions={
          <span className="flex flex-wrap gap-2 print:hidden">
            {actions}
            {live && <HangUp id={call.id} />}
          </span>
        }
      />
      <Card className="mb-5" aria-label="About the call">
        <dl className="grid grid-cols-2 gap-x-6 gap-y-3 md:grid-cols-3 xl:grid-cols-4 2xl:grid-cols-6">
          {facts.map(([label, value]) => (
            <div key={label} className="min-w-0">
              <dt className="text-sm text-faint">{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </Card>
    </>
  );
}

type Fact = [string, ReactNode];

function Time({ at, zone }: { at: string; zone: string }) {
  return <time dateTime={at}>{dateTime(at, zone)}</time>;
}
