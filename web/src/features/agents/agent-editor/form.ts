/** A version's settings as people type them, and back. */
import type { Settings } from "@/features/agents/queries";

/** As in the API, with text for lists and with seconds and minutes where those are how people think. */
export type Typed = Omit<Settings, "voice" | "model" | "vocabulary"> & {
  voice: string;
  model: string;
  vocabulary: string;
};

export function typed(settings: Settings): Typed {
  return {
    ...settings,
    voice: settings.voice ?? "",
    model: settings.model ?? "",
    vocabulary: settings.vocabulary.join("\n"),
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

export function settingsOf(form: Typed): Settings {
  return {
    ...form,
    voice: form.voice.trim() || null,
    model: form.model.trim() || null,
    vocabulary: words(form.vocabulary),
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
