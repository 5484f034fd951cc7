import { screen } from "@testing-library/react";
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
};
const none = { data: [], has_more: false };
const parts = {
  "GET /calls/0199-c/turns": none,
  "GET /calls/0199-c/events": none,
  "GET /calls/0199-c/recordings": none,
};

it("shows the call though a part of it failed", async () => {
  vi.stubGlobal(
    "fetch",
    serving({
      "GET /calls/0199-c": detail,
      ...parts,
      "GET /calls/0199-c/recordings": Response.json({ detail: "Not now." }, { status: 503 }),
    }),
  );
  await show(<CallPage id="0199-c" atMs={null} />);
  expect(await screen.findByRole("heading", { level: 1, name: "(918) 555-0142" })).toBeVisible();
  expect(await screen.findByText("There is no transcript")).toBeVisible();
  expect(await screen.findByText("Not now.", {}, { timeout: 3000 })).toBeVisible();
});

it("asks before it hangs up, and only who may is asked", async () => {
  const live = { "GET /calls/0199-c": { ...detail, status: "in-progress" }, ...parts };
  const hungUp = vi.fn();
  const answer = serving({ ...live, "GET /me": { role: "user" }, "GET /settings": { timezone: "UTC" } });
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method === "POST") {
      hungUp(new URL(request.url).pathname, request.headers.has("Idempotency-Key"));
      return new Response(null, { status: 202, headers: { "Content-Length": "0" } });
    }
    return answer(request);
  });
  await show(<CallPage id="0199-c" atMs={null} />);
  await userEvent.click(await screen.findByRole("button", { name: "Hang up" }));
  expect(hungUp).not.toHaveBeenCalled();
  await userEvent.click(screen.getAllByRole("button", { name: "Hang up" }).at(-1) as HTMLElement);
  expect(hungUp).toHaveBeenCalledWith("/api/v1/calls/live/0199-c/hangup", true);
});
