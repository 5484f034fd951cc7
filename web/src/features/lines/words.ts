import type { Tone } from "@/components/ui/badge/badge";
import type { Fallback, Line, LineInput, Mode } from "@/features/lines/queries";
import { e164, phone } from "@/lib/phones/phones";

export const MODES: readonly { value: Mode; label: string; description: string; tone: Tone }[] = [
  { value: "simple", label: "Forward", description: "Rings a phone. Needs a number to ring.", tone: "plain" },
  {
    value: "ivr",
    label: "Menu",
    description: "Says a menu and does what the pressed key says. Needs a menu.",
    tone: "plain",
  },
  {
    value: "ai-voice",
    label: "AI Voice (Beta)",
    description: "The agent answers, and can transfer to a person. Needs an agent.",
    tone: "accent",
  },
];

const ENDINGS = [
  { value: "voicemail", label: "May leave a message" },
  { value: "forward", label: "Is forwarded" },
  { value: "message", label: "Hears an announcement" },
] as const;
export const ENDING_OPTIONS = ENDINGS;
export type Ending = (typeof ENDINGS)[number]["value"];

/** A number, or a SIP address as it is. */
export const target = (to: string | null | undefined): string =>
  to?.startsWith("+") ? phone(to) : (to ?? "nowhere");

export function endingInWords(ending: Fallback): string {
  switch (ending.kind) {
    case "forward":
      return `forwarded to ${target(ending.to)}`;
    case "voicemail":
      return "may leave a message";
    case "message":
      return `hears “${ending.text}”`;
  }
}

/** The form's fields, all of them texts and choices; what another mode needs is kept while one looks around. */
export interface LineWords {
  phone_number: string;
  ivr_mode: Mode;
  agent_id: string;
  ivr_menu_id: string;
  closed_menu_id: string;
  forward_to: string;
  dial_timeout_s: string;
  fallback: EndingWords;
  overflow: EndingWords;
  record: boolean;
  messaging_service_sid: string;
  sip_domain: string;
  sip_username: string;
}
export interface EndingWords {
  kind: Ending | "none";
  to: string;
  text: string;
}

const endingWords = (ending: Fallback | null | undefined, none: Ending | "none"): EndingWords => ({
  kind: ending?.kind ?? none,
  to: ending?.kind === "forward" ? ending.to : "",
  text: ending?.kind === "message" ? ending.text : "",
});

export const wordsOf = (line: Partial<Line>): LineWords => ({
  phone_number: line.phone_number ?? "",
  ivr_mode: line.ivr_mode ?? "ai-voice",
  agent_id: line.agent_id ?? "",
  ivr_menu_id: line.ivr_menu_id ?? "",
  closed_menu_id: line.closed_menu_id ?? "",
  forward_to: line.forward_to ?? "",
  dial_timeout_s: String(line.dial_timeout_s ?? 20),
  fallback: endingWords(line.fallback, "voicemail"),
  overflow: endingWords(line.overflow, "none"),
  record: line.record ?? true,
  messaging_service_sid: line.messaging_service_sid ?? "",
  sip_domain: line.sip_domain ?? "",
  sip_username: line.sip_username ?? "",
});

export const dialled = (typed: string): string =>
  typed.includes("@") || typed.startsWith("sip:") ? typed.trim() : e164(typed);

function endingOf({ kind, to, text }: EndingWords): Fallback | null {
  switch (kind) {
    case "none":
      return null;
    case "voicemail":
      return { kind };
    case "forward":
      return { kind, to: dialled(to) };
    case "message":
      return { kind, text: text.trim() };
  }
}

export const inputOf = (w: LineWords): LineInput => ({
  phone_number: w.phone_number.trim() ? e164(w.phone_number) : null,
  ivr_mode: w.ivr_mode,
  agent_id: w.agent_id || null,
  ivr_menu_id: w.ivr_menu_id || null,
  closed_menu_id: w.closed_menu_id || null,
  forward_to: w.forward_to.trim() ? dialled(w.forward_to) : null,
  dial_timeout_s: Number(w.dial_timeout_s),
  fallback: endingOf(w.fallback) ?? { kind: "voicemail" },
  overflow: endingOf(w.overflow),
  record: w.record,
  messaging_service_sid: w.messaging_service_sid.trim() || null,
  sip_domain: w.sip_domain.trim() || null,
  sip_username: w.sip_username.trim() || null,
});

export const modeLabel = (mode: Mode): string => MODES.find((m) => m.value === mode)?.label ?? mode;
