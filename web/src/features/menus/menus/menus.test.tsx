import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
import { Menus } from "./menus";

afterEach(() => vi.unstubAllGlobals());

const answers = {
  "GET /me": { role: "admin" },
  "GET /ivr-menus": { data: [] },
  "GET /phone-configs": { data: [] },
};

it("begins with nothing, and says what a first menu needs", async () => {
  vi.stubGlobal("fetch", serving(answers));
  await show(<Menus />);
  await userEvent.click(await screen.findByRole("button", { name: "Make the first menu" }));
  expect(screen.getByLabelText("Name")).toHaveValue("Main menu");
  expect(screen.getAllByText(/needs a prompt/)[0]).toBeVisible();
});

it("offers another try", async () => {
  const fault = Response.json({ detail: "Not now." }, { status: 500 });
  vi.stubGlobal("fetch", serving({ ...answers, "GET /ivr-menus": fault }));
  await show(<Menus />);
  expect(await screen.findByText("Not now.")).toBeVisible();
});
