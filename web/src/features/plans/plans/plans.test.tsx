import { screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
import { grants, Plans } from "./plans";

afterEach(() => vi.unstubAllGlobals());

it.each([
  [{ key: "a", enabled: true }, "Included"],
  [{ key: "a", enabled: false }, "Not included"],
  [{ key: "a", limit: null }, "No limit"],
  [{ key: "a", limit: 1500 }, "1,500 a month"],
  [{ key: "a", limit: 1500, overage_unit_micro: 2500 }, "1,500 a month, then $0.0025 each"],
])("says of %j that it is %s", (one, words) => expect(grants(one, "USD")).toBe(words));

it("shows the latest version of each plan, and the older ones behind it", async () => {
  const plan = (version: number, amount_minor: number) => ({
    id: `${version}`,
    tier: "pro",
    name: "Pro",
    version,
    interval: "month",
    price: { amount_minor, currency: "USD" },
    created_at: "2026-11-20T15:00:00Z",
    entitlements: [],
  });
  vi.stubGlobal("fetch", serving({ "GET /admin/plans": { data: [plan(1, 100), plan(2, 200)] } }));
  await show(<Plans />);
  expect(await screen.findByText("$2.00")).toBeVisible();
  expect(screen.getByText("Older versions (1)")).toBeVisible();
  expect(screen.getByText("$1.00")).not.toBeVisible();
});
