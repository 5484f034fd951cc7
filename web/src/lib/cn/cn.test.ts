import { expect, it } from "vitest";
import { cn } from "./cn";

it("lets the later of two contradicting classes hold", () => {
  expect(cn("p-2 text-sm", false, "p-4")).toBe("text-sm p-4");
});
