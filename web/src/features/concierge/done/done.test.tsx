import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { aTenant } from "@/features/tenants/fixtures";
import { serving, show } from "@/test/show";
import { Done } from "./done";

afterEach(() => vi.unstubAllGlobals());

it("offers the tenant's place, the onboarding mail and a login link", async () => {
  vi.stubGlobal("fetch", serving({ "GET /admin/tenants/t": aTenant }));
  await show(<Done id="t" unbranded={new TypeError("offline")} another={vi.fn()} />);
  expect(await screen.findByRole("heading", { name: "Ann's Salon is set up" })).toBeVisible();
  expect(screen.getByRole("alert")).toHaveTextContent("The logo was not kept");
  expect(screen.getByRole("button", { name: "Send onboarding mail" })).toBeEnabled();
  await userEvent.click(screen.getByRole("button", { name: "Copy quick login link" }));
  expect(await screen.findByRole("dialog", { name: /^Quick login link/ })).toBeVisible();
  await userEvent.keyboard("{Escape}");
  await userEvent.click(screen.getByRole("button", { name: "Open in impersonate mode" }));
  expect(await screen.findByRole("dialog", { name: "View as Ann's Salon" })).toBeVisible();
});
