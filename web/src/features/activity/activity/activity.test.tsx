import { fireEvent, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { dayStart, ownZone } from "@/lib/dates/dates";
import { show } from "@/test/show";
import { Activity } from "./activity";

afterEach(() => vi.unstubAllGlobals());

const deed = {
  id: "a",
  seq: 1,
  at: "2026-11-20T15:00:00Z",
  actor_kind: "platform",
  actor_name: "Kim",
  action: "tenant.suspended",
  object_kind: "tenant",
  object_id: "t",
  reason: "Unpaid",
  before: null,
  after: { tenant_id: "t" },
};

it("says who did what and why, of the days and the person that were asked for", async () => {
  const asked: URLSearchParams[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const url = new URL(request.url);
    if (url.pathname.endsWith("/admin/users"))
      return Response.json({ data: [{ id: "u", name: "Kim", email: "kim@example.com" }], has_more: false });
    if (url.pathname.endsWith("/admin/tenants"))
      return Response.json({ data: [{ id: "t", company_name: "Ann’s Salon" }], has_more: false });
    asked.push(url.searchParams);
    return Response.json({ data: [deed], has_more: false });
  });
  const change = vi.fn();
  await show(<Activity search={{ actor: "u", until: "2026-11-20" }} change={change} />);
  expect(await screen.findByText("Tenant suspended")).toBeVisible();
  expect(screen.getByText("Unpaid")).toBeVisible();
  const where = await screen.findByRole("link", { name: "Ann’s Salon" });
  expect(where).toHaveAttribute("href", "/admin/tenants/t");
  expect(screen.getByText("What changed")).toBeVisible();
  expect(Object.fromEntries(asked[0] ?? [])).toEqual({
    actor_id: "u",
    "at[lt]": dayStart("2026-11-21", ownZone).toISOString(),
  });
  fireEvent.change(screen.getByLabelText("What"), { target: { value: "tenant.cancelled" } });
  expect(change).toHaveBeenCalledWith({ actor: "u", until: "2026-11-20", action: "tenant.cancelled" });
});
