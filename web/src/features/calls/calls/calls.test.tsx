import { screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { aCall, serving, show } from "@/test/show";
import { Calls } from "./calls";

afterEach(() => vi.unstubAllGlobals());

it("shows turns instead of calls while words are looked for", async () => {
  const found = {
    call_id: "c9",
    call_started_at: aCall.started_at,
    seq: 1,
    speaker: "caller",
    start_ms: 1000,
  };
  vi.stubGlobal(
    "fetch",
    serving({ "GET /search/turns": { data: [{ ...found, text: "a root canal" }], has_more: false } }),
  );
  await show(<Calls filters={{ q: "canal", status: "busy" }} change={vi.fn()} />);
  expect(await screen.findByRole("link", { name: /a root canal/ })).toHaveAttribute("href", "/calls/c9?t=1");
  expect(screen.getByText(/the other filters wait/)).toBeVisible();
});
