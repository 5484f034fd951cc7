/** Menus as they are edited: all of the tenant's together, for they lead to each other. */
import type { components } from "@/api/schema";
import { phone } from "@/lib/phones/phones";

export type Menu = components["schemas"]["MenuView"];
export type MenuInput = components["schemas"]["MenuInput"];
export type Option = components["schemas"]["OptionInput"];
export type Action = components["schemas"]["ActionInput"];

/** What is chosen in the tree: a menu, one of its keys by place, or what happens without a key. */
export interface Place {
  menu: string;
  at: number | "fallback" | null;
}

export interface Draft {
  menus: readonly Menu[];
  /** What undo goes back to, the latest last. */
  past: readonly (readonly Menu[])[];
}

const NEW = "new-";
export const isNew = (id: string): boolean => id.startsWith(NEW);

/** The same menus with a change; it can be undone. Typing in one field is one step: `step` names it. */
export function changed(draft: Draft, menus: readonly Menu[], joined: boolean): Draft {
  return { menus, past: joined ? draft.past : [...draft.past, draft.menus].slice(-100) };
}

export function undone(draft: Draft): Draft {
  const before = draft.past.at(-1);
  return before ? { menus: before, past: draft.past.slice(0, -1) } : draft;
}

export const withMenu = (menus: readonly Menu[], id: string, part: Partial<Menu>): Menu[] =>
  menus.map((menu) => (menu.id === id ? { ...menu, ...part } : menu));

export function withOption(menus: readonly Menu[], id: string, n: number, part: Partial<Option>): Menu[] {
  return menus.map((menu) =>
    menu.id === id
      ? { ...menu, options: menu.options.map((o, i) => (i === n ? { ...o, ...part } : o)) }
      : menu,
  );
}

const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "*", "#"];
export const freeDigits = (menu: Menu, besides?: string): string[] =>
  DIGITS.filter((d) => d === besides || !menu.options.some((o) => o.digit === d));

export function withNewOption(menus: readonly Menu[], id: string): Menu[] {
  return menus.map((menu) => {
    const digit = menu.id === id ? freeDigits(menu)[0] : undefined;
    return digit
      ? { ...menu, options: [...menu.options, { digit, label: "", action: { kind: "voicemail" as const } }] }
      : menu;
  });
}

export function newMenu(name: string): Menu {
  return {
    id: NEW + crypto.randomUUID(),
    name,
    prompt: "",
    no_input_prompt: "",
    no_match_prompt: "Sorry, that key is not in use.",
    timeout_ms: 5000,
    max_attempts: 3,
    options: [],
    fallback: { kind: "voicemail" },
  };
}

/** Every way out of a menu, with its place. */
export function ways(menu: Menu): { at: number | "fallback"; action: Action }[] {
  return [
    ...menu.options.map((option, at) => ({ at, action: option.action })),
    { at: "fallback" as const, action: menu.fallback },
  ];
}

export const actionWords: Record<Action["kind"], string> = {
  dial: "Forward to a number",
  say: "Say something",
  voicemail: "Take a message",
  ai_voice: "Hand over to the agent",
  submenu: "Go to another menu",
  hang_up: "Hang up",
};

export function actionInWords(action: Action, menus: readonly Menu[]): string {
  switch (action.kind) {
    case "dial":
      return action.to ? `forward to ${phone(action.to)}` : "forward to …";
    case "say":
      return action.text ? `say “${action.text}”` : "say …";
    case "voicemail":
      return "take a message";
    case "ai_voice":
      return "hand over to the agent";
    case "submenu":
      return `go to ${menus.find((m) => m.id === action.menu_id)?.name ?? "a menu that is not there"}`;
    case "hang_up":
      return "hang up";
  }
}

export const inputOf = ({ id: _, ...input }: Menu): MenuInput => input;
export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
