import { expect, it } from "vitest";
import { dateTime, dayKey, dayStart, wallTime } from "./dates";

it("shows a time in the tenant's zone, not the reader's", () => {
  expect(dateTime("2026-11-21T02:30:00Z", "America/Chicago")).toContain("20");
  expect(dayKey(new Date("2026-11-21T02:30:00Z"), "America/Chicago")).toBe("2026-11-20");
});

it("finds the moment of a wall clock on both sides of a clock change", () => {
  expect(wallTime("2026-03-08T01:30:00", "America/New_York").toISOString()).toBe("2026-03-08T06:30:00.000Z");
  expect(wallTime("2026-03-08T03:30:00", "America/New_York").toISOString()).toBe("2026-03-08T07:30:00.000Z");
  expect(dayStart("2026-11-01", "America/New_York", 1).toISOString()).toBe("2026-11-02T05:00:00.000Z");
});
