/** What tests of this folder share. */
import type { Agent, Settings, Version } from "@/features/agents/queries";

export const someSettings: Settings = {
  agent_name: "Emma",
  greeting: "Thank you for calling {company}. This is {agent}.",
  greeting_uninterruptible: false,
  prompt: "Be warm.\nBe brief.",
  vocabulary: ["crown", "veneer"],
  pronunciations: [{ word: "Nguyen", say: "win" }],
  voice: null,
  model: null,
  turn: { min_delay_ms: 350, max_delay_ms: 1600, speech_threshold: 0.5, barge_in_after_ms: 120 },
  no_input_after_ms: 8000,
  no_input_prompts: 3,
  max_duration_ms: 1_800_000,
};

export const aVersion = (version: number, over: Partial<Version> = {}): Version => ({
  id: `v${version}`,
  version,
  is_published: false,
  settings: someSettings,
  created_at: "2026-11-20T15:00:00Z",
  ...over,
});

export const anAgent: Agent = {
  id: "a",
  kind: "booking",
  name: "Front desk",
  published_version_id: "v1",
  settings: someSettings,
  industry_pack: null,
  latest_version: 2,
  created_at: "2026-11-20T15:00:00Z",
};
