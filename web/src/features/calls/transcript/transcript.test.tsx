import { screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import type { Turn } from "@/features/calls/queries";
import { show } from "@/test/show";
import { stages, Transcript, unspoken } from "./transcript";

const turn: Turn = {
  seq: 1,
  speaker: "agent",
  text: "A cleaning costs",
  generated_text: "A cleaning costs one hundred dollars.",
  start_ms: 6000,
  end_ms: 8000,
  interrupted: true,
  words: [],
};

it("greys what was not spoken, and tells it to who listens", async () => {
  await show(<Transcript callId="c" turns={[turn]} events={[]} atMs={null} live={false} />);
  expect(unspoken(turn)).toBe(" one hundred dollars.");
  expect(screen.getByText(/one hundred dollars/)).toHaveTextContent("Not spoken: one hundred dollars.");
  expect(unspoken({ ...turn, interrupted: false })).toBe("");
  expect(unspoken({ ...turn, text: "Something else" })).toBe("");
});

it("puts keys and tools where they happened, and marks the moment asked for", async () => {
  const event = (kind: string, media_ms: number, payload: unknown) => ({
    id: kind,
    kind,
    media_ms,
    payload,
    created_at: "2026-11-20T15:00:00Z",
  });
  await show(
    <Transcript
      callId="c"
      turns={[{ ...turn, seq: 2, start_ms: 9000, interrupted: false }, turn]}
      events={[event("dtmf", 8500, { digits: "42" }), event("no_input", 8600, {})]}
      atMs={9500}
      live={false}
    />,
  );
  const items = within(screen.getByRole("list", { name: "Transcript" })).getAllByRole("listitem");
  expect(items).toHaveLength(3);
  expect(items[1]).toHaveTextContent("Keys: 42");
  expect(items[2]).toHaveAttribute("aria-current", "true");
});

it("splits the wait into its stages, unless they do not fit", () => {
  const timed = {
    ...turn,
    endpoint_ms: 350,
    llm_first_token_ms: 500,
    tts_first_byte_ms: 563,
    first_frame_ms: 563,
  };
  expect(stages(timed, 563).map((s) => s.ms)).toEqual([350, 150, 63]);
  expect(stages({ ...timed, endpoint_ms: 8126 }, 563)).toEqual([]);
});
