import { screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
import { PlatformOverview } from "./overview";

afterEach(() => vi.unstubAllGlobals());

const traffic = { calls: 1234, billed_s: 60, minutes: 77, texts_received: 1, texts_sent: 2 };
const overview = {
  at: "2026-11-20T15:00:00Z",
  tenants: {
    total: 3,
    by_status: [
      { status: "active", tenants: 2 },
      { status: "suspended", tenants: 1 },
      { status: "cancelled", tenants: 0 },
    ],
    by_plan: [{ plan_tier: "pro", tenants: 3 }],
  },
  calls_live: 5,
  today: { ...traffic, calls: 12 },
  this_month: traffic,
  setup_requests_pending: 4,
  in_trouble: [
    {
      tenant_id: "t",
      slug: "salon",
      company_name: "Ann's Salon",
      status: "suspended",
      since: "2026-11-20T15:00:00Z",
    },
  ],
};

it("shows the platform's numbers, and leads to who has trouble", async () => {
  vi.stubGlobal("fetch", serving({ "GET /admin/overview": overview, "GET /me": { platform_role: "owner" } }));
  await show(<PlatformOverview />);
  expect(await screen.findByText("1,234")).toBeVisible();
  expect(screen.getByRole("heading", { name: "Tenants: 3" })).toBeVisible();
  expect(screen.getByRole("link", { name: "Ann's Salon" })).toHaveAttribute("href", "/admin/tenants/t");
  expect(screen.getByRole("link", { name: /^1: show the tenants that are suspended/ })).toHaveAttribute(
    "href",
    "/admin/tenants?status=suspended",
  );
  expect(screen.getByRole("link", { name: "Set up a tenant" })).toBeVisible();
});

it("says what could not be loaded, each part by itself", async () => {
  vi.stubGlobal("fetch", serving({ "GET /admin/overview": overview, "GET /me": { platform_role: "owner" } }));
  await show(<PlatformOverview />);
  expect(await screen.findByRole("region", { name: "System health" })).toBeVisible();
  expect(await screen.findByRole("button", { name: "Try again" })).toBeVisible();
  expect(screen.getByText("1,234")).toBeVisible();
});
