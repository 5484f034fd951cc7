import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { aCall, serving, show } from "@/test/show";
import { CallPage } from "./call-page";

afterEach(() => vi.unstubAllGlobals());

const detail = {
  ...aCall,
  digits: "12",
  provider: "twilio",
  provider_call_id: "CA1",
  resolution_method: "to_number",
  tags: ["Estimate"],
  ended_at: "2026-11-20T15:01:00Z",
};
const none = { data: [], has_more: false };
const whole = {
  "GET /me": { role: "viewer" },
  "GET /settings": { timezone: "America/Chicago" },
  "GET /contacts": none,
  "GET /calls/0199-c": detail,
  "GET /calls/0199-c/turns": none,
  "GET /calls/0199-c/events": none,
  "GET /calls/0199-c/recordings": none,
  "GET /calls/0199-c/notes": none,
  "GET /calls/0199-c/related": { data: [{ ...aCall, id: "before", from: "+19185550142" }], has_more: false },
};

it("shows who called when, in the tenant's zone, by the name that is known", async () => {
  const contact = { id: "k", number: "+19185550142", name: "<b>Sarah</b> Miller" };
  vi.stubGlobal("fetch", serving({ ...whole, "GET /contacts": { data: [contact], has_more: false } }));
  await show(<CallPage id="0199-c" atMs={null} />);
  expect(await screen.findByRole("heading", { level: 1, name: "<b>Sarah</b> Miller" })).toBeVisible();
  const about = within(screen.getByRole("region", { name: "About the call" }));
  expect(await about.findByText("Nov 20, 2026, 9:00 AM")).toBeVisible();
  expect(about.getByText("(918) 555-0142")).toBeVisible();
  expect(about.getByText("Caller hung up")).toBeVisible();
  const related = screen.getByRole("region", { name: "Related calls" });
  expect(await within(related).findByRole("link")).toHaveAttribute("href", "/calls/before");
});

it("shows the call though a part of it failed", async () => {
  const answer = Response.json({ detail: "Not now." }, { status: 403 });
  vi.stubGlobal("fetch", serving({ ...whole, "GET /calls/0199-c/recordings": answer }));
  await show(<CallPage id="0199-c" atMs={null} />);
  expect(await screen.findByRole("heading", { level: 1, name: "(918) 555-0142" })).toBeVisible();
  expect(await screen.findByText("There is no transcript")).toBeVisible();
  expect(await screen.findByText("Not now.")).toBeVisible();
});

it("has no player for sound that was deleted, and keeps its parts apart", async () => {
  const recording = {
    id: "r1",
    kind: "conversation",
    channels: 2,
    complete: true,
    created_at: aCall.started_at,
    purged_at: "2026-11-21T10:00:00Z",
  };
  vi.stubGlobal(
    "fetch",
    serving({ ...whole, "GET /calls/0199-c/recordings": { data: [recording], has_more: false } }),
  );
  await show(<CallPage id="0199-c" atMs={null} />);
  expect(await screen.findByText(/Its sound was deleted on/)).toBeVisible();
  expect(screen.queryByRole("slider")).toBeNull();
  await userEvent.click(screen.getByRole("tab", { name: "Response times" }));
  const panel = screen.getByRole("tabpanel", { name: "Response times" });
  expect(within(panel).getByText("No answer was measured")).toBeVisible();
});
