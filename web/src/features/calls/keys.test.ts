import { expect, it } from "vitest";
import { callKeys } from "./keys";

it("keeps what is about one call below it, and all of it below calls", () => {
  for (const part of [
    callKeys.detail("c"),
    callKeys.turns("c"),
    callKeys.events("c"),
    callKeys.recordings("c"),
  ]) {
    expect(part.slice(0, 3)).toEqual(callKeys.one("c"));
  }
  expect(callKeys.list({})[0]).toBe(callKeys.all[0]);
});
