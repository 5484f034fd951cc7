/** What tests of this folder share. */

import { someSettings } from "@/features/agents/fixture";
import type { Pack } from "@/features/packs/queries";

export const aPack: Pack = {
  key: "plumbing",
  version: 2,
  name: "Plumbing",
  industries: ["plumber"],
  currency: "USD",
  applied_version: null,
  applied_at: null,
  vocabulary: ["sump pump"],
  services: [{ name: "Drain cleaning", duration_min: 60, price_minor: 14_900 }],
  faqs: [{ question: "Do you come at night?", answer: "Yes, for emergencies." }],
  menu: {
    name: "Main menu",
    prompt: "Thank you for calling {company}.",
    options: [{ digit: "1", label: "Appointments", action: { kind: "ai_voice" } }],
    fallback: { kind: "voicemail" },
  },
  texts: { booked: "You are booked.", reminder: "We see you soon.", missed_call: "We missed you." },
  agents: [{ kind: "booking", name: "Booking", settings: { ...someSettings, prompt: "You know pipes." } }],
};
