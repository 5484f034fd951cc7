import { act, fireEvent, render, renderHook, screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { Toaster } from "@/components/ui/toast/toast";
import { leave, useLeaving } from "./leaving";

const gone = { id: "s", said: "“Crown” is deleted.", renew: vi.fn(async () => {}) };

it("comes back when it is undone, and is never deleted", async () => {
  const remove = vi.fn(async () => {});
  render(<Toaster />);
  const ids = renderHook(useLeaving).result;
  act(() => leave({ ...gone, remove }));
  fireEvent.click(await screen.findByRole("button", { name: "Undo" }));
  expect([...ids.current]).toEqual([]);
  expect(remove).not.toHaveBeenCalled();
});

it("is deleted when the news is gone; a refusal is said and brings it back", async () => {
  const remove = vi.fn(async () => {
    throw new Error("refused");
  });
  render(<Toaster />);
  const ids = renderHook(useLeaving).result;
  act(() => leave({ ...gone, remove }));
  expect([...ids.current]).toEqual(["s"]);
  fireEvent.click(await screen.findByRole("button", { name: "Close" }));
  expect(remove).toHaveBeenCalledOnce();
  expect(await screen.findByText(/It was not deleted/)).toBeVisible();
  await vi.waitFor(() => expect([...ids.current]).toEqual([]));
});
