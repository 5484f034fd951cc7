import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
import { SendOnboarding } from "./onboarding";

afterEach(() => vi.unstubAllGlobals());

it("says where the mail and the text go, or why there is no text", async () => {
  const given = { mailed_to: "ann@example.com", not_texted: "it has no number" };
  vi.stubGlobal("fetch", serving({ "POST /admin/tenants/t/onboarding": given }));
  await show(<SendOnboarding tenantId="t" />);
  await userEvent.click(screen.getByRole("button", { name: "Send onboarding mail" }));
  expect(await screen.findByText("On its way to ann@example.com. No text: it has no number")).toBeVisible();
});
