import { screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
import { Portal } from "./portal";

afterEach(() => vi.unstubAllGlobals());

it("shows what is booked", async () => {
  const own = { id: "a", starts_at: "2026-11-24T21:00:00Z", service_name: "Cleaning", status: "cancelled" };
  vi.stubGlobal("fetch", serving({ "GET /portal/appointments": { data: [own], has_more: false } }));
  await show(<Portal />);
  expect(await screen.findByText("Cleaning")).toBeVisible();
  expect(screen.getByText("Cancelled")).toBeVisible();
});
