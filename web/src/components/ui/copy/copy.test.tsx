import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { Copy } from "./copy";

it("copies, and says whether it did", async () => {
  const user = userEvent.setup();
  render(<Copy text="tk_live_x" label="Copy the key" />);
  await user.click(screen.getByRole("button", { name: "Copy the key" }));
  expect(await screen.findByRole("button", { name: "Copied" })).toBeVisible();
  expect(await navigator.clipboard.readText()).toBe("tk_live_x");
  vi.spyOn(navigator.clipboard, "writeText").mockRejectedValue(new Error("no"));
  await user.click(screen.getByRole("button"));
  expect(await screen.findByText("Select it and copy by hand")).toBeVisible();
});
