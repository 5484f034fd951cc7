import { expect, it } from "vitest";
import { actor, called, changes, deed } from "./words";

it("says what was done, also what it has no words for", () => {
  expect(deed("agent.version_written")).toBe("Agent: version written");
  expect(deed("moon.landed_on")).toBe("Moon: landed on");
  expect(deed("odd")).toBe("Odd");
});

it("says who did it", () => {
  expect(actor({ actor_kind: "user", actor_name: "Ann" })).toBe("Ann");
  expect(actor({ actor_kind: "api_key", actor_name: "Reporting" })).toBe("API key “Reporting”");
  expect(actor({ actor_kind: "worker", actor_name: null })).toBe("Trunkline, by itself");
});

it("finds what the thing is called", () => {
  expect(called({ before: { name: "Old" }, after: { name: "New" } })).toBe("New");
  expect(called({ before: null, after: { email: "a@b.c", role: "user" } })).toBe("a@b.c");
  expect(called({ before: null, after: [1] })).toBeNull();
});

it("finds what became different, leaf by leaf", () => {
  const before = { name: "A", turn: { min_delay: 350, max: 1 }, words: ["a"], record: false, gone: "x" };
  const after = {
    name: "A",
    turn: { min_delay: 500, max: 1 },
    words: ["a", "b"],
    record: true,
    days: [{ o: 9 }],
  };
  expect(changes(before, after)).toEqual([
    { name: "Turn, min delay", before: "350", after: "500", long: false },
    { name: "Words", before: "a", after: "a\nb", long: true },
    { name: "Record", before: "No", after: "Yes", long: false },
    { name: "Gone", before: "x", after: "", long: false },
    { name: "Days, 1, o", before: "", after: "9", long: false },
  ]);
  expect(changes(null, null)).toEqual([]);
  expect(changes("a", "b")).toEqual([{ name: "Value", before: "a", after: "b", long: false }]);
});
