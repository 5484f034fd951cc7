import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { Choice } from "./choice";

it("names and explains each, and is chosen by key", async () => {
  const choose = vi.fn();
  render(
    <Choice
      label="Mode"
      value="simple"
      onValueChange={choose}
      options={[
        { value: "simple", label: "Forward", description: "Rings a phone" },
        { value: "ivr", label: "Menu" },
      ]}
    />,
  );
  expect(screen.getByRole("radiogroup", { name: "Mode" })).toBeVisible();
  expect(screen.getByRole("radio", { name: "Forward" })).toHaveAccessibleDescription("Rings a phone");
  await userEvent.tab();
  await userEvent.keyboard("{ArrowDown>}");
  await vi.waitFor(() => expect(choose).toHaveBeenCalledWith("ivr"));
});
