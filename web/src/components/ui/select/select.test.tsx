import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { Select } from "./select";

const options = [
  { value: "utc", label: "UTC" },
  { value: "berlin", label: "Berlin", group: "Europe" },
  { value: "lisbon", label: "Lisbon", group: "Europe", disabled: true },
] as const;

it("is named, grouped, and tells what was chosen", async () => {
  const change = vi.fn();
  render(<Select label="Zone" options={options} value="utc" onValueChange={change} />);
  const select = screen.getByRole("combobox", { name: "Zone" });
  expect(screen.getByRole("group", { name: "Europe" })).toContainElement(screen.getByText("Berlin"));
  expect(screen.getByRole("option", { name: "Lisbon" })).toBeDisabled();
  await userEvent.selectOptions(select, "berlin");
  expect(change).toHaveBeenCalledWith("berlin");
});

it("says that nothing is chosen yet", () => {
  render(
    <Select label="Zone" placeholder="Choose a zone" options={options} value="" onValueChange={vi.fn()} />,
  );
  expect(screen.getByRole("combobox")).toHaveDisplayValue("Choose a zone");
});
