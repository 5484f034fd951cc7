import { act, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { show } from "@/test/show";
import { Unsaved } from "./unsaved";

it("asks before the page is left, and stays if that is the answer", async () => {
  const { router } = await show(<Unsaved when />);
  const go = () => act(() => void router.history.push("/calls"));
  go();
  await userEvent.click(await screen.findByRole("button", { name: "Stay" }));
  expect(router.history.location.pathname).toBe("/");
  go();
  await userEvent.click(await screen.findByRole("button", { name: "Leave" }));
  await vi.waitFor(() => expect(router.history.location.pathname).toBe("/calls"));
});

it("asks nothing when all is saved", async () => {
  const { router } = await show(<Unsaved when={false} />);
  act(() => void router.history.push("/calls"));
  await vi.waitFor(() => expect(router.history.location.pathname).toBe("/calls"));
  expect(screen.queryByRole("alertdialog")).toBeNull();
});
