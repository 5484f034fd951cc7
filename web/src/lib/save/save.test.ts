import { expect, it, vi } from "vitest";
import { save } from "./save";

it("hands over the file by its name and lets go of it later", () => {
  vi.useFakeTimers();
  const made = vi.fn(() => "blob:1");
  const gone = vi.fn();
  vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: made, revokeObjectURL: gone }));
  const clicked = vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: Element) {
    expect(this).toHaveAttribute("download", "calls.csv");
    expect(this).toHaveAttribute("href", "blob:1");
  });
  const file = new Blob(["a,b"]);
  save(file, "calls.csv");
  expect(made).toHaveBeenCalledWith(file);
  expect(clicked).toHaveBeenCalledOnce();
  expect(gone).not.toHaveBeenCalled();
  vi.runAllTimers();
  expect(gone).toHaveBeenCalledWith("blob:1");
  vi.useRealTimers();
});
