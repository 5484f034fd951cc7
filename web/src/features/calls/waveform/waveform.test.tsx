import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { Player } from "@/features/calls/player/player";
import { Waveform } from "./waveform";

function sound() {
  let s = 0;
  const audio = document.createElement("audio");
  Object.defineProperty(audio, "currentTime", { get: () => s, set: (to: number) => (s = to) });
  return audio;
}
const peaks = {
  duration_ms: 240_000,
  channels: [
    [-10, 10],
    [-90, 90],
  ],
};

it("is a slider that says where it is, and goes by keys", async () => {
  const player = new Player(0, 240_000, sound());
  render(<Waveform peaks={peaks} player={player} />);
  const slider = screen.getByRole("slider", { name: "Place in the recording" });
  expect(slider).toHaveAttribute("aria-valuetext", "0 s of 4 min");
  act(() => player.seek(75_000));
  slider.focus();
  await userEvent.keyboard("{ArrowRight}");
  expect(player.ms).toBe(80_000);
  expect(slider).toHaveAttribute("aria-valuetext", "1 min 20 s of 4 min");
  await userEvent.keyboard("{ArrowLeft}{PageUp}");
  expect(player.ms).toBe(105_000);
  await userEvent.keyboard("{End}{ArrowRight}");
  expect(slider).toHaveAttribute("aria-valuetext", "4 min of 4 min");
  await userEvent.keyboard("{Home}{ArrowLeft}");
  expect(slider).toHaveAttribute("aria-valuenow", "0");
});
