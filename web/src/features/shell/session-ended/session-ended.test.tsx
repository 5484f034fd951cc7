import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { forget, getState, renew, signedIn } from "@/api/session/session";
import SessionEnded from "./session-ended";

afterEach(() => {
  vi.unstubAllGlobals();
  forget();
});

const session = {
  access_token: "a",
  expires_in: 600,
  must_change_password: false,
  token_type: "Bearer",
  tenant_id: "t",
};

it("lets the same person in again without leaving the page, and lets what waited go on", async () => {
  const answers = [new Response(null, { status: 401 }), Response.json({ ...session, access_token: "b" })];
  vi.stubGlobal("fetch", async () => answers.shift());
  signedIn(session);
  const elsewhere = vi.fn();
  render(<SessionEnded email="ann@example.com" tenantId="t" elsewhere={elsewhere} />);
  const waiting = renew("a");
  expect(await screen.findByRole("dialog", { name: "Your session has ended" })).toBeVisible();
  expect(screen.getByLabelText("E-mail")).toHaveAttribute("readonly");
  await userEvent.type(screen.getByLabelText("Password"), "a sentence");
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
  expect(await waiting).toBe(true);
  expect(getState().kind).toBe("in");
  expect(elsewhere).not.toHaveBeenCalled();
});
