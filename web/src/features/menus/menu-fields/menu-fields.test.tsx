import { fireEvent, render, screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { newMenu } from "@/features/menus/draft";
import { MenuFields } from "./menu-fields";

it("tells each change with its field, seconds as milliseconds", () => {
  const change = vi.fn();
  render(<MenuFields menu={newMenu("Main")} change={change} disabled={false} />);
  fireEvent.change(screen.getByLabelText("Prompt"), { target: { value: "Press 1." } });
  expect(change).toHaveBeenLastCalledWith({ prompt: "Press 1." }, "prompt");
  fireEvent.change(screen.getByLabelText(/in seconds/), { target: { value: "2.5" } });
  expect(change).toHaveBeenLastCalledWith({ timeout_ms: 2500 }, "timeout_ms");
});
