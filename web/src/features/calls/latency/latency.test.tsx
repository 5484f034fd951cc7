import { screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import type { Turn } from "@/features/calls/queries";
import { show } from "@/test/show";
import { Latency, percentile, stages } from "./latency";

const answer = (seq: number, total_ms: number): Turn => ({
  seq,
  speaker: "agent",
  text: "Yes.",
  start_ms: seq * 1000,
  end_ms: seq * 1000 + 500,
  interrupted: false,
  words: [],
  endpoint_ms: 350,
  asr_final_ms: 244,
  llm_first_token_ms: 500,
  tts_first_byte_ms: total_ms,
  first_frame_ms: total_ms,
  total_ms,
});

it("splits the wait into its stages, unless they do not fit", () => {
  expect(stages(answer(1, 563), 563).map((part) => part.ms)).toEqual([350, 150, 63]);
  expect(stages({ ...answer(1, 563), endpoint_ms: 8126 }, 563)).toEqual([]);
});

it("takes percentiles from values that there are", () => {
  expect(percentile([5, 1, 3], 50)).toBe(3);
  expect(percentile([1, 2, 3, 4], 95)).toBe(4);
  expect(percentile([], 50)).toBeNull();
});

it("shows each answer, and what half of them stayed below", async () => {
  const greeting = { ...answer(0, 0), total_ms: null };
  await show(<Latency callId="c" turns={[greeting, answer(1, 563), answer(2, 900), answer(3, 1500)]} />);
  const table = screen.getByRole("table", { name: "Response times" });
  expect(within(table).getAllByRole("link")).toHaveLength(3);
  expect(within(table).getByRole("row", { name: /p50/ })).toHaveTextContent("900 ms");
  expect(within(table).getByRole("row", { name: /p95/ })).toHaveTextContent("1.5 s");
});

it("says why there is nothing", async () => {
  await show(<Latency callId="c" turns={[]} />);
  expect(screen.getByText("No answer was measured")).toBeVisible();
});
