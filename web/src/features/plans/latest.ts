import type { components } from "@/api/schema";
import { TIERS } from "@/features/tenants/words";

type Plan = components["schemas"]["PlanView"];

/** The latest version of each plan, in the order of the tiers. */
export function latestPlans(plans: readonly Plan[]): Plan[] {
  return TIERS.flatMap((tier) => versionsOf(plans, tier).slice(0, 1));
}

/** A plan's versions, the latest first. */
export function versionsOf(plans: readonly Plan[], tier: string): Plan[] {
  return plans.filter((plan) => plan.tier === tier).sort((a, b) => b.version - a.version);
}
