/** The stored words of calls, as people read them. A word that is not known here is shown as it is. */
import type { Tone } from "@/components/ui/badge/badge";

const MODES: Record<string, string> = { simple: "Forwarded", ivr: "Menu", "ai-voice": "Agent" };
export const modeName = (mode: string): string => MODES[mode] ?? mode;

/** `caller_hung_up` → "Caller hung up" */
export function sentence(word: string): string {
  const spaced = word.replace(/[_-]/g, " ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

const LIVE = new Set(["queued", "initiated", "ringing", "in-progress"]);
export const isLive = (status: string): boolean => LIVE.has(status);

export function statusTone(status: string): Tone {
  if (isLive(status)) return "accent";
  if (status === "completed") return "good";
  return status === "failed" ? "bad" : "warn";
}
