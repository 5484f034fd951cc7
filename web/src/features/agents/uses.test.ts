import { expect, it } from "vitest";
import type { Line, Menu } from "./queries";
import { isHeard, uses } from "./uses";

const line = (over: Partial<Line>): Line =>
  ({ id: "l", agent_id: "a", ivr_mode: "ai-voice", ...over }) as Line;
const menu = (id: string, ...actions: Menu["options"][number]["action"][]): Menu =>
  ({
    id,
    name: `Menu ${id}`,
    options: actions.map((action, digit) => ({ digit: String(digit), action })),
    fallback: { kind: "hang_up" },
  }) as Menu;
const menus = [
  menu("top", { kind: "submenu", menu_id: "loop" }, { kind: "submenu", menu_id: "deep" }),
  menu("loop", { kind: "submenu", menu_id: "top" }),
  menu("deep", { kind: "ai_voice" }),
  menu("plain", { kind: "voicemail" }),
];
const how = (l: Line) => uses("a", [l], menus)[0];

it("answers the lines of its own", () => {
  expect(how(line({}))?.how).toBe("answers");
  expect(uses("a", [line({ agent_id: "b" })], menus)).toEqual([]);
});

it("is found through menus of menus, also where they go round", () => {
  expect(how(line({ ivr_mode: "ivr", ivr_menu_id: "top" }))).toMatchObject({
    how: "menu",
    menu: "Menu deep",
  });
  expect(how(line({ ivr_mode: "ivr", ivr_menu_id: "loop" }))?.how).toBe("menu");
});

it("tells the closed hours and the lines where nothing leads to it", () => {
  const closed = line({ ivr_mode: "ivr", ivr_menu_id: "plain", closed_menu_id: "deep" });
  expect(how(closed)?.how).toBe("closed");
  const never = line({ ivr_mode: "simple", ivr_menu_id: "deep" });
  expect(how(never)?.how).toBe("never");
  expect(isHeard(uses("a", [never], menus))).toBe(false);
});
