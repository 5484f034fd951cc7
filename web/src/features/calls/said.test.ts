import { expect, it } from "vitest";
import type { Turn } from "@/features/calls/queries";
import { activeAt, neighbours, silences, talkTime, wordsOf } from "./said";

const turn = (seq: number, start_ms: number, end_ms: number, more: object = {}): Turn =>
  ({
    seq,
    speaker: "caller",
    text: "One two",
    start_ms,
    end_ms,
    interrupted: false,
    words: [],
    ...more,
  }) as Turn;
const words = [
  { text: "one", start_ms: 1000, end_ms: 1400 },
  { text: "two", start_ms: 1500, end_ms: 1900 },
];
const turns = [turn(1, 1000, 2000, { words }), turn(2, 3000, 4000)];

it("finds the turn and the word of a moment", () => {
  expect(activeAt(turns, 500)).toBeNull();
  expect(activeAt(turns, 1000)).toEqual({ seq: 1, word: 0 });
  expect(activeAt(turns, 1499)).toEqual({ seq: 1, word: 0 });
  expect(activeAt(turns, 1500)).toEqual({ seq: 1, word: 1 });
  expect(activeAt(turns, 2500)).toEqual({ seq: 1, word: -1 });
  expect(activeAt(turns, 9000)).toEqual({ seq: 2, word: -1 });
});

it("shows words as the text has them, and none where they are not those of the text", () => {
  expect(wordsOf(turn(1, 0, 1, { words })).map((word) => word.text)).toEqual(["One", "two"]);
  expect(wordsOf(turn(1, 0, 1, { words, text: "One and two" }))).toEqual([]);
  expect(wordsOf(turn(1, 0, 1, { words: [{ text: "one" }, null] }))).toEqual([]);
  expect(wordsOf(turn(1, 0, 1, { words: null }))).toEqual([]);
});

it("goes to the beginning of this turn, and shortly after it to the one before", () => {
  expect(neighbours(turns, 6000)).toEqual({ before: 3000, behind: null });
  expect(neighbours(turns, 3200)).toEqual({ before: 1000, behind: null });
  expect(neighbours(turns, 0)).toEqual({ before: 1000, behind: 1000 });
});

it("counts what each said", () => {
  expect(talkTime([...turns, turn(3, 5000, 9000, { speaker: "agent" })])).toEqual({
    caller: 2000,
    agent: 4000,
  });
});

it("finds where neither side makes a sound", () => {
  const loud = [-90, 90];
  const still = [-2, 3];
  const caller = [loud, still, still, still, still].flat();
  const agent = [still, still, still, still, loud].flat();
  expect(silences({ duration_ms: 5000, channels: [caller, agent] })).toEqual([{ from: 1250, to: 3750 }]);
  expect(silences({ duration_ms: 500, channels: [caller, agent] })).toEqual([]);
  expect(silences({ duration_ms: 500, channels: [] })).toEqual([]);
});
