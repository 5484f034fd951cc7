import { expect, it } from "vitest";
import { someSettings } from "../fixture";
import { checkSaid, settingsOf, typed, words } from "./form";

it("comes back as it was", () => {
  expect(settingsOf(typed(someSettings))).toEqual(someSettings);
});

it("keeps settings that it has no field for", () => {
  const settings = { ...someSettings, tempo_wish: "slow" };
  expect(settingsOf(typed(settings))).toEqual(settings);
});

it("reads words by line, comma or semicolon, each once", () => {
  expect(words("crown, veneer\n\n crown ;root canal")).toEqual(["crown", "veneer", "root canal"]);
});

it("is exact about what people think of in seconds, minutes and percent", () => {
  const form = { ...typed(someSettings), no_input_after_ms: 1.5, max_duration_ms: 45 };
  form.turn = { ...form.turn, speech_threshold: 62 };
  expect(settingsOf(form)).toMatchObject({
    no_input_after_ms: 1500,
    max_duration_ms: 2_700_000,
    turn: { speech_threshold: 0.62 },
  });
});

it("reads how words are said, one a line", () => {
  const form = { ...typed(someSettings), pronunciations: "Nguyen = win\n\n a=b = c=d " };
  expect(settingsOf(form).pronunciations).toEqual([
    { word: "Nguyen", say: "win" },
    { word: "a", say: "b = c=d" },
  ]);
});

it.each([
  ["Nguyen = win", true],
  ["", true],
  ["Nguyen", expect.stringContaining("lacks one")],
  ["= win", expect.stringContaining("lacks one")],
  ["Nguyen = win\nNGUYEN = wen", expect.stringContaining("twice")],
  [`${"x".repeat(61)} = y`, expect.stringContaining("60")],
  [`x = ${"y".repeat(121)}`, expect.stringContaining("120")],
])("checks %j", (text, said) => expect(checkSaid(text)).toEqual(said));
