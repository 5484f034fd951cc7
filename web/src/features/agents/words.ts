/** An agent's settings by name, with what they do and what is sensible. The one list for showing, comparing and editing. */
import type { Agent, Settings } from "@/features/agents/queries";

export const KINDS: Record<Agent["kind"], { name: string; about: string }> = {
  booking: { name: "Booking", about: "Answers customers and books appointments." },
  support: { name: "Support", about: "Helps customers with what they have booked or bought." },
  onboarding: { name: "Setting up", about: "Asks your own people what is to be set up." },
};

/** One a line: `Nguyen = win`. */
export const spelt = (all: Settings["pronunciations"]): string =>
  all.map(({ word, say }) => `${word} = ${say}`).join("\n");

const seconds = (ms: number) => `${ms / 1000} s`;
const ms = (n: number) => `${n} ms`;

/** A setting in words, in the order of a conversation. Long texts are compared line by line. */
export interface Part {
  name: string;
  long?: boolean;
  read: (settings: Settings) => string;
}

const PARTS: Part[] = [
  { name: "Name for itself", read: (s) => s.agent_name },
  { name: "Voice", read: (s) => s.voice ?? "The server's own choice" },
  { name: "Language model", read: (s) => s.model ?? "The server's own choice" },
  { name: "Greeting", long: true, read: (s) => s.greeting },
  { name: "Greeting is heard to its end", read: (s) => (s.greeting_uninterruptible ? "Yes" : "No") },
  { name: "Instructions", long: true, read: (s) => s.prompt },
  { name: "Vocabulary", long: true, read: (s) => s.vocabulary.join("\n") },
  { name: "Pronunciations", long: true, read: (s) => spelt(s.pronunciations) },
  { name: "Pause after a whole sentence", read: (s) => ms(s.turn.min_delay_ms) },
  { name: "Pause after an open sentence", read: (s) => ms(s.turn.max_delay_ms) },
  { name: "Speech that interrupts", read: (s) => ms(s.turn.barge_in_after_ms) },
  { name: "How sure it must be that somebody speaks", read: (s) => percent(s.turn.speech_threshold) },
  { name: "Silence before it asks", read: (s) => seconds(s.no_input_after_ms) },
  { name: "How often it asks", read: (s) => String(s.no_input_prompts) },
  { name: "Longest conversation", read: (s) => `${s.max_duration_ms / 60_000} min` },
];
const KNOWN = new Set([
  "agent_name",
  "voice",
  "model",
  "greeting",
  "greeting_uninterruptible",
  "prompt",
  "vocabulary",
  "pronunciations",
  "turn",
  "no_input_after_ms",
  "no_input_prompts",
  "max_duration_ms",
]);

/** The settings that these have, also such as have no words here. */
export function parts(...all: Settings[]): Part[] {
  const others = new Set(all.flatMap((settings) => Object.keys(settings)).filter((key) => !KNOWN.has(key)));
  return [
    ...PARTS,
    ...[...others].map((key) => ({
      name: key.replaceAll("_", " ").replace(/^./, (first) => first.toUpperCase()),
      read: (settings: Settings) => plain((settings as Record<string, unknown>)[key]),
    })),
  ];
}

const percent = (share: number) => `${Math.round(share * 100)} %`;
const plain = (value: unknown): string =>
  value === null || value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);

/** What the caller hears first, as the server fills it in. */
export const filled = (greeting: string, company: string, agent: string): string =>
  greeting.replaceAll("{company}", company).replaceAll("{agent}", agent);
