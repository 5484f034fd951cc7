import { screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { aCall, serving, show } from "@/test/show";
import { Home } from "./home";

afterEach(() => vi.unstubAllGlobals());

const usage = {
  month: "2026-11",
  since: "2026-11-01T05:00:00Z",
  until: "2026-12-01T05:00:00Z",
  calls: { used: 120, included: 500 },
  billed_s: 3909,
  recorded_ms: 60_000,
  recorded_bytes: 3_400_000,
  people: 2,
  phone_numbers: 1,
  texts_sent: 0,
  texts_received: 0,
};

it("shows the month against the plan, recent calls, and what to do without appointments", async () => {
  vi.stubGlobal(
    "fetch",
    serving({
      "GET /usage": usage,
      "GET /calls": { data: [aCall], has_more: false },
      "GET /appointments": { data: [], has_more: false },
    }),
  );
  await show(<Home />);
  expect(await screen.findByText("of 500 in your plan")).toBeVisible();
  expect(screen.getByRole("progressbar")).toHaveValue(120);
  expect(screen.getByText("1:05:09")).toBeVisible();
  expect(await screen.findByRole("link", { name: /555-0142/ })).toBeVisible();
  expect(await screen.findByText("Nothing is booked")).toBeVisible();
});
