import { fireEvent, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
import { Tenants } from "./tenants";

afterEach(() => vi.unstubAllGlobals());

const tenant = {
  id: "t",
  slug: "salon",
  company_name: "Ann's Salon",
  status: "suspended",
  plan_tier: "pro",
  lines: 2,
  members: 3,
  is_root: false,
  is_test_mode: false,
  health_score: 90,
  created_at: "2026-01-02T00:00:00Z",
};
const page = { data: [tenant, { ...tenant, id: "r", company_name: "Root", is_root: true }], has_more: false };

it("lets an owner, and nobody else, work in a tenant's place, and never in root's", async () => {
  vi.stubGlobal("fetch", serving({ "GET /admin/tenants": page, "GET /me": { platform_role: "owner" } }));
  const { unmount } = await show(<Tenants filters={{}} change={vi.fn()} />);
  expect(await screen.findByRole("button", { name: "View as Ann's Salon" })).toBeVisible();
  expect(screen.queryByRole("button", { name: "View as Root" })).toBeNull();
  unmount();
  vi.stubGlobal(
    "fetch",
    serving({ "GET /admin/tenants": page, "GET /me": { platform_role: "super_admin" } }),
  );
  await show(<Tenants filters={{}} change={vi.fn()} />);
  expect(await screen.findByText("Ann's Salon")).toBeVisible();
  expect(screen.queryByRole("button", { name: /View as/ })).toBeNull();
});

it("leads to each tenant, and keeps the search in the address", async () => {
  vi.stubGlobal("fetch", serving({ "GET /admin/tenants": page, "GET /me": { platform_role: "owner" } }));
  const change = vi.fn();
  await show(<Tenants filters={{ status: "suspended" }} change={change} />);
  expect(await screen.findByRole("link", { name: "Ann's Salon" })).toHaveAttribute(
    "href",
    "/admin/tenants/t",
  );
  fireEvent.change(screen.getByLabelText("Find a tenant"), { target: { value: "ann" } });
  expect(change).toHaveBeenLastCalledWith({ status: "suspended", q: "ann" });
  fireEvent.change(screen.getByLabelText("Standing"), { target: { value: "" } });
  expect(change).toHaveBeenLastCalledWith({});
});
