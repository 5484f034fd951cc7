/** A version's settings as people type them, and back. */
import type { Settings } from "@/features/agents/queries";
import { spelt } from "@/features/agents/words";

/** As in the API, with text for lists and with seconds and minutes where those are how people think. */
export type Typed = Omit<Settings, "voice" | "model" | "vocabulary" | "pronunciations"> & {
  voice: string;
  model: string;
  vocabulary: string;
  /** One a line: `Nguyen = win`. */
  pronunciations: string;
};

export function typed(settings: Settings): Typed {
  return {
    ...settings,
    voice: settings.voice ?? "",
    model: settings.model ?? "",
    vocabulary: settings.vocabulary.join("\n"),
    pronunciations: spelt(settings.pronunciations),
    turn: { ...settings.turn, speech_threshold: Math.round(settings.turn.speech_threshold * 100) },
    no_input_after_ms: settings.no_input_after_ms / 1000,
    max_duration_ms: settings.max_duration_ms / 60_000,
  };
}

export const words = (text: string): string[] => [
  ...new Set(
    text
      .split(/[\n,;]/)
      .map((word) => word.trim())
      .filter(Boolean),
  ),
];

const lines = (text: string): string[] => text.split("\n").filter((line) => line.trim());

function said(line: string): { word: string; say: string } {
  const [word = "", ...say] = line.split("=");
  return { word: word.trim(), say: say.join("=").trim() };
}

/** What is wrong with a list of pronunciations, or `true`. */
export function checkSaid(text: string): true | string {
  const all = lines(text).map(said);
  if (all.length > 100) return "At most 100 lines.";
  const seen = new Set<string>();
  for (const { word, say } of all) {
    if (!word || !say)
      return `Write a word, =, and how it is said: “${(word || say).slice(0, 40)}” lacks one of them.`;
    if (word.length > 60) return `“${word.slice(0, 30)}…” is longer than 60 characters.`;
    if (say.length > 120) return `How “${word}” is said is longer than 120 characters.`;
    if (seen.has(word.toLowerCase())) return `“${word}” is there twice.`;
    seen.add(word.toLowerCase());
  }
  return true;
}

export function settingsOf(form: Typed): Settings {
  return {
    ...form,
    voice: form.voice.trim() || null,
    model: form.model.trim() || null,
    vocabulary: words(form.vocabulary),
    pronunciations: lines(form.pronunciations).map(said),
    turn: { ...form.turn, speech_threshold: form.turn.speech_threshold / 100 },
    no_input_after_ms: Math.round(form.no_input_after_ms * 1000),
    max_duration_ms: Math.round(form.max_duration_ms * 60_000),
  };
}

/** How soon the agent takes the word: pauses that go well together. */
export const TEMPI = [
  { name: "Quick", about: "Short calls, brisk callers", min_delay_ms: 200, max_delay_ms: 900 },
  { name: "Balanced", about: "What a fresh agent has", min_delay_ms: 350, max_delay_ms: 1600 },
  { name: "Patient", about: "Callers who look for words or spell", min_delay_ms: 700, max_delay_ms: 3000 },
] as const;
