/** Which calls an agent gets: the lines that it is on, and how callers come to it there. */
import type { Line, Menu } from "@/features/agents/queries";

export interface Use {
  line: Line;
  /** `answers`: it takes the call. `menu`: a key leads to it. `closed`: one does outside business hours. `never`: it is set and nothing leads to it. */
  how: "answers" | "menu" | "closed" | "never";
  /** The menu whose key leads to it. */
  menu?: string;
}

export function uses(agentId: string, lines: readonly Line[], menus: readonly Menu[]): Use[] {
  const known = new Map(menus.map((menu) => [menu.id, menu]));
  return lines
    .filter((line) => line.agent_id === agentId)
    .map((line) => {
      if (line.ivr_mode === "ai-voice") return { line, how: "answers" as const };
      if (line.ivr_mode === "ivr") {
        const open = leading(line.ivr_menu_id, known);
        if (open) return { line, how: "menu" as const, menu: open.name };
        const closed = leading(line.closed_menu_id, known);
        if (closed) return { line, how: "closed" as const, menu: closed.name };
      }
      return { line, how: "never" as const };
    });
}

/** The menu, from this one on, with a key that hands over to the agent. */
function leading(first: string | null | undefined, known: ReadonlyMap<string, Menu>): Menu | null {
  const seen = new Set<string>();
  const open = first ? [first] : [];
  for (let id = open.shift(); id !== undefined; id = open.shift()) {
    const menu = known.get(id);
    if (!menu || seen.has(id)) continue;
    seen.add(id);
    const actions = [...menu.options.map((option) => option.action), menu.fallback];
    if (actions.some((action) => action.kind === "ai_voice")) return menu;
    for (const action of actions) if (action.kind === "submenu") open.push(action.menu_id);
  }
  return null;
}

/** Whether callers can come to it at all. */
export const isHeard = (all: readonly Use[]): boolean => all.some((use) => use.how !== "never");
