import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
import { aPack } from "../fixture";
import { PackPage } from "./pack-page";

afterEach(() => vi.unstubAllGlobals());

const answers = {
  "GET /industry-packs": { data: [aPack], has_more: false },
  "GET /me": { role: "admin" },
  "GET /settings": { currency: "EUR" },
  "POST /industry-packs/plumbing/apply": {
    key: "plumbing",
    version: 2,
    services: ["Drain cleaning"],
    faqs: [],
    menus: [],
    texts: [],
    agents: [],
    kept: [],
  },
};

it("shows what is in it, and after a question gives it", async () => {
  vi.stubGlobal("fetch", serving(answers));
  await show(<PackPage packKey="plumbing" />);
  expect(await screen.findByText("$149.00")).toBeVisible();
  await userEvent.click(await screen.findByRole("button", { name: "Apply" }));
  expect(await screen.findByText(/the services come without prices/)).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Apply" }));
  expect(await screen.findByRole("status", { name: "What was given" })).toHaveTextContent("Drain cleaning");
});

it("lets a viewer look", async () => {
  vi.stubGlobal("fetch", serving({ ...answers, "GET /me": { role: "viewer" } }));
  await show(<PackPage packKey="plumbing" />);
  await userEvent.click(await screen.findByRole("tab", { name: "Agents (1)" }));
  expect(await screen.findByText("You know pipes.")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Apply" })).toBeNull();
});
