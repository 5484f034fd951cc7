import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { Switch } from "./switch";

it("is named and described, and turns by key", async () => {
  const turn = vi.fn();
  render(<Switch label="Sandbox" description="Nothing counts" checked={false} onCheckedChange={turn} />);
  const it = screen.getByRole("switch", { name: "Sandbox" });
  expect(it).toHaveAccessibleDescription("Nothing counts");
  expect(it).not.toBeChecked();
  it.focus();
  await userEvent.keyboard(" ");
  expect(turn).toHaveBeenCalledWith(true);
});

it("does not turn where it may not", async () => {
  const turn = vi.fn();
  render(<Switch label="Cloning" checked disabled onCheckedChange={turn} />);
  await userEvent.click(screen.getByRole("switch"));
  expect(turn).not.toHaveBeenCalled();
});
