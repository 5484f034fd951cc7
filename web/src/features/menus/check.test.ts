import { describe, expect, it } from "vitest";
import { troubles } from "./check";
import { type Action, type Menu, newMenu } from "./draft";

const menu = (id: string, keys: Action[], fallback: Action = { kind: "hang_up" }): Menu => ({
  ...newMenu(id.toUpperCase()),
  id,
  prompt: "Press a key.",
  options: keys.map((action, n) => ({ digit: String(n + 1), label: "", action })),
  fallback,
});
const to = (menu_id: string): Action => ({ kind: "submenu", menu_id });
const line = { ivr_mode: "ivr", ivr_menu_id: "a", agent_id: null, phone_number: "+1918" };
const texts = (menus: Menu[], level: "error" | "note", lines = [line]) =>
  troubles(menus, menus, lines)
    .filter((t) => t.level === level)
    .map((t) => t.text);

describe("errors", () => {
  it("finds none in a menu that is right", () => {
    expect(texts([menu("a", [{ kind: "voicemail" }])], "error")).toEqual([]);
  });

  it("finds a dead end across menus, but not where there is a way out", () => {
    const round = [
      menu("a", [to("b")], to("b")),
      menu("b", [{ kind: "say", text: "x" }], { kind: "say", text: "y" }),
    ];
    expect(texts(round, "error").join()).toMatch(/A is a dead end.*B is a dead end/);
    round[1] = menu("b", [{ kind: "dial", to: "+1" }], { kind: "say", text: "y" });
    expect(texts(round, "error")).toEqual([]);
  });

  it("finds the circle of who presses nothing, and names its way", () => {
    const out: Action = { kind: "voicemail" };
    const found = texts([menu("a", [out], to("b")), menu("b", [out], to("a"))], "error");
    expect(found).toHaveLength(2);
    expect(found[0]).toContain("A → B → A");
  });

  it("does not run forever where a circle is further on", () => {
    const out: Action = { kind: "voicemail" };
    const menus = [menu("a", [out], to("b")), menu("b", [out], to("c")), menu("c", [out], to("b"))];
    expect(texts(menus, "error")).toHaveLength(2);
  });

  it("finds keys that are there twice, ways to nowhere, and empty words", () => {
    const wrong = menu("a", [to("x"), { kind: "dial", to: " " }, { kind: "hang_up" }]);
    for (const option of wrong.options) option.digit = "1";
    const found = texts([{ ...wrong, prompt: "" }], "error").join("\n");
    for (const part of ["not there", "say where to forward", "key 1 twice", "needs a prompt"])
      expect(found).toContain(part);
  });

  it("does not let a menu go that a line has", () => {
    const gone = troubles([], [menu("a", [])], [line]);
    expect(gone[0]?.text).toMatch(/the line \+1918 still has it/);
  });
});

it("notes ways back, menus that nobody hears, and a line without the agent", () => {
  const menus = [
    menu("a", [to("b"), { kind: "ai_voice" }]),
    menu("b", [to("a")]),
    menu("c", [{ kind: "hang_up" }]),
  ];
  const notes = texts(menus, "note").join("\n");
  expect(notes).toContain("one can come back here");
  expect(notes).toContain("Nobody hears C yet");
  expect(notes).toContain("the line +1918 has none");
  expect(texts(menus, "error")).toEqual([]);
});
