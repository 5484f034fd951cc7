import { expect, it } from "vitest";
import { bytes, clock, delay, spoken } from "./numbers";

it("shows lengths as clocks and as words", () => {
  expect(clock(42_900)).toBe("0:42");
  expect(clock(3_909_000)).toBe("1:05:09");
  expect(spoken(80_000)).toBe("1 min 20 s");
  expect(spoken(240_000)).toBe("4 min");
});

it("chooses the unit of delays and sizes", () => {
  expect(delay(640)).toBe("640 ms");
  expect(delay(1320)).toBe("1.3 s");
  expect(bytes(3_400_000)).toContain("3.4");
});
