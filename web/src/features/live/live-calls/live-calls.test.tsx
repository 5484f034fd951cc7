import { act, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { apply } from "@/features/shell/live/live";
import { aCall, serving, show } from "@/test/show";
import { LiveCalls } from "./live-calls";

afterEach(() => vi.unstubAllGlobals());

const going = { ...aCall, id: "c1", status: "in-progress", duration_ms: null, end_reason: null };
const none = { data: [], has_more: false };
const turn = {
  seq: 0,
  speaker: "agent",
  text: "Hello.",
  start_ms: 0,
  end_ms: 900,
  interrupted: false,
  words: [],
};

function line(calls: object[]) {
  return {
    "GET /calls": { data: calls, has_more: false },
    "GET /calls/c1": going,
    "GET /calls/c1/turns": { data: [turn], has_more: false },
    "GET /calls/c1/events": none,
    "GET /me": { role: "viewer" },
    "GET /settings": { timezone: "UTC" },
  };
}

it("shows what is said as soon as the server tells", async () => {
  vi.stubGlobal("fetch", serving(line([going])));
  const { client } = await show(<LiveCalls chosen={undefined} choose={vi.fn()} />);
  const said = await screen.findByRole("region", { name: "What is said" });
  expect(within(said).getByText("Hello.")).toBeVisible();
  const next = { ...turn, seq: 1, speaker: "caller", text: "I have a question." };
  act(() =>
    apply(client, { name: "transcript.updated", data: JSON.stringify({ call_id: "c1", turn: next }) }),
  );
  expect(await within(said).findByText("I have a question.")).toBeVisible();
});

it("lets another call be chosen", async () => {
  vi.stubGlobal("fetch", serving(line([going, { ...going, id: "c2", from: "+19185550177" }])));
  const choose = vi.fn();
  await show(<LiveCalls chosen="c1" choose={choose} />);
  expect(await screen.findByRole("button", { name: /555-0142/ })).toHaveAttribute("aria-pressed", "true");
  await userEvent.click(screen.getByRole("button", { name: /555-0177/ }));
  expect(choose).toHaveBeenCalledWith("c2");
});

it("says what to do while nobody calls", async () => {
  vi.stubGlobal("fetch", serving(line([])));
  await show(<LiveCalls chosen={undefined} choose={vi.fn()} />);
  expect(await screen.findByText("Nobody is on the phone")).toBeVisible();
});
