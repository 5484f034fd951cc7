import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { UserMenu } from "./user-menu";

const me = {
  id: "u",
  email: "kim@example.com",
  name: "Kim",
  created_at: "2026-01-01T00:00:00Z",
  has_mfa: false,
  must_change_password: false,
  recovery_codes_left: 0,
  role: "admin",
  tenant_id: "t1",
};

it("switches the business and the theme", async () => {
  const switchTo = vi.fn();
  render(
    <UserMenu
      me={me}
      memberships={[
        { tenant_id: "t1", company_name: "Salon" },
        { tenant_id: "t2", company_name: "Garage" },
      ]}
      switchTo={switchTo}
      account={vi.fn()}
      help={vi.fn()}
      signOut={vi.fn()}
    />,
  );
  await userEvent.click(screen.getByRole("button", { name: "Kim" }));
  await userEvent.click(await screen.findByRole("menuitemradio", { name: "Garage" }));
  expect(switchTo).toHaveBeenCalledWith("t2");
  await userEvent.click(screen.getByRole("button", { name: "Kim" }));
  await userEvent.click(await screen.findByRole("menuitemradio", { name: "Dark" }));
  expect(document.documentElement).toHaveClass("dark");
});
