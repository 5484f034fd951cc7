import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, it, vi } from "vitest";
import { type Action, newMenu } from "@/features/menus/draft";
import { ActionFields } from "./action-fields";

const after = vi.fn();
function Page() {
  const [action, set] = useState<Action>({ kind: "voicemail" });
  after(action);
  const menus = [{ ...newMenu("Main"), id: "a" }];
  return (
    <ActionFields
      label="Does"
      action={action}
      menus={menus}
      change={set}
      leadToNew={vi.fn()}
      disabled={false}
    />
  );
}

it("asks for what each needs, and reads numbers as people write them", async () => {
  render(<Page />);
  const kind = screen.getByLabelText("Does");
  await userEvent.selectOptions(kind, "dial");
  await userEvent.type(screen.getByLabelText("Number to forward to"), "918 555 0199");
  await userEvent.tab();
  expect(after).toHaveBeenLastCalledWith({ kind: "dial", to: "+19185550199" });
  await userEvent.selectOptions(kind, "submenu");
  expect(after).toHaveBeenLastCalledWith({ kind: "submenu", menu_id: "a" });
  await userEvent.selectOptions(kind, "say");
  expect(screen.getByLabelText("What the caller hears")).toBeVisible();
});
