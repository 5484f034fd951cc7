import { expect, it } from "vitest";
import { ownPath } from "./next";

it("comes back to our own pages and to nobody else's", () => {
  expect(ownPath("/calls?status=busy")).toBe("/calls?status=busy");
  for (const other of [
    "https://evil.example/",
    "//evil.example/x",
    "/\\evil.example",
    "javascript:alert(1)",
    7,
  ]) {
    expect(ownPath(other)).toBeUndefined();
  }
});
