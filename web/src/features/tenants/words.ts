/** A tenant's standing and what it means, in words. */

import type { components } from "@/api/schema";
import type { Tone } from "@/components/ui/badge/badge";

export type Tier = components["schemas"]["TierWord"];
export const TIERS = ["starter", "pro", "elite"] as const satisfies readonly Tier[];

export const STANDINGS = ["trialing", "active", "past_due", "suspended", "cancelled"] as const;

const TONES: Record<string, Tone> = {
  active: "good",
  trialing: "accent",
  past_due: "warn",
  suspended: "bad",
};
export const standingTone = (status: string): Tone => TONES[status] ?? "plain";

/** What a business's name could be as a subdomain; empty where nothing of it can. */
export function slugOf(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/[\u0300-\u036f'’]/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 63)
    .replace(/^-|-$/g, "");
}
