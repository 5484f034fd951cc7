import { expect, it } from "vitest";
import type { Line } from "@/features/phone-admin/queries";
import { inputOf, valuesOf } from "./words";

const line: Line = {
  id: "l",
  phone_number: "+19185550160",
  ivr_mode: "ai-voice",
  agent_id: "a",
  dial_timeout_s: 25,
  fallback: { kind: "forward", to: "+19185550199" },
  record: true,
  has_sip_password: false,
  is_bought: false,
  is_root_protected: false,
  created_at: "2026-11-20T15:00:00Z",
};

it("sends back what it was given", () => {
  const { id, has_sip_password, is_bought, is_root_protected, created_at, ...input } = line;
  expect(inputOf(valuesOf(line))).toEqual({
    ...input,
    forward_to: null,
    ivr_menu_id: null,
    closed_menu_id: null,
    messaging_service_sid: null,
    sip_domain: null,
    sip_username: null,
  });
});

it("sends what was changed alone, numbers as the server wants them", () => {
  expect(inputOf({ phone_number: "(918) 555-0160", agent_id: "" })).toEqual({
    phone_number: "+19185550160",
    agent_id: null,
  });
  expect(inputOf({ forward_to: "sip:desk@pbx.example" })).toEqual({ forward_to: "sip:desk@pbx.example" });
  expect(inputOf({ fallback: { kind: "message", to: "+1", text: " Closed. " } })).toEqual({
    fallback: { kind: "message", text: "Closed." },
  });
});
