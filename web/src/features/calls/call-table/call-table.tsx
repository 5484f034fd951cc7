import { Link } from "@tanstack/react-router";
import { PhoneIncoming, PhoneOutgoing } from "lucide-react";
import { Badge } from "@/components/ui/badge/badge";
import type { Call } from "@/features/calls/queries";
import { isLive, modeName, sentence, statusTone } from "@/features/calls/words";
import { dateTime } from "@/lib/dates/dates";
import { clock, delay } from "@/lib/numbers/numbers";
import { phone } from "@/lib/phones/phones";

export function StatusBadge({ status }: { status: string }) {
  return (
    <Badge tone={statusTone(status)}>
      {isLive(status) && <span className="size-2 animate-pulse rounded-full bg-accent" aria-hidden />}
      {sentence(status)}
    </Badge>
  );
}

/** Calls, the newest first. Where there is little room they are cards: the same table, its cells below each other. */
export function CallTable({ calls, zone }: { calls: Call[]; zone: string }) {
  return (
    <div className="@container">
      <table className="w-full text-left @max-3xl:block">
        <caption className="sr-only">Calls</caption>
        <thead className="text-sm text-faint @max-3xl:sr-only">
          <tr className="border-b border-line">
            {["Caller", "When", "Line", "Status", "Length", "Response", "Outcome"].map((head) => (
              <th key={head} scope="col" className="px-3 py-2 font-medium">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="@max-3xl:block">
          {calls.map((call) => (
            <CallRow key={call.id} call={call} zone={zone} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const cell = "px-3 py-2.5 @max-3xl:p-0";

function CallRow({ call, zone }: { call: Call; zone: string }) {
  const outbound = call.direction === "outbound";
  const Icon = outbound ? PhoneOutgoing : PhoneIncoming;
  return (
    <tr className="border-b border-line last:border-0 hover:bg-accent-soft/50 @max-3xl:flex @max-3xl:flex-wrap @max-3xl:items-center @max-3xl:gap-x-3 @max-3xl:gap-y-1 @max-3xl:py-3">
      <td className={cell}>
        <Link
          to="/calls/$callId"
          params={{ callId: call.id }}
          className="inline-flex min-h-6 items-center gap-2 font-medium hover:underline"
        >
          <Icon className="size-4 shrink-0 text-faint" aria-label={outbound ? "Outbound" : "Inbound"} />
          {phone(outbound ? call.to : call.from)}
        </Link>
        {call.mode === "test" && <Badge className="ml-2">Test</Badge>}
      </td>
      <td className={`${cell} text-faint whitespace-nowrap`}>
        <time dateTime={call.started_at}>{dateTime(call.started_at, zone)}</time>
      </td>
      <td className={cell}>{modeName(call.ivr_mode)}</td>
      <td className={cell}>
        <StatusBadge status={call.status} />
      </td>
      <td className={`${cell} tabular-nums`}>{call.duration_ms == null ? "–" : clock(call.duration_ms)}</td>
      <td className={`${cell} tabular-nums @max-3xl:hidden`}>
        {call.latency_p50_ms == null ? "–" : delay(call.latency_p50_ms)}
      </td>
      <td className={cell}>{call.outcome ? sentence(call.outcome) : "–"}</td>
    </tr>
  );
}
