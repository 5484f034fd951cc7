import { expect, it } from "vitest";
import { cleanFilters, toQuery } from "./filters";

const id = "01a2017d-f8bd-7027-8747-64aee5c16dfe";

it("keeps of an address what is a filter", () => {
  expect(cleanFilters({ actor: id, action: "agent.published", since: "2026-11-21", x: 1 })).toEqual({
    actor: id,
    action: "agent.published",
    since: "2026-11-21",
  });
  expect(cleanFilters({ actor: "me", action: "<b>", since: "2026-13-41", kind: 7, object: "" })).toEqual({});
});

it("reads days as the tenant's", () => {
  expect(toQuery({ since: "2026-11-21", until: "2026-11-21", visit: id }, "America/Chicago")).toEqual({
    impersonation_id: id,
    "at[gte]": "2026-11-21T06:00:00.000Z",
    "at[lt]": "2026-11-22T06:00:00.000Z",
  });
});
