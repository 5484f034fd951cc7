import { screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
import { SearchResults } from "./search-results";

afterEach(() => vi.unstubAllGlobals());

const found = {
  call_id: "c",
  call_started_at: "2026-11-20T15:00:00Z",
  seq: 2,
  speaker: "caller",
  start_ms: 6144,
  text: "A cleaning",
};

it("leads to the place in the call", async () => {
  vi.stubGlobal("fetch", serving({ "GET /search/turns": { data: [found], has_more: false } }));
  await show(<SearchResults q="cleaning" zone="UTC" />);
  expect(await screen.findByRole("link", { name: /A cleaning/ })).toHaveAttribute("href", "/calls/c?t=6.144");
});

it("says when nobody said it", async () => {
  vi.stubGlobal("fetch", serving({ "GET /search/turns": { data: [], has_more: false } }));
  await show(<SearchResults q="unicorn" zone="UTC" />);
  expect(await screen.findByText("Nobody said “unicorn”")).toBeVisible();
});
