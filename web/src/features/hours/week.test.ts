import { describe, expect, it } from "vitest";
import { DAYS, type Draft, draftOf, fault, oneMore, patchOf, standing } from "./week";

const nine = [{ opens: "09:00", closes: "17:00" }];
const week = (part: Partial<Draft["week"]> = {}, dates: Draft["dates"] = []): Draft => ({
  week: { ...(Object.fromEntries(DAYS.map((d) => [d, []])) as never as Draft["week"]), ...part },
  dates,
});

describe("standing", () => {
  // 2026-11-20 is a Friday.
  const office = week({
    monday: nine,
    friday: [
      { opens: "08:00", closes: "12:00" },
      { opens: "13:00", closes: "17:00" },
    ],
  });
  it.each([
    ["2026-11-20", "07:59", false, "2026-11-20 08:00"],
    ["2026-11-20", "08:00", true, "2026-11-20 12:00"],
    ["2026-11-20", "12:00", false, "2026-11-20 13:00"],
    ["2026-11-20", "16:59", true, "2026-11-20 17:00"],
    ["2026-11-20", "17:00", false, "2026-11-23 09:00"],
  ])("%s %s", (date, time, open, until) => {
    const now = standing(office, date, time);
    expect(now.open).toBe(open);
    expect(`${now.until?.date} ${now.until?.time}`).toBe(until);
  });

  it("follows dates that differ", () => {
    const closed = week({ monday: nine }, [{ date: "2026-11-23", spans: [], reason: "Fair" }]);
    expect(standing(closed, "2026-11-20", "10:00").until).toEqual({ date: "2026-11-30", time: "09:00" });
  });

  it("goes on where one span meets the next, and knows never", () => {
    const long = week({
      friday: [
        { opens: "08:00", closes: "12:00" },
        { opens: "12:00", closes: "20:00" },
      ],
    });
    expect(standing(long, "2026-11-20", "09:00").until).toEqual({ date: "2026-11-20", time: "20:00" });
    expect(standing(week(), "2026-11-20", "09:00")).toEqual({ open: false, until: null });
  });
});

it("sends what differs alone, and takes dates away with null", () => {
  const seen = draftOf({
    timezone: "UTC",
    monday: nine,
    exceptions: { "2026-12-25": { reason: "Christmas" }, "2026-12-26": {} },
  });
  const draft = structuredClone(seen);
  draft.week.tuesday = nine;
  draft.dates = [{ date: "2026-12-25", spans: nine, reason: " " }];
  expect(patchOf(draft, seen)).toEqual({
    tuesday: nine,
    exceptions: { "2026-12-26": null, "2026-12-25": { intervals: nine, reason: null } },
  });
  expect(patchOf(seen, seen)).toEqual({});
});

it("finds what is wrong with a day", () => {
  expect(fault(nine)).toBeNull();
  expect(fault([{ opens: "17:00", closes: "09:00" }])).toMatch(/close after/);
  expect(fault([{ opens: "", closes: "09:00" }])).toMatch(/both/);
  expect(fault([...nine, { opens: "16:00", closes: "18:00" }])).toMatch(/overlap/);
});

it("adds a span that fits behind the last one", () => {
  expect(fault(oneMore(nine) ?? [])).toBeNull();
  expect(oneMore([{ opens: "09:00", closes: "23:30" }])).toBeNull();
});
