/** What is said when: turns and their words on the clock of the call. Knows no page. */
import type { Turn } from "@/features/calls/queries";

export interface Word {
  text: string;
  start_ms: number;
  end_ms: number;
}

export interface Active {
  seq: number;
  /** Which word of the turn; -1 where none is said, or none is known. */
  word: number;
}

/** The words of a turn with their times, as they stand in its text; none where they are not stored. */
export function wordsOf(turn: Turn): Word[] {
  if (!Array.isArray(turn.words)) return [];
  const timed = turn.words.filter(isWord);
  const shown = turn.text.split(/\s+/).filter(Boolean);
  // A text that was put right has other words than those that were timed.
  if (timed.length !== shown.length) return [];
  return timed.map((word, i) => ({ ...word, text: shown[i] ?? word.text }));
}

function isWord(word: unknown): word is Word {
  const of = word as Partial<Word> | null;
  return typeof of?.text === "string" && typeof of.start_ms === "number" && typeof of.end_ms === "number";
}

/** The turn that began last, and the word in it that is being said. */
export function activeAt(turns: readonly Turn[], ms: number): Active | null {
  let found: Turn | undefined;
  for (const turn of turns) {
    if (turn.start_ms <= ms && turn.start_ms >= (found?.start_ms ?? 0)) found = turn;
  }
  if (!found) return null;
  const word = ms > found.end_ms ? -1 : wordsOf(found).findLastIndex((one) => one.start_ms <= ms);
  return { seq: found.seq, word };
}

/** Where the turn before and the turn behind a moment begin. Shortly after a beginning, before is the one before. */
export function neighbours(turns: readonly Turn[], ms: number): { before: number; behind: number | null } {
  const starts = turns.map((turn) => turn.start_ms).sort((a, b) => a - b);
  return {
    before: starts.findLast((start) => start < ms - SHORTLY_MS) ?? starts[0] ?? 0,
    behind: starts.find((start) => start > ms) ?? null,
  };
}

const SHORTLY_MS = 1500;

/** How long each of both spoke. What of the agent's was not heard does not count. */
export function talkTime(turns: readonly Turn[]): { caller: number; agent: number } {
  const of = (speaker: string) =>
    turns
      .filter((turn) => turn.speaker === speaker)
      .reduce((sum, turn) => sum + Math.max(0, turn.end_ms - turn.start_ms), 0);
  return { caller: of("caller"), agent: of("agent") };
}

/** Longer than this is worth jumping over; so much of it is left at both sides. */
const QUIET_MS = 1200;
const KEPT_MS = 250;
/** Of 127. */
const LOUD = 3;

/** Stretches in which neither side makes a sound, from a waveform's peaks. */
export function silences(
  { duration_ms, channels }: { duration_ms: number; channels: number[][] },
  offset = 0,
): { from: number; to: number }[] {
  const points = Math.floor((channels[0]?.length ?? 0) / 2);
  if (points === 0) return [];
  const each = duration_ms / points;
  const found: { from: number; to: number }[] = [];
  let since: number | null = null;
  for (let i = 0; i <= points; i += 1) {
    const quiet =
      i < points && channels.every((side) => -(side[2 * i] ?? 0) <= LOUD && (side[2 * i + 1] ?? 0) <= LOUD);
    if (quiet) since ??= i;
    else if (since !== null) {
      if ((i - since) * each >= QUIET_MS) {
        found.push({ from: offset + since * each + KEPT_MS, to: offset + i * each - KEPT_MS });
      }
      since = null;
    }
  }
  return found;
}
