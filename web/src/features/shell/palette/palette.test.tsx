import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { PhoneCall, Users } from "lucide-react";
import { expect, it, vi } from "vitest";
import Palette from "./palette";

it("finds an action by some of its name and does it", async () => {
  const run = vi.fn();
  const change = vi.fn();
  render(
    <Palette
      open
      onOpenChange={change}
      actions={[
        { group: "Go to", name: "Calls", icon: PhoneCall, run: vi.fn() },
        { group: "Go to", name: "Contacts", icon: Users, run },
      ]}
    />,
  );
  await userEvent.type(screen.getByRole("combobox"), "conta{Enter}");
  expect(run).toHaveBeenCalledOnce();
  expect(change).toHaveBeenCalledWith(false);
});
