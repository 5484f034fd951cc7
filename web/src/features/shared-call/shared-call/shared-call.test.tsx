import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
import { SharedCall } from "./shared-call";

afterEach(() => vi.unstubAllGlobals());

const call = {
  company_name: "Bright Smile Dental",
  timezone: "America/Chicago",
  started_at: "2026-11-20T15:00:00Z",
  direction: "inbound",
  status: "completed",
  from: "•••••••0142",
  to: "•••••••0103",
  duration_ms: 57_600,
  turns: [{ seq: 1, speaker: "caller", text: "<i>Hello</i>", start_ms: 6100, end_ms: 7000 }],
  recording: { url: "/api/v1/media/x", expires_at: "2026-11-21T15:00:00Z" },
  expires_at: "2026-11-21T15:00:00Z",
};

it("shows a call to somebody without a login, in the company's zone", async () => {
  vi.stubGlobal("fetch", serving({ "GET /shared/abc": call }));
  const play = vi.spyOn(HTMLMediaElement.prototype, "play").mockResolvedValue();
  const { container } = await show(<SharedCall token="abc" />);
  expect(await screen.findByRole("heading", { name: "Call with Bright Smile Dental" })).toBeVisible();
  expect(screen.getByText("•••••••0142")).toBeVisible();
  expect(screen.getByText("Nov 20, 2026, 9:00 AM")).toBeVisible();
  expect(screen.getByText("<i>Hello</i>")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Play from 0:06" }));
  expect(container.querySelector("audio")?.currentTime).toBe(6.1);
  expect(play).toHaveBeenCalled();
});

it("has nothing to play where that is not shared", async () => {
  vi.stubGlobal("fetch", serving({ "GET /shared/abc": { ...call, recording: null } }));
  const { container } = await show(<SharedCall token="abc" />);
  expect(await screen.findByText("<i>Hello</i>")).toBeVisible();
  expect(container.querySelector("audio")).toBeNull();
  expect(screen.queryByRole("button")).toBeNull();
});

it("says that a link is over", async () => {
  vi.stubGlobal("fetch", serving({}));
  await show(<SharedCall token="old" />);
  expect(await screen.findByText("This link shows nothing any more")).toBeVisible();
});
