import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { PasswordForm } from "./password-form";

it("wants ten characters, twice the same", async () => {
  const send = vi.fn(async () => {});
  render(<PasswordForm send={send} button="Save" />);
  await userEvent.type(screen.getByLabelText("Password"), "a sentence of mine");
  await userEvent.type(screen.getByLabelText("The same again"), "a sentence of thine");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("The two are not the same.")).toBeVisible();
  expect(send).not.toHaveBeenCalled();
  await userEvent.clear(screen.getByLabelText("The same again"));
  await userEvent.type(screen.getByLabelText("The same again"), "a sentence of mine");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(send).toHaveBeenCalledWith(expect.objectContaining({ password: "a sentence of mine" }));
});
