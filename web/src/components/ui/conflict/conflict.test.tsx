import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { Conflict } from "./conflict";

it("shows what both say and lets one choose", async () => {
  const load = vi.fn();
  const overwrite = vi.fn();
  const rows = [{ label: "City", theirs: "Tulsa", yours: "" }];
  render(<Conflict rows={rows} load={load} overwrite={overwrite} />);
  expect(screen.getByRole("alert")).toHaveTextContent("Saved: Tulsa");
  expect(screen.getByRole("alert")).toHaveTextContent("Yours: nothing");
  await userEvent.click(screen.getByRole("button", { name: "Take what is saved" }));
  await userEvent.click(screen.getByRole("button", { name: "Save mine over it" }));
  expect(load).toHaveBeenCalledOnce();
  expect(overwrite).toHaveBeenCalledOnce();
});
