import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { Confirm } from "./confirm";

const asked = { title: "Release the number?", description: "It is gone for good.", action: "Release" };

it("begins on the harmless answer, and Escape is that answer", async () => {
  const cancel = vi.fn();
  const confirm = vi.fn();
  render(<Confirm {...asked} cancel={cancel} onConfirm={confirm} />);
  expect(screen.getByRole("alertdialog", { name: asked.title })).toHaveAccessibleDescription(
    asked.description,
  );
  expect(screen.getByRole("button", { name: "Cancel" })).toHaveFocus();
  await userEvent.keyboard("{Escape}");
  expect(cancel).toHaveBeenCalled();
  expect(confirm).not.toHaveBeenCalled();
});

it("waits for what has to be typed", async () => {
  const confirm = vi.fn();
  render(<Confirm {...asked} grave typed="+19185550101" cancel={vi.fn()} onConfirm={confirm} />);
  const go = screen.getByRole("button", { name: "Release" });
  expect(go).toBeDisabled();
  await userEvent.type(screen.getByRole("textbox"), "+19185550101{Enter}");
  expect(confirm).toHaveBeenCalledOnce();
});

it("says why it was not done, and stays while it is being done", async () => {
  const cancel = vi.fn();
  render(<Confirm {...asked} busy error={new TypeError()} cancel={cancel} onConfirm={vi.fn()} />);
  expect(screen.getByRole("alert")).toHaveTextContent("It was not done");
  await userEvent.keyboard("{Escape}");
  expect(cancel).not.toHaveBeenCalled();
});
