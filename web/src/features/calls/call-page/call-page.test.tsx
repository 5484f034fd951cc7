import { screen } from "@testing-library/react";
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
