/** What is wrong with the menus as they are, before the server is asked: its own rules, and what deserves a look. */
import { type Draft, type Menu, type Place, ways } from "@/features/menus/draft";

export interface Trouble extends Place {
  /** An error is refused by the server; a note only deserves a look. */
  level: "error" | "note";
  text: string;
}
interface Led {
  phone_number?: string | null;
  ivr_menu_id?: string | null;
  closed_menu_id?: string | null;
  agent_id?: string | null;
  ivr_mode: string;
}

export function troubles(menus: Draft["menus"], seen: readonly Menu[], lines: readonly Led[]): Trouble[] {
  const all = new Map(menus.map((menu) => [menu.id, menu]));
  const found = menus.flatMap((menu) => [
    ...ofFields(menu),
    ...ofWays(menu, all),
    ...ofCircle(menu, all),
    ...ofReach(menu, menus, lines),
    ...ofAgent(menu, all, lines),
  ]);
  const gone = seen.filter((menu) => !all.has(menu.id));
  const held = gone.flatMap((menu) =>
    lines
      .filter((line) => line.ivr_menu_id === menu.id || line.closed_menu_id === menu.id)
      .map((line) => ({
        level: "error" as const,
        menu: menu.id,
        at: null,
        text: `${menu.name} is gone here, and the line ${line.phone_number ?? ""} still has it. Give the line another menu first.`,
      })),
  );
  return [...held, ...found].sort((a, b) => a.level.localeCompare(b.level));
}

function ofFields(menu: Menu): Trouble[] {
  const error = (at: Place["at"], text: string): Trouble => ({ level: "error", menu: menu.id, at, text });
  const found: Trouble[] = [];
  if (!menu.name.trim()) found.push(error(null, "A menu needs a name."));
  if (!menu.prompt.trim()) found.push(error(null, `${called(menu)} says nothing: it needs a prompt.`));
  if (menu.options.length === 0) found.push(error(null, `${called(menu)} has no key, so it leads nowhere.`));
  menu.options.forEach((option, n) => {
    if (menu.options.findIndex((o) => o.digit === option.digit) < n)
      found.push(error(n, `${called(menu)} has the key ${option.digit} twice.`));
  });
  for (const { at, action } of ways(menu)) {
    const where = at === "fallback" ? "what happens without a key" : `key ${menu.options[at]?.digit}`;
    if (action.kind === "dial" && !action.to.trim())
      found.push(error(at, `${called(menu)}, ${where}: say where to forward to.`));
    if (action.kind === "say" && !action.text.trim())
      found.push(error(at, `${called(menu)}, ${where}: say what the caller hears.`));
  }
  return found;
}

function ofWays(menu: Menu, all: Map<string, Menu>): Trouble[] {
  const found: Trouble[] = [];
  for (const { at, action } of ways(menu))
    if (action.kind === "submenu" && !all.has(action.menu_id))
      found.push({
        level: "error",
        menu: menu.id,
        at,
        text: `${called(menu)} leads to a menu that is not there.`,
      });
  if (menu.options.length > 0 && isDeadEnd(menu, all))
    found.push({
      level: "error",
      menu: menu.id,
      at: null,
      text: `${called(menu)} is a dead end: nothing leads out of it to a person, a message, the agent or the end of the call.`,
    });
  return found;
}

/** Whether a caller only ever comes to menus and announcements from here. */
function isDeadEnd(from: Menu, all: Map<string, Menu>): boolean {
  for (const menu of reachable(from, all))
    if (ways(menu).some(({ action }) => action.kind !== "submenu" && action.kind !== "say")) return false;
  return true;
}

/** The menus that can be come to from one, with itself. */
function reachable(from: Menu, all: Map<string, Menu>): Set<Menu> {
  const met = new Set([from]);
  for (const menu of met)
    for (const { action } of ways(menu)) {
      const next = action.kind === "submenu" ? all.get(action.menu_id) : undefined;
      if (next) met.add(next);
    }
  return met;
}

function ofCircle(menu: Menu, all: Map<string, Menu>): Trouble[] {
  const found: Trouble[] = [];
  const path = [menu];
  for (let at: Menu | undefined = menu; at?.fallback.kind === "submenu"; ) {
    at = all.get(at.fallback.menu_id);
    if (!at) break;
    if (at.id === menu.id) {
      const round = [...path, menu].map(called).join(" → ");
      found.push({
        level: "error",
        menu: menu.id,
        at: "fallback",
        text: `Who presses nothing would be led in a circle forever: ${round}.`,
      });
      break;
    }
    // Another menu's circle is told there.
    if (path.includes(at)) break;
    path.push(at);
  }
  menu.options.forEach(({ digit, action }, at) => {
    const next = action.kind === "submenu" ? all.get(action.menu_id) : undefined;
    if (next && next.id !== menu.id && reachable(next, all).has(menu) && !isDeadEnd(menu, all))
      found.push({
        level: "note",
        menu: menu.id,
        at,
        text: `${called(menu)}, key ${digit}: from ${called(next)} one can come back here. That is fine, there is a way out.`,
      });
  });
  return found;
}

function ofReach(menu: Menu, menus: readonly Menu[], lines: readonly Led[]): Trouble[] {
  const led =
    lines.some((line) => line.ivr_menu_id === menu.id || line.closed_menu_id === menu.id) ||
    menus.some(
      (other) =>
        other.id !== menu.id &&
        ways(other).some(({ action }) => action.kind === "submenu" && action.menu_id === menu.id),
    );
  if (led) return [];
  return [
    {
      level: "note",
      menu: menu.id,
      at: null,
      text: `Nobody hears ${called(menu)} yet: no line and no other menu leads to it.`,
    },
  ];
}

function ofAgent(menu: Menu, all: Map<string, Menu>, lines: readonly Led[]): Trouble[] {
  const at = ways(menu).find(({ action }) => action.kind === "ai_voice")?.at;
  if (at === undefined) return [];
  return lines
    .filter((line) => line.ivr_mode === "ivr" && !line.agent_id)
    .filter((line) =>
      [line.ivr_menu_id, line.closed_menu_id].some((id) => {
        const first = id ? all.get(id) : undefined;
        return first && reachable(first, all).has(menu);
      }),
    )
    .map((line) => ({
      level: "note",
      menu: menu.id,
      at,
      text: `${called(menu)} hands over to the agent, and the line ${line.phone_number ?? ""} has none.`,
    }));
}

const called = (menu: Menu): string => menu.name.trim() || "A menu without a name";
