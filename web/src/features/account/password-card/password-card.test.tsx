import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { show } from "@/test/show";
import { PasswordCard } from "./password-card";

afterEach(() => vi.unstubAllGlobals());

it("puts the server's words beside the new password, and empties the form once it is changed", async () => {
  let tries = 0;
  vi.stubGlobal("fetch", async () => {
    tries += 1;
    const error = { pointer: "/new_password", code: "same", detail: "Choose another one than before." };
    return tries === 1
      ? Response.json({ errors: [error] }, { status: 422 })
      : new Response(null, { status: 204 });
  });
  await show(<PasswordCard />);
  await userEvent.type(screen.getByLabelText("Present password"), "the sentence of before");
  await userEvent.type(screen.getByLabelText("New password"), "a sentence of mine");
  await userEvent.type(screen.getByLabelText("The same again"), "a sentence of mine");
  await userEvent.click(screen.getByRole("button", { name: "Change password" }));
  expect(await screen.findByText("Choose another one than before.")).toBeVisible();
  expect(screen.getByLabelText("New password")).toBeInvalid();
  await userEvent.click(screen.getByRole("button", { name: "Change password" }));
  await vi.waitFor(() => expect(screen.getByLabelText("New password")).toHaveValue(""));
});
