import { expect, it } from "vitest";
import { setTheme, theme } from "./theme";

it("keeps the choice and shows it at once", () => {
  setTheme("dark");
  expect(theme()).toBe("dark");
  expect(document.documentElement).toHaveClass("dark");
  setTheme("light");
  expect(document.documentElement).not.toHaveClass("dark");
});
