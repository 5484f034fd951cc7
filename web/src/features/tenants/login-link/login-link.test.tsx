import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { aTenant } from "@/features/tenants/fixtures";
import { serving, show } from "@/test/show";
import { LoginLink } from "./login-link";

afterEach(() => vi.unstubAllGlobals());

it("makes a link for a reason, shows it once and copies it", async () => {
  const user = userEvent.setup();
  const link = "https://salon.example/login-link#secret";
  const made = { link, email: "ann@example.com", expires_at: "2026-11-20T15:00:00Z", user_id: "u" };
  vi.stubGlobal("fetch", serving({ "POST /admin/tenants/t/login-link": made }));
  await show(<LoginLink tenant={aTenant} close={vi.fn()} />);
  expect(screen.getByLabelText("Whose login")).toHaveValue("ann@example.com");
  await user.type(screen.getByLabelText("Reason"), "Ann asked on the phone");
  await user.click(screen.getByRole("button", { name: "Make the link" }));
  expect(await screen.findByDisplayValue(link)).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Copy quick login link" }));
  expect(await screen.findByText("The link is copied.")).toBeVisible();
  expect(await navigator.clipboard.readText()).toBe(link);
});
