import { expect, it } from "vitest";
import { type Action, type Menu, newMenu } from "./draft";
import { rows } from "./tree";

const menu = (id: string, keys: Action[]): Menu => ({
  ...newMenu(id),
  id,
  options: keys.map((action, n) => ({ digit: String(n + 1), label: "", action })),
});
const to = (menu_id: string): Action => ({ kind: "submenu", menu_id });
const none = new Set<string>();
const sketch = (menus: Menu[], closed = none) =>
  rows(menus, closed).map(
    (row) => `${row.level} ${row.kind} ${row.menu}${row.at === null ? "" : `:${row.at}`}`,
  );

it("shows keys below their menu and menus below their key", () => {
  const menus = [menu("b", [{ kind: "hang_up" }]), menu("a", [to("b")])];
  expect(sketch(menus)).toEqual([
    "1 menu a",
    "2 option a:0",
    "3 menu b",
    "4 option b:0",
    "4 fallback b:fallback",
    "2 fallback a:fallback",
  ]);
});

it("shows a menu once, and then that it comes again: no circle without end", () => {
  const menus = [menu("a", [to("b"), to("b")]), menu("b", [to("a")])];
  const seen = sketch(menus);
  expect(seen.filter((row) => row.endsWith("menu b"))).toHaveLength(1);
  expect(seen).toContain("3 again b");
  expect(seen).toContain("5 again a");
});

it("folds, and what is folded away is not shown elsewhere", () => {
  const menus = [menu("a", [to("b")]), menu("b", [{ kind: "hang_up" }])];
  expect(sketch(menus, new Set(["/a"]))).toEqual(["1 menu a"]);
  expect(sketch(menus, new Set(["/a:0"]))).toEqual(["1 menu a", "2 option a:0", "2 fallback a:fallback"]);
});

it("tells each row its place among its neighbours", () => {
  const all = rows([menu("a", [{ kind: "hang_up" }])], none);
  expect(all.map((r) => [r.place, r.of])).toEqual([
    [1, 1],
    [1, 2],
    [2, 2],
  ]);
});
