import { expect, it } from "vitest";
import { lineDiff, wordDiff } from "./diff";

const shown = (pieces: ReturnType<typeof lineDiff>) =>
  pieces.map((p) => ({ same: " ", gone: "-", new: "+" })[p.kind] + p.text);

it("keeps the lines that stayed and says which went and came", () => {
  expect(shown(lineDiff("be warm\nbe brief\nsay bye", "be warm\nbe exact\nsay bye\nhang up"))).toEqual([
    " be warm",
    "-be brief",
    "+be exact",
    " say bye",
    "+hang up",
  ]);
});

it("knows the empty text, and one that stayed", () => {
  expect(shown(lineDiff("", "one"))).toEqual(["+one"]);
  expect(shown(lineDiff("one", ""))).toEqual(["-one"]);
  expect(shown(lineDiff("one\n\ntwo", "one\n\ntwo"))).toEqual([" one", " ", " two"]);
});

it("puts both texts back together", () => {
  const [a, b] = ["a b c a b b a", "c b a b a c"].map((t) => t.replaceAll(" ", "\n")) as [string, string];
  const diff = lineDiff(a, b);
  const of = (kind: string) => diff.filter((p) => p.kind === "same" || p.kind === kind).map((p) => p.text);
  expect(of("gone").join("\n")).toBe(a);
  expect(of("new").join("\n")).toBe(b);
  expect(diff.filter((p) => p.kind === "same")).toHaveLength(4);
});

it("finds the words of a line", () => {
  expect(wordDiff("Be warm and brief.", "Be warm and exact.")).toEqual([
    { kind: "same", text: "Be warm and " },
    { kind: "gone", text: "brief." },
    { kind: "new", text: "exact." },
  ]);
});

it("does not choke on two long texts that have nothing in common", () => {
  const long = (word: string) => Array.from({ length: 3000 }, (_, i) => `${word} ${i}`).join("\n");
  expect(lineDiff(long("a"), long("b"))).toHaveLength(6000);
});
