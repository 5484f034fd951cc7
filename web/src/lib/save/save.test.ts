import { expect, it, vi } from "vitest";
import { saved } from "@/test/saved";
import { save } from "./save";

it("hands over the file by its name and lets go of it later", () => {
  vi.useFakeTimers();
  const files = saved();
  const gone = vi.spyOn(URL, "revokeObjectURL");
  const file = new Blob(["a,b"]);
  save(file, "calls.csv");
  expect(files).toEqual([{ file, name: "calls.csv" }]);
  expect(gone).not.toHaveBeenCalled();
  vi.runAllTimers();
  expect(gone).toHaveBeenCalledWith("blob:saved");
  vi.useRealTimers();
});
