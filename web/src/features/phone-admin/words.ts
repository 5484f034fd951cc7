/** A line as a form shows it and as the server wants it. */
import type { Line, LineInput, Mode } from "@/features/phone-admin/queries";
import { e164 } from "@/lib/phones/phones";

export const MODES: readonly { value: Mode; label: string }[] = [
  { value: "simple", label: "Simple: forward to a phone" },
  { value: "ivr", label: "IVR: a menu" },
  { value: "ai-voice", label: "AI voice: the agent" },
];

const DIAL_TIMEOUT_S = 25;

export function valuesOf(line: Line | null) {
  const fallback = line?.fallback;
  return {
    phone_number: line?.phone_number ?? "",
    ivr_mode: (line?.ivr_mode ?? "simple") as Mode,
    forward_to: line?.forward_to ?? "",
    agent_id: line?.agent_id ?? "",
    ivr_menu_id: line?.ivr_menu_id ?? "",
    closed_menu_id: line?.closed_menu_id ?? "",
    fallback: {
      kind: fallback?.kind ?? ("voicemail" as "voicemail" | "forward" | "message"),
      to: fallback?.kind === "forward" ? fallback.to : "",
      text: fallback?.kind === "message" ? fallback.text : "",
    },
    dial_timeout_s: String(line?.dial_timeout_s ?? DIAL_TIMEOUT_S),
    record: line?.record ?? false,
    messaging_service_sid: line?.messaging_service_sid ?? "",
    sip_domain: line?.sip_domain ?? "",
    sip_username: line?.sip_username ?? "",
  };
}
export type LineValues = ReturnType<typeof valuesOf>;

export const LABELS: { [name in keyof LineValues]: string } = {
  phone_number: "Phone number",
  ivr_mode: "IVR mode",
  forward_to: "Forward to",
  agent_id: "Agent",
  ivr_menu_id: "Menu",
  closed_menu_id: "Menu outside business hours",
  fallback: "If nobody can answer",
  dial_timeout_s: "Rings, in seconds",
  record: "Record calls",
  messaging_service_sid: "Messaging service SID",
  sip_domain: "SIP domain",
  sip_username: "SIP user name",
};

const destination = (typed: string) => (/^sips?:/i.test(typed.trim()) ? typed.trim() : e164(typed));
const orNull = (text: string | undefined) => text?.trim() || null;

/** What was typed, or what of it was changed: an emptied field is taken away. */
export function inputOf(values: Partial<LineValues>): Partial<LineInput> {
  const { phone_number, forward_to, fallback, dial_timeout_s, ivr_mode, record, ...ids } = values;
  const given = Object.entries(ids).map(([name, value]) => [name, orNull(value)]);
  return {
    ...Object.fromEntries(given),
    ...(ivr_mode === undefined ? {} : { ivr_mode }),
    ...(record === undefined ? {} : { record }),
    ...(phone_number === undefined ? {} : { phone_number: orNull(e164(phone_number)) }),
    ...(forward_to === undefined ? {} : { forward_to: orNull(destination(forward_to)) }),
    ...(dial_timeout_s === undefined ? {} : { dial_timeout_s: Number(dial_timeout_s) }),
    ...(fallback === undefined ? {} : { fallback: fallbackOf(fallback) }),
  };
}

function fallbackOf({ kind, to, text }: LineValues["fallback"]): LineInput["fallback"] {
  if (kind === "forward") return { kind, to: destination(to) };
  return kind === "message" ? { kind, text: text.trim() } : { kind };
}
