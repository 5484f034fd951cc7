import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { ImpersonationBanner } from "./banner";

afterEach(() => vi.useRealTimers());

const later = (s: number) => new Date(Date.now() + s * 1000).toISOString();

it("says whose place it is, and leaves it", async () => {
  const exit = vi.fn();
  render(
    <ImpersonationBanner tenant="Ann's Salon" readOnly until={later(2400)} exit={exit} over={vi.fn()} />,
  );
  expect(screen.getByRole("status")).toHaveTextContent("You are viewing as Ann's Salon – Exit");
  expect(screen.getByText("40 min left")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Exit" }));
  expect(exit).toHaveBeenCalledOnce();
});

it("counts down, and says once that the time is up", () => {
  vi.useFakeTimers();
  const over = vi.fn();
  render(<ImpersonationBanner tenant="A" readOnly={false} until={later(3)} exit={vi.fn()} over={over} />);
  expect(screen.getByText("3 s left")).toBeVisible();
  act(() => void vi.advanceTimersByTime(1000));
  expect(screen.getByText("2 s left")).toBeVisible();
  act(() => void vi.advanceTimersByTime(4000));
  expect(over).toHaveBeenCalledOnce();
});
