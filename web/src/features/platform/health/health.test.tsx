import { screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import type { components } from "@/api/schema";
import { serving, show } from "@/test/show";
import { Health, lasting, troubles } from "./health";

afterEach(() => vi.unstubAllGlobals());

const well: components["schemas"]["SystemHealthView"] = {
  at: "2026-11-20T15:00:00Z",
  node: {
    version: "0.1.0",
    started_at: "2026-11-20T14:00:00Z",
    uptime_s: 3600,
    calls_live: 2,
    places_taken: 2,
    max_calls: 40,
    busy: false,
    draining: false,
    ledger: { is_away: false, facts_waiting: 0, bytes_waiting: 0 },
    minds: [{ stage: "chat", name: "llm", last_success_at: "2026-11-20T15:00:00Z" }],
  },
  database: { ping_ms: 1.4, pools: [{ name: "app", open: 5, idle: 3, most: 10 }] },
  jobs: [],
  outbox: [],
};

it.each([
  [59, "0 min"],
  [3_900, "1 h 5 min"],
  [273_600, "3 d 4 h"],
])("says %i s as %s", (s, words) => expect(lasting(s)).toBe(words));

it("names what is wrong, and nothing where all is well", () => {
  expect(troubles(well)).toEqual([]);
  const job = { kind: "audit", ready: 1, leased: 0, dead: 2, overdue_since: "2026-11-20T14:00:00Z" };
  const mails = { channel: "email", waiting: 3, failed: 0, oldest_waiting: "2026-11-20T14:00:00Z" };
  const ill = { ...well, jobs: [job], outbox: [mails, { channel: "sms", waiting: 0, failed: 1 }] };
  expect(troubles(ill)).toEqual([
    "2 jobs have failed for good.",
    "Jobs are due that nobody has taken.",
    "3 messages wait: the mail server or the carrier is not set up, or does not answer.",
    "1 message could not be sent.",
  ]);
});

it("takes what has only just come due, and what delivers what waits, for no trouble of its own", () => {
  const job = { ready: 1, leased: 0, dead: 0 };
  const jobs = [
    { ...job, kind: "reap", overdue_since: well.at },
    { ...job, kind: "deliver_email", overdue_since: "2026-11-20T10:00:00Z" },
  ];
  expect(troubles({ ...well, jobs })).toEqual([]);
});

it("shows the node, the database and the minds", async () => {
  vi.stubGlobal("fetch", serving({ "GET /admin/system-health": well }));
  await show(<Health />);
  expect(await screen.findByText("All is well")).toBeVisible();
  expect(screen.getByText("2 of 40")).toBeVisible();
  expect(screen.getByText("2 busy, 3 idle, at most 10")).toBeVisible();
  expect(screen.getByText("Answers")).toBeVisible();
});
