import { QueryClient } from "@tanstack/react-query";
import { expect, it } from "vitest";
import { callKeys } from "@/features/calls/keys";
import { apply } from "./live";

const turn = { seq: 2, speaker: "caller", text: "Hello", start_ms: 1, end_ms: 2, interrupted: false };

it("adds a turn to the transcript that is open, once and in order", () => {
  const client = new QueryClient();
  client.setQueryData(callKeys.turns("c"), [
    { ...turn, seq: 1 },
    { ...turn, seq: 3 },
  ]);
  const event = { name: "transcript.updated", data: JSON.stringify({ call_id: "c", turn }) };
  apply(client, event);
  apply(client, event);
  expect(client.getQueryData<(typeof turn)[]>(callKeys.turns("c"))?.map((t) => t.seq)).toEqual([1, 2, 3]);
});

it("leaves alone what nobody has read", () => {
  const client = new QueryClient();
  apply(client, { name: "transcript.updated", data: JSON.stringify({ call_id: "c", turn }) });
  expect(client.getQueryData(callKeys.turns("c"))).toBeUndefined();
});

it("has everything read again after something was missed", () => {
  const client = new QueryClient();
  client.setQueryData(callKeys.turns("c"), [turn]);
  apply(client, { name: "missed", data: "{}" });
  expect(client.getQueryState(callKeys.turns("c"))?.isInvalidated).toBe(true);
});
