import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { DayRow } from "./day-row";

const nine = [{ opens: "09:00", closes: "17:00" }];
const row = { name: "Monday", usual: nine, disabled: false };

it("closes, and opens again as it was", async () => {
  const change = vi.fn();
  const { rerender } = render(<DayRow {...row} spans={nine} change={change} />);
  await userEvent.click(screen.getByRole("switch", { name: /Monday/ }));
  expect(change).toHaveBeenLastCalledWith([]);
  rerender(<DayRow {...row} spans={[]} change={change} />);
  await userEvent.click(screen.getByRole("switch", { name: /Monday/ }));
  expect(change).toHaveBeenLastCalledWith(nine);
});

it("takes a second span, and takes it away", async () => {
  const change = vi.fn();
  const { rerender } = render(<DayRow {...row} spans={nine} change={change} />);
  await userEvent.click(screen.getByRole("button", { name: /Add a span on Monday/ }));
  const two = change.mock.calls[0]?.[0];
  expect(two).toHaveLength(2);
  rerender(<DayRow {...row} spans={two} change={change} />);
  await userEvent.click(screen.getByRole("button", { name: "Remove Monday, span 2" }));
  expect(change).toHaveBeenLastCalledWith(nine);
});

it("says what is wrong", () => {
  render(<DayRow {...row} spans={[{ opens: "17:00", closes: "09:00" }]} change={vi.fn()} />);
  expect(screen.getByRole("alert")).toHaveTextContent("close after it opens");
  expect(screen.getByLabelText("Monday, span 1, opens")).toBeInvalid();
});
