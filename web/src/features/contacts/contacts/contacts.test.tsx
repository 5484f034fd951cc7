import { screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
import { Contacts } from "./contacts";

afterEach(() => vi.unstubAllGlobals());

const contact = {
  id: "k",
  number: "+19185550142",
  name: "שרה <b>x</b>",
  notes: "",
  created_at: "",
  updated_at: "",
};
const list = { "GET /contacts": { data: [contact], has_more: false }, "GET /settings": { timezone: "UTC" } };

it("shows names as they are, and lets a viewer only look", async () => {
  vi.stubGlobal("fetch", serving({ ...list, "GET /me": { role: "viewer" } }));
  await show(<Contacts />);
  expect(await screen.findByText("שרה <b>x</b>")).toHaveAttribute("dir", "auto");
  expect(screen.queryByRole("button", { name: "New contact" })).toBeNull();
  expect(screen.queryByRole("button", { name: /Edit/ })).toBeNull();
});

it("lets a user add and edit", async () => {
  vi.stubGlobal("fetch", serving({ ...list, "GET /me": { role: "user" } }));
  await show(<Contacts />);
  expect(await screen.findByRole("button", { name: "New contact" })).toBeVisible();
  expect(await screen.findByRole("button", { name: /Edit/ })).toBeVisible();
});
