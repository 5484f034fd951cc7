import { afterEach, expect, it } from "vitest";
import { bodyOf, drop, EMPTY, fieldOf, keep, kept, keyFor, STEPS, stepOf } from "./draft";

afterEach(drop);

const draft = { ...EMPTY, company_name: " Ann's ", slug: "anns", timezone: "UTC" };

it("asks for every field on one step and no more", () => {
  const asked = STEPS.flatMap((step) => [...step.fields]);
  expect([...asked].sort()).toEqual(Object.keys(EMPTY).sort());
});

it("sends what was typed, numbers as the server wants them, and nothing that was left empty", () => {
  const body = bodyOf({ ...draft, phone_number: "(918) 555-0160", forward_to: "sip:desk@pbx.example" });
  expect(body).toEqual({
    tenant: {
      company_name: "Ann's",
      slug: "anns",
      timezone: "UTC",
      plan_tier: "starter",
      trial: true,
      is_test_mode: false,
      branding: {},
    },
    phone_number: "+19185550160",
    forward_to: "sip:desk@pbx.example",
    ivr_mode: "ai-voice",
    buy_number: false,
    internal_notes: "",
    extras: [],
    send_onboarding: false,
  });
  expect(bodyOf({ ...draft, agent_name: "Zoe" }).agent).toEqual({ agent_name: "Zoe" });
  expect(bodyOf({ ...draft, buy_number: true }).buy_number).toBe(false);
});

it("has branding only where there is some", () => {
  expect(bodyOf(draft).tenant.branding).toEqual({});
  const { branding } = bodyOf({ ...draft, accent_color: "#112233" }).tenant;
  expect(branding).toEqual({ accent_color: "#112233" });
});

it.each([
  ["/tenant/slug", "slug", 0],
  ["/tenant/pack", "pack", 1],
  ["/fallback/to", "forward_to", 2],
  ["/agent/greeting", "greeting", 2],
  ["/extras/0/name", "extras", 3],
])("finds the field and step of %s", (pointer, field, step) => {
  expect(fieldOf(pointer)).toBe(field);
  expect(stepOf(field)).toBe(step);
});

it("survives in the tab, with the same key for the same request", () => {
  keep({ draft, step: 2 });
  const key = keyFor(bodyOf(draft));
  expect(kept()).toMatchObject({ draft, step: 2 });
  expect(keyFor(bodyOf(kept().draft))).toBe(key);
  expect(keyFor(bodyOf({ ...draft, slug: "other" }))).not.toBe(key);
  drop();
  expect(kept()).toEqual({ draft: EMPTY, step: 0 });
});
