/** What the concierge has typed so far: kept in the tab until the tenant is there, and sent at the end. */
import type { components } from "@/api/schema";
import type { Tier } from "@/features/tenants/words";
import { ownZone } from "@/lib/dates/dates";
import { e164 } from "@/lib/phones/phones";

type Input = components["schemas"]["ConciergeInput"];
export type Mode = components["schemas"]["ModeWord"];

export const EMPTY = {
  company_name: "",
  slug: "",
  city: "",
  address: "",
  timezone: ownZone,
  contact_name: "",
  admin_email: "",
  contact_phone: "",
  plan_tier: "starter" as Tier,
  trial: true,
  is_test_mode: false,
  pack: "",
  industry: "",
  phone_number: "",
  buy_number: false,
  ivr_mode: "ai-voice" as Mode,
  forward_to: "",
  agent_name: "",
  greeting: "",
  accent_color: "",
  extras: [] as { name: string; status: string }[],
  internal_notes: "",
  send_onboarding: false,
};
export type Draft = typeof EMPTY;
export type Field = keyof Draft;

export const STEPS = [
  {
    key: "basics",
    name: "Basic info",
    fields: [
      "company_name",
      "slug",
      "city",
      "address",
      "timezone",
      "contact_name",
      "admin_email",
      "contact_phone",
    ],
  },
  {
    key: "plan",
    name: "Plan and industry",
    fields: ["plan_tier", "trial", "is_test_mode", "pack", "industry"],
  },
  {
    key: "telephony",
    name: "Telephony",
    fields: ["phone_number", "buy_number", "ivr_mode", "forward_to", "agent_name", "greeting"],
  },
  {
    key: "extras",
    name: "Extras",
    fields: ["accent_color", "extras", "internal_notes", "send_onboarding"],
  },
  { key: "review", name: "Review", fields: [] },
] as const satisfies readonly { key: string; name: string; fields: readonly Field[] }[];

/** The step on which a field is asked for. */
export const stepOf = (field: string): number =>
  Math.max(
    0,
    STEPS.findIndex((step) => (step.fields as readonly string[]).includes(field)),
  );

/** The field of the form that the server's pointer means: `/tenant/slug` is `slug`. */
export const fieldOf = (pointer: string): string => {
  const [first = "", second = ""] = pointer.replace(/^\//, "").split("/");
  if (first === "fallback") return "forward_to";
  return first === "tenant" || first === "agent" ? second : first;
};

const some = (fields: Record<string, string>) =>
  Object.fromEntries(Object.entries(fields).flatMap(([k, v]) => (v.trim() ? [[k, v.trim()]] : [])));

export function bodyOf(draft: Draft): Input {
  const { city, address, contact_name, admin_email, pack, industry, agent_name, greeting } = draft;
  const agent = some({ agent_name, greeting });
  return {
    tenant: {
      company_name: draft.company_name.trim(),
      slug: draft.slug.trim(),
      timezone: draft.timezone,
      plan_tier: draft.plan_tier,
      trial: draft.trial,
      is_test_mode: draft.is_test_mode,
      ...some({ city, address, contact_name, admin_email, pack, industry }),
      ...some({ contact_phone: e164(draft.contact_phone) }),
      // An object of the tenant's own: the document says nothing of what is in it.
      branding: some({ accent_color: draft.accent_color }) as Record<string, never>,
    },
    ivr_mode: draft.ivr_mode,
    ...some({ phone_number: e164(draft.phone_number), forward_to: destination(draft.forward_to) }),
    buy_number: draft.buy_number && draft.phone_number.trim() !== "",
    // What has a default may be left out, which the generated type does not know.
    ...(Object.keys(agent).length > 0 ? { agent: agent as unknown as NonNullable<Input["agent"]> } : {}),
    internal_notes: draft.internal_notes,
    extras: draft.extras,
    send_onboarding: draft.send_onboarding,
  };
}

/** A number as people type it, or a SIP address as it is. */
const destination = (typed: string) => (/^sips?:/i.test(typed.trim()) ? typed : e164(typed));

const KEY = "trunkline.concierge";
interface Kept {
  draft: Draft;
  step: number;
  /** The request as it was sent, with its key: the same one again makes no second tenant. */
  sent?: { body: string; key: string };
}

export function kept(): Kept {
  try {
    const found = JSON.parse(sessionStorage.getItem(KEY) ?? "null") as Partial<Kept> | null;
    if (found?.draft) return { ...found, draft: { ...EMPTY, ...found.draft }, step: found.step ?? 0 };
  } catch {
    // Not ours, or no storage: a fresh one.
  }
  return { draft: EMPTY, step: 0 };
}

export function keep(change: Partial<Kept>): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ ...kept(), ...change }));
  } catch {
    // No storage: it lives as long as the page.
  }
}

export function drop(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // No storage.
  }
}

/** The key for a body: the one that it was sent with before, or another. */
export function keyFor(body: Input): string {
  const text = JSON.stringify(body);
  const { sent } = kept();
  if (sent?.body === text) return sent.key;
  const key = crypto.randomUUID();
  keep({ sent: { body: text, key } });
  return key;
}
