import { screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
import { inWords, OpenNow } from "./open-now";

afterEach(() => vi.unstubAllGlobals());

const friday = { timezone: "America/Chicago", friday: [{ opens: "08:00", closes: "17:00" }] };

it.each([
  ["2026-11-20T15:00:00Z", true, "Closes 5:00 PM"],
  ["2026-11-20T12:00:00Z", false, "Opens 8:00 AM"],
  ["2026-11-20T02:00:00Z", false, "Opens tomorrow 8:00 AM"],
  ["2026-11-18T15:00:00Z", false, "Opens Friday 8:00 AM"],
  ["2026-11-20T23:30:00Z", false, "Opens Friday, November 27, 8:00 AM"],
])("%s in Chicago", (at, open, words) => {
  expect(inWords(friday, new Date(at))).toEqual({ open, words });
});

it("says whose clock it is", async () => {
  const now = { ...friday, is_open: true, at: "2026-11-20T15:00:00Z" };
  vi.stubGlobal("fetch", serving({ "GET /business-hours": now }));
  await show(<OpenNow />);
  expect(await screen.findByText("Open now")).toBeVisible();
  expect(screen.getByText(/in America\/Chicago, where it is 9:00 AM/)).toBeVisible();
});
