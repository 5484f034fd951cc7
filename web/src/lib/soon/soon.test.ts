import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { soon } from "./soon";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("waits for all, also for what fails", async () => {
  let there = () => {};
  const late = new Promise<void>((done) => {
    there = done;
  });
  const over = vi.fn();
  const waited = soon(late, Promise.reject(new Error("no"))).then(over);
  await vi.advanceTimersByTimeAsync(50);
  expect(over).not.toHaveBeenCalled();
  there();
  await waited;
  expect(vi.getTimerCount()).toBe(0);
});

it("does not wait long", async () => {
  const over = vi.fn();
  void soon(new Promise(() => {})).then(over);
  await vi.advanceTimersByTimeAsync(149);
  expect(over).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(over).toHaveBeenCalled();
});
