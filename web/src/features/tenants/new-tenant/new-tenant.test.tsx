import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { aTenant } from "@/features/tenants/fixtures";
import { show } from "@/test/show";
import { NewTenant } from "./new-tenant";

afterEach(() => vi.unstubAllGlobals());

it("proposes a subdomain until somebody types one, and clones with its zone and plan", async () => {
  const asked: unknown[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    asked.push({ to: new URL(request.url).pathname, ...(await request.json()) });
    return Response.json({ ...aTenant, id: "new" }, { status: 201 });
  });
  const close = vi.fn();
  const { router } = await show(<NewTenant from={aTenant} close={close} />);
  await userEvent.type(screen.getByLabelText("Company name"), "Ann's North");
  expect(screen.getByLabelText("Subdomain")).toHaveValue("anns-north");
  await userEvent.clear(screen.getByLabelText("Subdomain"));
  await userEvent.type(screen.getByLabelText("Subdomain"), "north");
  await userEvent.type(screen.getByLabelText("Company name"), " Side");
  expect(screen.getByLabelText("Subdomain")).toHaveValue("north");
  await userEvent.click(screen.getByRole("button", { name: "Clone" }));
  await vi.waitFor(() => expect(close).toHaveBeenCalledOnce());
  expect(asked).toEqual([
    {
      to: "/api/v1/admin/tenants/t/clone",
      company_name: "Ann's North Side",
      slug: "north",
      timezone: "UTC",
      plan_tier: "pro",
    },
  ]);
  expect(router.state.location.pathname).toBe("/admin/tenants/new");
});
