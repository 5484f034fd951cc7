import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { Player } from "@/features/calls/player/player";
import type { Recording, Turn } from "@/features/calls/queries";
import { serving, show } from "@/test/show";
import { PlayerBar } from "./player-bar";

afterEach(() => vi.unstubAllGlobals());

function sound() {
  let s = 0;
  let paused = true;
  const audio = document.createElement("audio");
  Object.defineProperty(audio, "currentTime", { get: () => s, set: (to: number) => (s = to) });
  Object.defineProperty(audio, "paused", { get: () => paused });
  const set = (to: boolean) => {
    paused = to;
    audio.dispatchEvent(new Event(to ? "pause" : "play"));
  };
  return Object.assign(audio, { play: async () => set(false), pause: () => set(true) });
}
const turn = (seq: number, start_ms: number) => ({ seq, start_ms, end_ms: start_ms + 900 }) as Turn;

it("plays by buttons and by keys, at a speed, from turn to turn", async () => {
  const peaks = {
    duration_ms: 60_000,
    channels: [
      [0, 0],
      [0, 0],
    ],
  };
  vi.stubGlobal("fetch", serving({ "GET /calls/c1/recordings/r1/peaks": peaks }));
  const player = new Player(0, 60_000, sound());
  const turns = [turn(0, 1000), turn(1, 20_000), turn(2, 40_000)];
  await show(<PlayerBar callId="c1" recording={{ id: "r1" } as Recording} player={player} turns={turns} />);
  await userEvent.click(screen.getByRole("button", { name: "Play" }));
  expect(player.playing).toBe(true);
  await userEvent.click(screen.getByRole("button", { name: "Pause" }));
  expect(player.playing).toBe(false);
  screen.getByRole("button", { name: "Play" }).blur();
  await userEvent.keyboard(" ");
  expect(player.playing).toBe(true);
  await userEvent.keyboard("{ArrowRight}]");
  expect(player.ms).toBe(20_000);
  await userEvent.keyboard("[[[[[[{ArrowRight}");
  expect(player.ms).toBe(6000);
  await userEvent.selectOptions(screen.getByLabelText("Speed"), "2×");
  expect(player.sound.playbackRate).toBe(2);
  // What somebody types is theirs.
  await userEvent.keyboard("]");
  expect(player.ms).toBe(6000);
  expect(player.quiet).toEqual([]);
  await screen.findByRole("slider");
  await userEvent.click(screen.getByRole("checkbox", { name: "Skip silence" }));
  expect(player.quiet).toEqual([{ from: 250, to: 59_750 }]);
});
