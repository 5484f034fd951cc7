/** What tests of this folder share. */
import type { Entry } from "@/features/audit/queries";

export const anEntry: Entry = {
  seq: 12,
  id: "e",
  at: "2026-11-20T15:00:00Z",
  actor_kind: "user",
  actor_id: "u",
  actor_name: "Kim",
  impersonation_id: "i",
  action: "agent.renamed",
  object_kind: "agent",
  object_id: "a",
  before: { name: "Front desk" },
  after: { name: "Reception" },
  reason: "asked by phone",
  ip: "127.0.0.1",
  request_id: "r",
};
