import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { CallFilters } from "./call-filters";

it("counts choices at once and typed words with Enter", async () => {
  const change = vi.fn();
  render(<CallFilters filters={{ status: "busy" }} change={change} />);
  await userEvent.selectOptions(screen.getByLabelText("Line"), "Agent");
  expect(change).toHaveBeenLastCalledWith({ status: "busy", ivr_mode: "ai-voice" });
  await userEvent.selectOptions(screen.getByLabelText("Status"), "Going on now");
  expect(change).toHaveBeenLastCalledWith({ live: true });
  await userEvent.type(screen.getByLabelText("Said in the call"), "cleaning{Enter}");
  expect(change).toHaveBeenLastCalledWith({ status: "busy", q: "cleaning" });
  await userEvent.click(screen.getByRole("button", { name: "Clear" }));
  expect(change).toHaveBeenLastCalledWith({});
});
