import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
import { NewPlatformUser } from "./new-platform-user";

afterEach(() => vi.unstubAllGlobals());

it("shows the first password once, and stays until it is done with", async () => {
  const made = { id: "s", email: "sue@example.com", first_password: "deff0e78" };
  vi.stubGlobal("fetch", serving({ "POST /admin/users": made }));
  const close = vi.fn();
  await show(<NewPlatformUser close={close} />);
  await userEvent.type(screen.getByLabelText("Name"), "Sue");
  await userEvent.type(screen.getByLabelText("E-mail"), "sue@example.com");
  await userEvent.click(screen.getByRole("button", { name: "Add" }));
  expect(await screen.findByDisplayValue("deff0e78")).toBeVisible();
  await userEvent.keyboard("{Escape}");
  expect(close).not.toHaveBeenCalled();
  await userEvent.click(screen.getByRole("button", { name: "Done" }));
  expect(close).toHaveBeenCalledOnce();
});
