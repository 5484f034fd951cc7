import { expect, it } from "vitest";
import { cleanFilters, toQuery } from "./filters";

it("takes from the address what is a filter", () => {
  expect(cleanFilters({ status: "busy", mode: "x", since: "2026-02-30x", live: "true", from: 918 })).toEqual({
    status: "busy",
    live: true,
    from: "918",
  });
});

it("counts whole days in the tenant's zone", () => {
  expect(
    toQuery({ since: "2026-11-20", until: "2026-11-20", from: "(918) 555-0142", q: "x" }, "America/New_York"),
  ).toEqual({
    from: "+19185550142",
    "started_at[gte]": "2026-11-20T05:00:00.000Z",
    "started_at[lt]": "2026-11-21T05:00:00.000Z",
  });
});
