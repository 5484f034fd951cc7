import { QueryClient } from "@tanstack/react-query";
import { expect, it, vi } from "vitest";
import { callKeys } from "@/features/calls/keys";
import { apply, renewed } from "./live";

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

it("changes the row of a long list in its place", () => {
  const call = { id: "b", status: "completed" } as never;
  const pages = [{ data: [{ id: "a", status: "ringing" }] }, { data: [{ id: "b", status: "ringing" }] }];
  const old = { pages, pageParams: [null, "n1"] } as never;
  const now = renewed(old, call);
  expect(now?.pages[1]?.data).toEqual([{ id: "b", status: "completed" }]);
  expect(now?.pages[0]).toBe(pages[0]);
  expect(renewed(old, { id: "z" } as never)).toBe(old);
});

it("reads lists once a second at most while calls change", () => {
  vi.useFakeTimers();
  const client = new QueryClient();
  const reads = vi.spyOn(client, "invalidateQueries");
  const event = { name: "call.status", data: JSON.stringify({ call_id: "c", call: { id: "c" } }) };
  for (let i = 0; i < 5; i += 1) apply(client, event);
  expect(reads).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1000);
  expect(reads).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(5000);
  expect(reads).toHaveBeenCalledTimes(2);
  vi.useRealTimers();
});
