import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Toaster, toast } from "./toast";

let away: (() => void)[] = [];
beforeEach(() => void render(<Toaster />));
afterEach(() => {
  act(() => {
    for (const leave of away) leave();
  });
  away = [];
  vi.useRealTimers();
});
const say = (news: Parameters<typeof toast>[0]) => act(() => void away.push(toast(news)));

it("takes back what was done, once, and then does not do it", async () => {
  const undo = vi.fn();
  const closed = vi.fn();
  say({ text: "Contact deleted", undo, closed });
  await userEvent.click(screen.getByRole("button", { name: "Undo" }));
  expect(undo).toHaveBeenCalledOnce();
  expect(closed).not.toHaveBeenCalled();
  expect(screen.queryByText("Contact deleted")).toBeNull();
});

it("does it when the toast is closed", async () => {
  const undo = vi.fn();
  const closed = vi.fn();
  say({ text: "Contact deleted", undo, closed });
  await userEvent.click(screen.getByRole("button", { name: "Close" }));
  expect(closed).toHaveBeenCalledOnce();
  expect(undo).not.toHaveBeenCalled();
});

it("goes by itself, later where it can be undone", () => {
  vi.useFakeTimers();
  say({ text: "Saved" });
  say({ text: "Deleted", undo: vi.fn() });
  act(() => void vi.advanceTimersByTime(6_000));
  expect(screen.queryByText("Saved")).toBeNull();
  expect(screen.getByText("Deleted")).toBeVisible();
  act(() => void vi.advanceTimersByTime(5_000));
  expect(screen.queryByText("Deleted")).toBeNull();
});

it("does what waits when the page is left", () => {
  const closed = vi.fn();
  say({ text: "Deleted", undo: vi.fn(), closed });
  act(() => void window.dispatchEvent(new Event("pagehide")));
  expect(closed).toHaveBeenCalledOnce();
});

it("is announced politely, without taking the focus", async () => {
  const before = document.activeElement;
  say({ text: "Saved" });
  expect(document.activeElement).toBe(before);
  const live = await screen.findByRole("status");
  expect(live).toHaveAttribute("aria-live", "polite");
});

it("shows four at most; the oldest is done with", () => {
  const closed = vi.fn();
  say({ text: "first", closed });
  for (const text of ["second", "third", "fourth", "fifth"]) say({ text });
  expect(closed).toHaveBeenCalledOnce();
  expect(screen.queryByText("first")).toBeNull();
});
