import { Link } from "@tanstack/react-router";
import { Timer } from "lucide-react";
import { Empty } from "@/components/ui/states/states";
import { Table, Td, Th, Tr } from "@/components/ui/table/table";
import type { Turn } from "@/features/calls/queries";
import { cn } from "@/lib/cn/cn";
import { clock, delay, spoken } from "@/lib/numbers/numbers";

/** The stages of an answer, in the order in which they are passed. */
export const STAGES = [
  { key: "endpoint_ms", name: "Turn is over", short: "Turn over", colour: "bg-edge" },
  { key: "asr_final_ms", name: "ASR final", short: "ASR", colour: "bg-bad" },
  { key: "llm_first_token_ms", name: "LLM first token", short: "LLM", colour: "bg-warn" },
  { key: "tts_first_byte_ms", name: "TTS first byte", short: "TTS", colour: "bg-accent" },
  { key: "first_frame_ms", name: "First frame out", short: "Frame out", colour: "bg-good" },
] as const;

export type Stage = (typeof STAGES)[number]["key"];

/** How long each stage took on top of those before. What was ready before its turn came took nothing. */
export function stages(turn: Turn, totalMs: number): { name: string; colour: string; ms: number }[] {
  let before = 0;
  const parts = [];
  for (const { key, name, colour } of STAGES) {
    const at = turn[key];
    if (at == null) continue;
    // Stages that do not fit into the whole were counted otherwise: then only the whole is told.
    if (at > totalMs || at < 0) return [];
    if (at > before) parts.push({ name, colour, ms: at - before });
    before = Math.max(before, at);
  }
  return parts;
}

/** The value that so many of a hundred do not exceed; the nearest one that there is. */
export function percentile(values: readonly number[], of: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((of / 100) * sorted.length) - 1)] ?? null;
}

export function LatencyBar({
  turn,
  longest,
  className,
}: {
  turn: Turn;
  longest: number;
  className?: string;
}) {
  const total = turn.total_ms ?? 0;
  return (
    <div
      className={cn("flex h-2 overflow-hidden rounded-full", className)}
      style={{ width: `${Math.max(2, (total / Math.max(1, longest)) * 100)}%` }}
      aria-hidden
    >
      {stages(turn, total).map((part) => (
        <div key={part.name} className={part.colour} style={{ flexGrow: part.ms }} />
      ))}
    </div>
  );
}

type Figures = Partial<Record<Stage, number | null>>;

interface Props {
  callId: string;
  turns: Turn[];
  /** Of all calls of the tenant in the last days. */
  tenant?: { days: number; p50: Figures; p95: Figures };
}

/** Each answer of the agent: when each stage was passed, counted from the caller's last sound. */
export function Latency({ callId, turns, tenant }: Props) {
  const answers = turns.filter((turn) => turn.speaker === "agent" && turn.total_ms != null);
  if (answers.length === 0) {
    return (
      <Empty icon={Timer} title="No answer was measured">
        The agent's answers to what the caller said are measured; a greeting is no answer.
      </Empty>
    );
  }
  const longest = Math.max(...answers.map((turn) => turn.total_ms ?? 0));
  const ofCall = (of: number): Figures =>
    Object.fromEntries(
      STAGES.map(({ key }) => [
        key,
        percentile(
          answers.flatMap((turn) => turn[key] ?? []),
          of,
        ),
      ]),
    );
  const sums: [string, Figures][] = [
    ["This call, p50", ofCall(50)],
    ["This call, p95", ofCall(95)],
    ...(tenant
      ? ([
          [`All calls, ${tenant.days} days, p50`, tenant.p50],
          [`All calls, ${tenant.days} days, p95`, tenant.p95],
        ] as [string, Figures][])
      : []),
  ];
  return (
    <>
      <p className="mb-3 text-faint">
        When each stage was passed, counted from the caller's last sound. Half of the answers were as fast as
        p50, 95 of 100 as fast as p95.
      </p>
      <ul className="mb-3 flex flex-wrap gap-x-4 gap-y-1 text-sm" aria-label="Colours of the bars">
        {STAGES.map((stage) => (
          <li key={stage.key} className="inline-flex items-center gap-1.5">
            <span className={cn("size-3 rounded-sm", stage.colour)} aria-hidden />
            {stage.name}
          </li>
        ))}
      </ul>
      <Table
        caption="Response times"
        className="tabular-nums"
        head={
          <>
            <Th>Answer</Th>
            <Th className="w-1/3 min-w-24">Stages</Th>
            {STAGES.map((stage) => (
              <Th key={stage.key} className="text-right whitespace-nowrap">
                <abbr title={stage.name} className="no-underline">
                  {stage.short}
                </abbr>
              </Th>
            ))}
          </>
        }
      >
        {answers.map((turn) => (
          <Tr key={turn.seq}>
            <Td>
              <Link
                to="/calls/$callId"
                params={{ callId }}
                search={{ t: turn.start_ms / 1000 }}
                replace
                className="inline-flex min-h-6 items-center text-accent underline underline-offset-4"
                aria-label={`Answer at ${spoken(turn.start_ms)}`}
              >
                {clock(turn.start_ms)}
              </Link>
            </Td>
            <Td>
              <LatencyBar turn={turn} longest={longest} />
            </Td>
            {STAGES.map(({ key }) => (
              <Td key={key} className="text-right whitespace-nowrap">
                {turn[key] == null ? "–" : delay(turn[key])}
              </Td>
            ))}
          </Tr>
        ))}
        {sums.map(([name, figures]) => (
          <Tr key={name} className="font-medium">
            <th scope="row" colSpan={2} className="px-3 py-2.5 text-left font-medium">
              {name}
            </th>
            {STAGES.map(({ key }) => (
              <Td key={key} className="text-right whitespace-nowrap">
                {figures[key] == null ? "–" : delay(figures[key])}
              </Td>
            ))}
          </Tr>
        ))}
      </Table>
    </>
  );
}
