import { Link } from "@tanstack/react-router";
import { PhoneIncoming, PhoneOutgoing } from "lucide-react";
import { memo, type Ref } from "react";
import { Badge } from "@/components/ui/badge/badge";
import { Th } from "@/components/ui/table/table";
import type { Sort } from "@/features/calls/filters";
import type { Call } from "@/features/calls/queries";
import { isLive, modeName, sentence, statusTone } from "@/features/calls/words";
import { cn } from "@/lib/cn/cn";
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

/** One row is a grid: columns where there is room, else three lines of it. */
const GRID =
  "grid items-center gap-x-2 grid-cols-[minmax(0,1fr)_auto] @4xl:grid-cols-[minmax(9.25rem,1.2fr)_12.75rem_6rem_7.5rem_5.5rem_5.5rem_minmax(6.5rem,1.2fr)]";

const HEADS = [
  { name: "From", sort: "from" },
  { name: "Created", sort: "started_at" },
  { name: "Line" },
  { name: "Status", sort: "status" },
  { name: "Duration", sort: "duration_ms" },
  { name: "Response" },
  { name: "Outcome" },
] as const;

interface Sorting {
  /** Such as `-started_at`: the latest first. */
  by: Sort;
  change: (by: Sort) => void;
}

export function CallHeads({ sorting }: { sorting?: Sorting }) {
  return (
    <thead className="block text-sm text-faint @max-4xl:sr-only">
      <tr className={cn(GRID, "border-b border-line")}>
        {HEADS.map(({ name, ...head }) => (
          <Th
            key={name}
            className="px-2 text-left"
            {...(sorting && "sort" in head ? sorted(head.sort, sorting) : {})}
          >
            {name}
          </Th>
        ))}
      </tr>
    </thead>
  );
}

type Column = "from" | "started_at" | "status" | "duration_ms";

function sorted(column: Column, { by, change }: Sorting) {
  const up = by === column;
  const down = by === `-${column}`;
  // The newest and the longest are looked for first, and the first of an alphabet.
  const first: Sort = column === "from" || column === "status" ? column : `-${column}`;
  return {
    sorted: up ? ("ascending" as const) : down ? ("descending" as const) : null,
    onSort: () => change(up ? `-${column}` : down ? column : first),
  };
}

interface RowProps {
  call: Call;
  zone: string;
  /** Where it stands in a list of which only a part is on the page. */
  index?: number;
  /** How far below the list's top, in pixels, where rows are placed one by one. */
  top?: number;
  place?: Ref<HTMLTableRowElement>;
}

const cell = "min-w-0 @4xl:col-auto @4xl:row-auto @4xl:px-2";

/** The whole row leads to the call; the link in it is what keys reach. */
export const CallRow = memo(function CallRow({ call, zone, index, top, place }: RowProps) {
  const outbound = call.direction === "outbound";
  const Icon = outbound ? PhoneOutgoing : PhoneIncoming;
  return (
    <tr
      ref={place}
      style={top === undefined ? undefined : { transform: `translateY(${top}px)` }}
      data-index={index}
      aria-rowindex={index === undefined ? undefined : index + 2}
      className={cn(
        GRID,
        "border-b border-line py-2.5 last:border-0 hover:bg-accent-soft/50",
        top === undefined ? "relative" : "absolute inset-x-0 top-0",
      )}
    >
      <td className={cn(cell, "flex items-center gap-2")}>
        <Icon className="size-4 shrink-0 text-faint" aria-label={outbound ? "Outbound" : "Inbound"} />
        <Link
          to="/calls/$callId"
          params={{ callId: call.id }}
          className="min-w-0 truncate font-medium outline-none after:absolute after:inset-0 focus-visible:after:rounded-lg focus-visible:after:outline-2 focus-visible:after:outline-accent"
        >
          {outbound && "To "}
          {phone(outbound ? call.to : call.from)}
        </Link>
        {call.mode === "test" && <Badge>Test</Badge>}
      </td>
      <td className={cn(cell, "col-start-1 row-start-2 truncate text-faint")}>
        <time dateTime={call.started_at}>{dateTime(call.started_at, zone)}</time>
      </td>
      <td className={cn(cell, "col-start-1 row-start-3 truncate text-faint @4xl:text-ink")}>
        {modeName(call.ivr_mode)}
      </td>
      <td className={cn(cell, "col-start-2 row-start-1 justify-self-end @4xl:justify-self-start")}>
        <StatusBadge status={call.status} />
      </td>
      <td
        className={cn(cell, "col-start-2 row-start-2 justify-self-end tabular-nums @4xl:justify-self-start")}
      >
        {call.duration_ms == null ? "–" : clock(call.duration_ms)}
      </td>
      <td className={cn(cell, "tabular-nums @max-4xl:hidden")}>
        {call.latency_p50_ms == null ? "–" : delay(call.latency_p50_ms)}
      </td>
      <td
        className={cn(
          cell,
          "col-start-2 row-start-3 truncate @max-4xl:justify-self-end @max-4xl:empty:hidden",
        )}
      >
        {call.outcome ? sentence(call.outcome) : "–"}
      </td>
    </tr>
  );
});

/** A few calls. */
export function CallTable({ calls, zone }: { calls: Call[]; zone: string }) {
  return (
    <div className="@container">
      <table className="block w-full text-left">
        <caption className="sr-only">Calls</caption>
        <CallHeads />
        <tbody className="block">
          {calls.map((call) => (
            <CallRow key={call.id} call={call} zone={zone} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
