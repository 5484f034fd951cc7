import { Link } from "@tanstack/react-router";
import { Hash, Link2, Wrench } from "lucide-react";
import { useEffect, useRef } from "react";
import type { Happening, Turn } from "@/features/calls/queries";
import { cn } from "@/lib/cn/cn";
import { clock, delay, spoken } from "@/lib/numbers/numbers";

/** What the agent was going to say and the caller did not hear: the rest behind the text that was heard. */
export function unspoken(turn: Turn): string {
  const planned = turn.generated_text ?? "";
  if (!turn.interrupted || planned.length <= turn.text.length) return "";
  let same = 0;
  while (same < turn.text.length && turn.text[same] === planned[same]) same += 1;
  // A heard text that was put differently has no rest that could be told.
  return same === turn.text.length ? planned.slice(same) : "";
}

type Line = { at: number; turn: Turn } | { at: number; event: Happening };
const INLINE = new Set(["dtmf", "tool_called", "tool_answered"]);

/** Turns, and between them keys and tools, in the order of the call's sound. */
export function lines(turns: Turn[], events: Happening[]): Line[] {
  const inline = events.filter((e) => INLINE.has(e.kind));
  return [
    ...turns.map((turn) => ({ at: turn.start_ms, turn })),
    ...inline.map((event) => ({ at: event.media_ms ?? 0, event })),
  ].sort((a, b) => a.at - b.at);
}

interface Props {
  callId: string;
  turns: Turn[];
  events: Happening[];
  /** The moment to be shown, in milliseconds of the call's sound. */
  atMs: number | null;
  /** Calls that go on: who listens hears each new turn. */
  live: boolean;
}

export function Transcript({ callId, turns, events, atMs, live }: Props) {
  const all = lines(turns, events);
  const here = all.findLast((line) => "turn" in line && atMs !== null && line.at <= atMs);
  const marked = useRef<HTMLLIElement>(null);
  const wanted = here && "turn" in here ? here.turn.seq : undefined;
  useEffect(() => {
    if (wanted !== undefined) marked.current?.scrollIntoView({ block: "center" });
  }, [wanted]);
  return (
    <ol className="flex flex-col gap-3" aria-label="Transcript" aria-live={live ? "polite" : "off"}>
      {all.map((line) =>
        "turn" in line ? (
          <TurnLine
            key={`t${line.turn.seq}`}
            callId={callId}
            turn={line.turn}
            marked={line === here}
            place={line === here ? marked : null}
          />
        ) : (
          <EventLine key={line.event.id} event={line.event} />
        ),
      )}
    </ol>
  );
}

function TurnLine({
  callId,
  turn,
  marked,
  place,
}: {
  callId: string;
  turn: Turn;
  marked: boolean;
  place: React.RefObject<HTMLLIElement | null> | null;
}) {
  const agent = turn.speaker === "agent";
  const rest = agent ? unspoken(turn) : "";
  return (
    <li
      ref={place}
      aria-current={marked || undefined}
      className={cn(
        "max-w-[46rem] rounded-xl px-4 py-2.5",
        agent ? "ml-4 self-end bg-accent-soft sm:ml-16" : "mr-4 self-start bg-page sm:mr-16",
        marked && "outline-2 outline-accent",
      )}
    >
      <p className="flex flex-wrap items-baseline gap-x-3 text-sm text-faint">
        <span className="font-medium text-ink">{agent ? "Agent" : "Caller"}</span>
        <Link
          to="/calls/$callId"
          params={{ callId }}
          search={{ t: turn.start_ms / 1000 }}
          replace
          className="inline-flex min-h-6 items-center gap-1 tabular-nums hover:underline"
          aria-label={`Link to ${spoken(turn.start_ms)}`}
        >
          {clock(turn.start_ms)} – {clock(turn.end_ms)}
          <Link2 className="size-3" aria-hidden />
        </Link>
        {turn.interrupted && <span className="text-warn">interrupted</span>}
        {!agent && turn.confidence != null && turn.confidence < 0.7 && (
          <span className="text-warn">heard with {Math.round(turn.confidence * 100)} % confidence</span>
        )}
      </p>
      <p dir="auto" className="whitespace-pre-wrap">
        {turn.text}
        {rest && (
          <s className="text-faint no-underline opacity-80">
            <span className="sr-only"> Not spoken: </span>
            {rest}
          </s>
        )}
      </p>
      {agent && turn.total_ms != null && <Latency turn={turn} totalMs={turn.total_ms} />}
    </li>
  );
}

const COLOURS = ["bg-faint", "bg-warn", "bg-accent", "bg-good"];

/** How long each stage took, from the end of the caller's speech to the agent's first sound. */
export function stages(turn: Turn, totalMs: number): { name: string; ms: number }[] {
  const marks: [string, number | null | undefined][] = [
    ["Noticing the end", turn.endpoint_ms],
    ["First word", turn.llm_first_token_ms],
    ["First sound made", turn.tts_first_byte_ms],
    ["Sent", totalMs],
  ];
  let before = 0;
  const parts = [];
  for (const [name, at] of marks) {
    if (at == null) continue;
    // Stages that do not fit into the whole were counted otherwise: then only the whole is told.
    if (at > totalMs || at < 0) return [];
    if (at > before) parts.push({ name, ms: at - before });
    before = Math.max(before, at);
  }
  return parts;
}

function Latency({ turn, totalMs }: { turn: Turn; totalMs: number }) {
  const parts = stages(turn, totalMs);
  return (
    <div className="mt-1.5 text-sm text-faint">
      <p>
        Answered after {delay(totalMs)}
        {parts.length > 1 && `: ${parts.map((p) => `${p.name.toLowerCase()} ${delay(p.ms)}`).join(", ")}`}
      </p>
      {parts.length > 1 && (
        <div className="mt-1 flex h-1.5 overflow-hidden rounded-full bg-line" aria-hidden>
          {parts.map((part, i) => (
            <div key={part.name} className={COLOURS[i % COLOURS.length]} style={{ flexGrow: part.ms }} />
          ))}
        </div>
      )}
    </div>
  );
}

function EventLine({ event }: { event: Happening }) {
  const payload = (event.payload ?? {}) as Record<string, unknown>;
  const keys = event.kind === "dtmf";
  const Icon = keys ? Hash : Wrench;
  const { kind: _, ...rest } = payload;
  return (
    <li className="flex items-start gap-2 self-center rounded-lg border border-line px-3 py-1.5 text-sm">
      <Icon className="mt-0.5 size-4 shrink-0 text-faint" aria-hidden />
      <span className="min-w-0">
        {keys
          ? `Keys: ${String(payload.digits ?? "")}`
          : event.kind === "tool_called"
            ? "Tool called"
            : "Tool answered"}
        {!keys && Object.keys(rest).length > 0 && (
          <code className="block text-faint">{JSON.stringify(rest)}</code>
        )}
      </span>
    </li>
  );
}
