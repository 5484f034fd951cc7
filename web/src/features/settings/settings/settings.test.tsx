import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, expect, it, vi } from "vitest";
import { cleanTab, type SettingsTab } from "@/features/settings/tabs";
import { serving, show } from "@/test/show";
import { Settings } from "./settings";

afterEach(() => vi.unstubAllGlobals());

const answers = {
  "GET /me": { role: "admin" },
  "GET /settings": {
    company_name: "Bright Smile",
    timezone: "UTC",
    retention: { audio_days: 1, transcript_days: 1, call_days: 1 },
  },
  "GET /business-hours": { timezone: "UTC", is_open: false, at: "2026-11-22T12:00:00Z" },
  "GET /features": { data: [] },
  "GET /agents": { data: [] },
  "GET /phone-configs": { data: [] },
};

function Page() {
  const [tab, setTab] = useState<SettingsTab>("company");
  return <Settings tab={tab} change={setTab} />;
}

it("keeps what was typed while another part is looked at", async () => {
  vi.stubGlobal("fetch", serving(answers));
  await show(<Page />);
  await userEvent.type(await screen.findByLabelText("City"), "Tulsa");
  await userEvent.click(screen.getByRole("tab", { name: "Sandbox and beta" }));
  expect(screen.getByText("Test without affecting production data or billing")).toBeVisible();
  await userEvent.click(screen.getByRole("tab", { name: "Company" }));
  expect(screen.getByLabelText("City")).toHaveValue("Tulsa");
});

it("offers another try when it cannot be loaded", async () => {
  const fault = Response.json({ detail: "Not now." }, { status: 500 });
  vi.stubGlobal("fetch", serving({ ...answers, "GET /settings": fault }));
  await show(<Page />);
  expect(await screen.findByText("Not now.")).toBeVisible();
  vi.stubGlobal("fetch", serving(answers));
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByLabelText("Company name")).toHaveValue("Bright Smile");
});

it("takes from the address only parts that there are", () => {
  expect(cleanTab({ tab: "hours" })).toEqual({ tab: "hours" });
  expect(cleanTab({ tab: "company" })).toEqual({});
  expect(cleanTab({ tab: "x" })).toEqual({});
});
