import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { ShortcutHelp, useKeys } from "./shortcuts";

function Page({ go, find }: { go: () => void; find: () => void }) {
  useKeys({ "g c": go, "mod+k": find });
  return <input aria-label="Notes" />;
}

it("hears pairs and mod, and leaves a typed text alone", async () => {
  const go = vi.fn();
  const find = vi.fn();
  render(<Page go={go} find={find} />);
  await userEvent.keyboard("gc");
  expect(go).toHaveBeenCalledTimes(1);
  await userEvent.type(screen.getByLabelText("Notes"), "gc");
  expect(go).toHaveBeenCalledTimes(1);
  await userEvent.keyboard("{Control>}k{/Control}");
  expect(find).toHaveBeenCalledTimes(1);
});

it("lists what there is", () => {
  render(<ShortcutHelp open onOpenChange={() => {}} rows={[{ keys: "g c", does: "Calls" }]} />);
  expect(screen.getByRole("dialog", { name: "Keyboard" })).toHaveTextContent("Calls");
});
