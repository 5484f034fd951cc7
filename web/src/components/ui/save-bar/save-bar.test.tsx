import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { SaveBar } from "./save-bar";

it("has nothing to do until something was typed", async () => {
  const discard = vi.fn();
  const { rerender } = render(<SaveBar dirty={false} busy={false} discard={discard} />);
  expect(screen.getByRole("button", { name: "Save" })).toBeDisabled();
  rerender(<SaveBar dirty busy={false} discard={discard} />);
  expect(screen.getByText("Not saved yet")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Discard" }));
  expect(discard).toHaveBeenCalledOnce();
});
