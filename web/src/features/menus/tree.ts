/** The menus as the rows of a tree: menus, their keys, and the menus that keys lead to. */
import { type Action, isNew, type Menu, type Place, ways } from "@/features/menus/draft";

export interface Row extends Place {
  key: string;
  level: number;
  kind: "menu" | "option" | "fallback" | "again";
  /** `null`: nothing is below it. */
  open: boolean | null;
  parent: string | null;
  place: number;
  of: number;
}

/** All rows that are seen; `closed` holds the keys of rows that are folded. */
export function rows(menus: readonly Menu[], closed: ReadonlySet<string>): Row[] {
  const out: Row[] = [];
  const shown = new Set<string>();
  const byId = new Map(menus.map((menu) => [menu.id, menu]));

  const addMenu = (
    menu: Menu,
    level: number,
    path: string,
    parent: string | null,
    place: number,
    of: number,
  ) => {
    const key = `${path}/${menu.id}`;
    if (shown.has(menu.id)) {
      out.push({ key, level, kind: "again", menu: menu.id, at: null, open: null, parent, place, of });
      return;
    }
    shown.add(menu.id);
    const open = !closed.has(key);
    out.push({ key, level, kind: "menu", menu: menu.id, at: null, open, parent, place, of });
    const below = ways(menu);
    below.forEach(({ at, action }, n) => {
      const next = target(action, byId);
      const own = `${key}:${at}`;
      const unfolded = next ? !closed.has(own) : null;
      if (open)
        out.push({
          key: own,
          level: level + 1,
          kind: at === "fallback" ? "fallback" : "option",
          menu: menu.id,
          at,
          open: unfolded,
          parent: key,
          place: n + 1,
          of: below.length,
        });
      if (next && open && unfolded) addMenu(next, level + 2, own, own, 1, 1);
      // What is folded away is not shown elsewhere instead.
      else if (next) hide(next);
    });
  };
  const hide = (menu: Menu) => {
    if (shown.has(menu.id)) return;
    shown.add(menu.id);
    for (const { action } of ways(menu)) {
      const next = target(action, byId);
      if (next) hide(next);
    }
  };

  const led = new Set(
    menus.flatMap((menu) =>
      ways(menu).flatMap(({ action }) =>
        action.kind === "submenu" && action.menu_id !== menu.id ? [action.menu_id] : [],
      ),
    ),
  );
  const first = menus.filter((menu) => !led.has(menu.id));
  // Menus that only lead to each other have no first one: the earliest stands for them.
  const covered = new Set<string>();
  const cover = (menu: Menu) => {
    if (covered.has(menu.id)) return;
    covered.add(menu.id);
    for (const { action } of ways(menu)) {
      const next = target(action, byId);
      if (next) cover(next);
    }
  };
  first.forEach(cover);
  for (const menu of menus)
    if (!covered.has(menu.id)) {
      first.push(menu);
      cover(menu);
    }
  first.sort((a, b) => Number(isNew(a.id)) - Number(isNew(b.id)));
  for (const [n, menu] of first.entries()) addMenu(menu, 1, "", null, n + 1, first.length);
  return out;
}

const target = (action: Action, byId: Map<string, Menu>) =>
  action.kind === "submenu" ? byId.get(action.menu_id) : undefined;
