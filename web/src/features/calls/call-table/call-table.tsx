import { Link } from "@tanstack/react-router";
import { PhoneIncoming, PhoneOutgoing } from "lucide-react";
import { memo } from "react";
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

/**
 * One row is a grid: three lines of two columns, and in the list, where there is room, a line of seven. The
 * window's width says so: the container's would double the time that a row's styles take (docs/BENCHMARKS.md).
 */
const LINES = "grid items-center gap-x-2 grid-cols-[minmax(0,1fr)_auto]";
const COLUMNS = `${LINES} xl:grid-cols-[minmax(9.25rem,1.2fr)_12.75rem_6rem_7.5rem_5.5rem_5.5rem_minmax(6.5rem,1.2fr)]`;

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

/** `wide`: where there is room, columns stand below them. */
export function CallHeads({ sorting, wide = false }: { sorting?: Sorting; wide?: boolean }) {
  return (
    <thead className={cn("block text-sm text-faint", wide ? "max-xl:sr-only" : "sr-only")}>
      <tr className={cn(COLUMNS, "border-b border-line")}>
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
  /** In columns, where there is room. */
  wide?: boolean;
  /** Where it stands in a list of which only a part is on the page. */
  index?: number;
  /** How far below the list's top, in pixels, where rows are placed one by one. */
  top?: number;
}

/** Joined once: a list makes rows by the hundred. */
function classes(wide: boolean) {
  const cell = (always: string, columns: string) =>
    // The browser's own sheet lets cells inherit their alignment: then each is styled anew when its row moves.
    cn("min-w-0 align-baseline", always, wide && cn("xl:col-auto xl:row-auto xl:px-2", columns));
  const end = "col-start-2 justify-self-end";
  return {
    row: cn(wide ? COLUMNS : LINES, "border-b border-line py-2.5 last:border-0 hover:bg-accent-soft/50"),
    from: cell("flex items-center gap-2", ""),
    created: cell("col-start-1 row-start-2 truncate text-faint", ""),
    line: cell("col-start-1 row-start-3 truncate text-faint", "xl:text-ink"),
    status: cell(`${end} row-start-1`, "xl:justify-self-start"),
    duration: cell(`${end} row-start-2 tabular-nums`, "xl:justify-self-start"),
    response: cell("hidden tabular-nums", "xl:block"),
    outcome: cell(`${end} row-start-3 truncate`, "xl:justify-self-stretch"),
  };
}

const IN_LINES = classes(false);
const IN_COLUMNS = classes(true);

/** The whole row leads to the call; the link in it is what keys reach. */
export const CallRow = memo(function CallRow({ call, zone, wide, index, top }: RowProps) {
  const outbound = call.direction === "outbound";
  const Icon = outbound ? PhoneOutgoing : PhoneIncoming;
  const of = wide ? IN_COLUMNS : IN_LINES;
  return (
    <tr
      style={top === undefined ? undefined : { transform: `translateY(${top}px)` }}
      data-index={index}
      aria-rowindex={index === undefined ? undefined : index + 2}
      className={`${of.row} ${top === undefined ? "relative" : "absolute inset-x-0 top-0"}`}
    >
      <td className={of.from}>
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
      <td className={of.created}>
        <time dateTime={call.started_at}>{dateTime(call.started_at, zone)}</time>
      </td>
      <td className={of.line}>{modeName(call.ivr_mode)}</td>
      <td className={of.status}>
        <StatusBadge status={call.status} />
      </td>
      <td className={of.duration}>{call.duration_ms == null ? "–" : clock(call.duration_ms)}</td>
      <td className={of.response}>{call.latency_p50_ms == null ? "–" : delay(call.latency_p50_ms)}</td>
      <td className={of.outcome}>{call.outcome ? sentence(call.outcome) : "–"}</td>
    </tr>
  );
});

/** A few calls. */
export function CallTable({ calls, zone }: { calls: Call[]; zone: string }) {
  return (
    <table className="block w-full text-left">
      <caption className="sr-only">Calls</caption>
      <CallHeads />
      <tbody className="block">
        {calls.map((call) => (
          <CallRow key={call.id} call={call} zone={zone} />
        ))}
      </tbody>
    </table>
  );
}
