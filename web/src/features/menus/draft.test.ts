import { expect, it } from "vitest";
import { actionInWords, changed, freeDigits, newMenu, undone, withNewOption, withOption } from "./draft";

const main = { ...newMenu("Main"), id: "a" };

it("gives a new key a digit that is free", () => {
  const [once] = withNewOption([main], "a");
  const [twice] = withNewOption(once ? [once] : [], "a");
  expect(twice?.options.map((o) => o.digit)).toEqual(["1", "2"]);
  expect(freeDigits(twice ?? main, "2")).toContain("2");
  expect(freeDigits(twice ?? main)).not.toContain("2");
});

it("goes back step by step, typing being one", () => {
  const first = { menus: [main], past: [] };
  const added = changed(first, withNewOption(first.menus, "a"), false);
  const typed = changed(added, withOption(added.menus, "a", 0, { label: "Sal" }), false);
  const more = changed(typed, withOption(typed.menus, "a", 0, { label: "Sales" }), true);
  expect(undone(more).menus[0]?.options[0]?.label).toBe("");
  expect(undone(undone(more)).menus).toEqual([main]);
  expect(undone(first)).toBe(first);
});

it("says what a key does", () => {
  expect(actionInWords({ kind: "submenu", menu_id: "a" }, [main])).toBe("go to Main");
  expect(actionInWords({ kind: "submenu", menu_id: "x" }, [main])).toMatch(/not there/);
});
