import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
import { Lines } from "./lines";

afterEach(() => vi.unstubAllGlobals());

const line = {
  id: "l",
  phone_number: "+19185550101",
  ivr_mode: "simple",
  forward_to: "+19185550199",
  fallback: { kind: "voicemail" },
  record: true,
  is_bought: true,
};
const answers = {
  "GET /me": { role: "admin" },
  "GET /phone-configs": { data: [line] },
  "GET /agents": { data: [] },
  "GET /ivr-menus": { data: [] },
};

it("gives a bought number back only when it was typed", async () => {
  const sent: unknown[] = [];
  const answer = serving(answers);
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method !== "POST") return answer(request);
    sent.push(await request.json());
    return new Response(null, { status: 204 });
  });
  await show(<Lines />);
  await userEvent.click(await screen.findByRole("button", { name: "Release (918) 555-0101" }));
  const go = screen.getByRole("button", { name: "Release number" });
  expect(go).toBeDisabled();
  await userEvent.type(screen.getByLabelText(/Type \+19185550101/), "+19185550101");
  await userEvent.click(go);
  await waitFor(() => expect(sent).toEqual([{ confirm_number: "+19185550101" }]));
  await waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
});

it("shows a viewer how each answers, and no button", async () => {
  vi.stubGlobal("fetch", serving({ ...answers, "GET /me": { role: "viewer" } }));
  await show(<Lines />);
  expect(await screen.findByText("(918) 555-0199")).toBeVisible();
  expect(screen.getByText("the caller may leave a message")).toBeVisible();
  expect(screen.queryByRole("button")).toBeNull();
});

it("says what to do when there is none", async () => {
  vi.stubGlobal("fetch", serving({ ...answers, "GET /phone-configs": { data: [] } }));
  await show(<Lines />);
  expect(await screen.findByText("No phone number yet")).toBeVisible();
});
