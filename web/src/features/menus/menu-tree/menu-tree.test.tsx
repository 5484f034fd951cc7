import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { beforeEach, expect, it, vi } from "vitest";
import { type Action, type Menu, newMenu } from "@/features/menus/draft";
import { rows } from "@/features/menus/tree";
import { MenuTree } from "./menu-tree";

const menu = (id: string, keys: Action[]): Menu => ({
  ...newMenu(id.toUpperCase()),
  id,
  options: keys.map((action, n) => ({ digit: String(n + 1), label: "", action })),
});
const menus = [
  menu("a", [{ kind: "submenu", menu_id: "b" }, { kind: "hang_up" }]),
  menu("b", [{ kind: "submenu", menu_id: "a" }]),
];
const acts = { edit: vi.fn(), add: vi.fn(), remove: vi.fn() };
beforeEach(() => vi.clearAllMocks());

function Page() {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const all = rows(menus, closed);
  const [current, choose] = useState(all[0]?.key);
  return (
    <MenuTree
      rows={all}
      menus={menus}
      current={current}
      wrong={() => false}
      choose={(row) => choose(row.key)}
      fold={(row, open) =>
        setClosed((c) => new Set(open ? [...c].filter((k) => k !== row.key) : [...c, row.key]))
      }
      {...acts}
    />
  );
}
const at = () => document.activeElement?.textContent;
const press = (keys: string) => userEvent.keyboard(keys);

it("is one stop, and arrows, Home and End move inside", async () => {
  render(<Page />);
  await userEvent.tab();
  expect(at()).toBe("A");
  await press("{ArrowDown}");
  expect(at()).toBe("1Go to B");
  await press("{End}");
  expect(at()).toBe("No key: take a message");
  await press("{Home}");
  expect(at()).toBe("A");
  await userEvent.tab();
  expect(document.body).toHaveFocus();
});

it("folds with left, unfolds with right, and left again leads up", async () => {
  render(<Page />);
  await userEvent.tab();
  await press("{ArrowDown}{ArrowLeft}");
  expect(screen.queryByText("B")).toBeNull();
  await press("{ArrowRight}");
  expect(screen.getByText("B")).toBeVisible();
  await press("{ArrowLeft}{ArrowLeft}");
  expect(at()).toBe("A");
});

it("leads from where a menu comes again to where it is", async () => {
  render(<Page />);
  await userEvent.tab();
  await userEvent.click(screen.getByText("A, shown elsewhere"));
  screen.getByRole("treeitem", { selected: true }).focus();
  await press("{ArrowRight}");
  expect(at()).toBe("A");
});

it("edits, adds and removes by key", async () => {
  render(<Page />);
  await userEvent.tab();
  await press("{ArrowDown}{Enter}{Insert}{Delete}");
  expect(acts.edit).toHaveBeenCalledOnce();
  expect(acts.add.mock.calls[0]?.[0]).toMatchObject({ menu: "a", at: 0 });
  expect(acts.remove.mock.calls[0]?.[0]).toMatchObject({ menu: "a", at: 0 });
});
