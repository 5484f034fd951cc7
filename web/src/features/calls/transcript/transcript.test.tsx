import { act, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { Player, PlayerContext } from "@/features/calls/player/player";
import type { Turn } from "@/features/calls/queries";
import { show } from "@/test/show";
import { Transcript, unspoken } from "./transcript";

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

it("seeks to a word that is chosen, and shows the one that is heard", async () => {
  const sound = Object.assign(document.createElement("audio"), { play: async () => {} });
  let s = 0;
  Object.defineProperty(sound, "currentTime", { get: () => s, set: (to: number) => (s = to) });
  const player = new Player(0, 10_000, sound);
  const words = ["A", "cleaning", "costs"].map((text, i) => ({
    text,
    start_ms: 6000 + i * 437,
    end_ms: 6300 + i * 437,
  }));
  await show(
    <PlayerContext.Provider value={player}>
      <Transcript callId="c" turns={[{ ...turn, words }]} events={[]} atMs={null} live={false} />
    </PlayerContext.Provider>,
  );
  await userEvent.click(screen.getByText("costs"));
  expect(player.ms).toBeCloseTo(6874);
  expect(screen.getByText("costs")).toHaveClass("bg-accent");
  expect(screen.getByText("cleaning")).not.toHaveClass("bg-accent");
  act(() => player.seek(6437));
  expect(screen.getByText("cleaning")).toHaveClass("bg-accent");
});
