import { screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
import { Hours } from "./hours";

afterEach(() => vi.unstubAllGlobals());

it("lets administrators edit", async () => {
  const hours = { timezone: "UTC", is_open: false, at: "2026-11-22T12:00:00Z" };
  vi.stubGlobal("fetch", serving({ "GET /business-hours": hours, "GET /me": { role: "admin" } }));
  await show(<Hours />);
  expect(await screen.findByRole("switch", { name: /Sunday/ })).toBeEnabled();
  expect(screen.getByRole("heading", { name: "Business hours" })).toBeVisible();
});
