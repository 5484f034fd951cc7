import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { Explain, Tooltip } from "./tooltip";

it("describes its control when that has the focus, and goes with Escape", async () => {
  render(
    <Tooltip text="Ends the call">
      <button type="button">Hang up</button>
    </Tooltip>,
  );
  await userEvent.tab();
  expect(await screen.findByRole("tooltip")).toHaveTextContent("Ends the call");
  expect(screen.getByRole("button", { name: "Hang up" })).toHaveAccessibleDescription("Ends the call");
  await userEvent.keyboard("{Escape}");
  expect(screen.queryByRole("tooltip")).toBeNull();
});

it("explains on a tap", async () => {
  render(<Explain about="voice cloning">Needs a plan.</Explain>);
  await userEvent.click(screen.getByRole("button", { name: "About voice cloning" }));
  expect(await screen.findByRole("tooltip")).toHaveTextContent("Needs a plan.");
});
