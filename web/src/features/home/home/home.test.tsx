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

const appointment = (id: string, ends_at: string) => ({
  id,
  ends_at,
  starts_at: ends_at,
  status: "booked",
  customer_name: `Customer ${id}`,
  phone: "+19185550142",
  service_name: "Cleaning",
});

it("shows what the API says: the month against the plan, what goes on, what is booked, how the account stands", async () => {
  const later = new Date(Date.now() + 3_600_000).toISOString();
  const over = new Date(Date.now() - 3_600_000).toISOString();
  vi.stubGlobal(
    "fetch",
    serving({
      "GET /usage": usage,
      "GET /calls": { data: [aCall], has_more: false },
      "GET /appointments": { data: [appointment("a", over), appointment("b", later)], has_more: false },
      "GET /settings": { status: "past_due", plan_tier: "pro", health_score: 71, timezone: "UTC" },
      "GET /me": { role: "viewer" },
    }),
  );
  await show(<Home />);
  expect(await screen.findByText("of 500 in your plan")).toBeVisible();
  expect(screen.getByRole("progressbar")).toHaveValue(120);
  const card = (name: string) => screen.getByRole("region", { name });
  expect(card("Plan used")).toHaveTextContent("24 %");
  expect(card("Time on the phone")).toHaveTextContent("1:05:09");
  await vi.waitFor(() => expect(card("Going on now")).toHaveTextContent("1"));
  await vi.waitFor(() => expect(card("Upcoming appointments")).toHaveTextContent("1"));
  await vi.waitFor(() => expect(card("Account")).toHaveTextContent("Past duePro plan, health 71 of 100"));
  expect(await screen.findByRole("link", { name: /555-0142/ })).toBeVisible();
  expect(await screen.findByText("Customer b")).toBeVisible();
  expect(screen.queryByText("Customer a")).toBeNull();
});

it("says what to do while there is nothing", async () => {
  vi.stubGlobal(
    "fetch",
    serving({
      "GET /usage": { ...usage, calls: { used: 0, included: null } },
      "GET /calls": { data: [], has_more: false },
      "GET /appointments": { data: [], has_more: false },
    }),
  );
  await show(<Home />);
  expect(await screen.findByText("No limit in your plan")).toBeVisible();
  expect(await screen.findByText("No calls yet")).toBeVisible();
  expect(await screen.findByText("Nothing is booked")).toBeVisible();
});
