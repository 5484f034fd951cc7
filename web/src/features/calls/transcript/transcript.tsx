import { Link } from "@tanstack/react-router";
import { Hash, Link2, PencilLine, Wrench } from "lucide-react";
import { memo, useEffect, useRef } from "react";
import { LatencyBar } from "@/features/calls/latency/latency";
import { useActive, usePlayer, usePlaying } from "@/features/calls/player/player";
import type { Happening, Turn } from "@/features/calls/queries";
import { wordsOf } from "@/features/calls/said";
import { sentence } from "@/features/calls/words";
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
  /** The moment to be shown, in milliseconds of the call's sound, while nothing is played. */
  atMs: number | null;
  /** Calls that go on: who listens hears each new turn. */
  live: boolean;
  /** Puts right what was heard wrongly; for who may. */
  correct?: (turn: Turn) => void;
}

export function Transcript({ callId, turns, events, atMs, live, correct }: Props) {
  const player = usePlayer();
  const playing = usePlaying(player);
  const heard = useActive(player, turns);
  const list = useRef<HTMLOListElement>(null);
  const all = lines(turns, events);
  const wanted = all.findLast((line) => "turn" in line && atMs !== null && line.at <= atMs);
  const asked = wanted && "turn" in wanted ? wanted.turn.seq : undefined;
  const marked = player ? heard?.seq : asked;
  const word = player ? heard?.word : undefined;

  // What is asked for by the address is put into the middle; what is played is only kept in sight.
  useEffect(() => {
    if (asked !== undefined) at(list.current, asked)?.scrollIntoView({ block: "center" });
  }, [asked]);
  useEffect(() => {
    if (!playing || marked === undefined) return;
    const turn = at(list.current, marked);
    const spot = turn?.querySelector(`[data-word="${word}"]`) ?? turn;
    spot?.scrollIntoView({ block: "nearest" });
  }, [playing, marked, word]);

  useEffect(() => {
    const it = list.current;
    if (!it || !player) return;
    const seek = (event: MouseEvent) => {
      const spot = (event.target as Element).closest<HTMLElement>("[data-at]");
      if (spot && window.getSelection()?.isCollapsed !== false) player.seek(Number(spot.dataset.at));
    };
    it.addEventListener("click", seek);
    return () => it.removeEventListener("click", seek);
  }, [player]);
  return (
    <ol
      ref={list}
      className="flex flex-col gap-3"
      aria-label="Transcript"
      aria-live={live ? "polite" : "off"}
    >
      {all.map((line) =>
        "turn" in line ? (
          <TurnLine
            key={`t${line.turn.seq}`}
            callId={callId}
            turn={line.turn}
            marked={line.turn.seq === marked}
            word={line.turn.seq === marked ? word : undefined}
            plays={player !== null}
            {...(correct ? { correct } : {})}
          />
        ) : (
          <EventLine key={line.event.id} event={line.event} />
        ),
      )}
    </ol>
  );
}

const at = (list: Element | null, seq: number) => list?.querySelector(`[data-turn="${seq}"]`);

interface TurnProps {
  callId: string;
  turn: Turn;
  marked: boolean;
  /** The word that is heard. */
  word: number | undefined;
  /** There is sound: words can be chosen. */
  plays: boolean;
  correct?: (turn: Turn) => void;
}

const TurnLine = memo(function TurnLine({ callId, turn, marked, word, plays, correct }: TurnProps) {
  const agent = turn.speaker === "agent";
  const rest = agent ? unspoken(turn) : "";
  return (
    <li
      data-turn={turn.seq}
      aria-current={marked || undefined}
      className={cn(
        "group max-w-[46rem] rounded-xl px-4 py-2.5",
        agent ? "ml-4 self-end bg-accent-soft sm:ml-16" : "mr-4 self-start bg-page sm:mr-16",
        marked && "outline-2 outline-accent",
      )}
    >
      <div className="flex flex-wrap items-center gap-x-3 text-sm text-faint">
        <span className="font-medium text-ink">{agent ? "Agent" : "Caller"}</span>
        <Link
          to="/calls/$callId"
          params={{ callId }}
          search={{ t: turn.start_ms / 1000 }}
          replace
          resetScroll={false}
          data-at={turn.start_ms}
          className="inline-flex min-h-6 items-center gap-1 tabular-nums hover:underline"
        >
          <span className="sr-only">{plays ? "Play from" : "Link to"}</span> {clock(turn.start_ms)} –{" "}
          {clock(turn.end_ms)}
          <Link2 className="size-3" aria-hidden />
        </Link>
        {turn.interrupted && <span className="text-warn">interrupted</span>}
        {turn.heard_text != null && <span>corrected</span>}
        {!agent && turn.confidence != null && (
          <span className={turn.confidence < 0.7 ? "text-warn" : undefined}>
            {Math.round(turn.confidence * 100)} % sure
          </span>
        )}
        {correct && (
          <button
            type="button"
            className="-my-1 grid size-7 place-items-center rounded-md opacity-0 group-hover:opacity-100 hover:bg-line/60 focus-visible:opacity-100 pointer-coarse:opacity-100 print:hidden"
            aria-label={`Correct what was said at ${spoken(turn.start_ms)}`}
            onClick={() => correct(turn)}
          >
            <PencilLine className="size-3.5" aria-hidden />
          </button>
        )}
      </div>
      <p dir="auto" className="whitespace-pre-wrap" data-said>
        {plays ? <Words turn={turn} active={word} /> : turn.text}
        {rest && (
          <s className="text-faint no-underline">
            <span className="sr-only"> Not spoken: </span>
            {rest}
          </s>
        )}
      </p>
      {agent && turn.total_ms != null && (
        <div className="mt-1.5 text-sm text-faint">
          <LatencyBar turn={turn} longest={turn.total_ms} />
          <span className="mt-1 block">Answered after {delay(turn.total_ms)}</span>
        </div>
      )}
    </li>
  );
});

/** Each word where it can be heard: choosing it plays from there. */
function Words({ turn, active }: { turn: Turn; active: number | undefined }) {
  const words = wordsOf(turn);
  if (words.length === 0) return turn.text;
  return words.map((word, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a word is known by its place, and two may begin at once
    <span key={i}>
      <span
        data-at={word.start_ms}
        data-word={i}
        className={cn(
          "cursor-pointer rounded-sm hover:bg-line/60",
          i === active && "bg-accent text-accent-ink hover:bg-accent",
        )}
      >
        {word.text}
      </span>
      {i < words.length - 1 && " "}
    </span>
  ));
}

function EventLine({ event }: { event: Happening }) {
  const payload = (event.payload ?? {}) as Record<string, unknown>;
  const keys = event.kind === "dtmf";
  const Icon = keys ? Hash : Wrench;
  const { kind: _, name, ok, ...rest } = payload;
  return (
    <li className="flex items-start gap-2 self-center rounded-lg border border-line px-3 py-1.5 text-sm">
      <Icon className="mt-0.5 size-4 shrink-0 text-faint" aria-hidden />
      <span className="min-w-0">
        {keys ? (
          `Keys: ${String(payload.digits ?? "")}`
        ) : (
          <>
            {typeof name === "string" ? sentence(name) : "Tool"}
            <span className={ok === false ? "text-bad" : "text-faint"}>
              {event.kind === "tool_called" ? " called" : ok === false ? " failed" : " answered"}
            </span>
          </>
        )}
        {!keys && Object.keys(rest).length > 0 && (
          <code className="block text-faint">{JSON.stringify(rest)}</code>
        )}
      </span>
    </li>
  );
}
