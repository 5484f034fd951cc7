import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { Dialog } from "./dialog";

it("is named by its title and closes with Escape", async () => {
  const change = vi.fn();
  render(
    <Dialog open onOpenChange={change} title="Delete Ann?">
      <p>gone</p>
    </Dialog>,
  );
  expect(screen.getByRole("dialog", { name: "Delete Ann?" })).toBeVisible();
  await userEvent.keyboard("{Escape}");
  expect(change).toHaveBeenCalledWith(false);
});

it("stays when it insists", async () => {
  const change = vi.fn();
  render(
    <Dialog open insists onOpenChange={change} title="Sign in">
      <p>form</p>
    </Dialog>,
  );
  await userEvent.keyboard("{Escape}");
  expect(change).not.toHaveBeenCalled();
  expect(screen.queryByRole("button", { name: "Close" })).toBeNull();
});
