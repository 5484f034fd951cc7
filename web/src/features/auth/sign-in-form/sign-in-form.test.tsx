import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { SignInForm } from "./sign-in-form";

const answers: Response[] = [];
const sent: unknown[] = [];
beforeEach(() => {
  answers.length = 0;
  sent.length = 0;
  vi.stubGlobal("fetch", async (request: Request) => {
    sent.push(await request.json());
    return answers.shift();
  });
});
afterEach(() => vi.unstubAllGlobals());

const session = { access_token: "a", expires_in: 600, must_change_password: false, token_type: "Bearer" };

it("asks for the second factor, or a recovery code, when it is wanted", async () => {
  const done = vi.fn();
  answers.push(Response.json({ mfa_required: true, mfa_token: "m" }), Response.json(session));
  render(<SignInForm done={done} />);
  await userEvent.type(screen.getByLabelText("E-mail"), "ann@example.com");
  await userEvent.type(screen.getByLabelText("Password"), "a sentence");
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
  await userEvent.click(await screen.findByRole("button", { name: "Use a recovery code" }));
  await userEvent.type(screen.getByLabelText("Recovery code"), "abcd-efgh");
  await userEvent.click(screen.getByRole("button", { name: "Continue" }));
  expect(sent[1]).toEqual({ code: "abcd-efgh", mfa_token: "m" });
  expect(done).toHaveBeenCalledWith(session);
});

it("says why it was refused and keeps what was typed", async () => {
  answers.push(Response.json({ detail: "No such login.", code: "invalid_credentials" }, { status: 401 }));
  render(<SignInForm done={vi.fn()} />);
  await userEvent.type(screen.getByLabelText("E-mail"), "ann@example.com");
  await userEvent.type(screen.getByLabelText("Password"), "wrong");
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
  expect(await screen.findByText("No such login.")).toBeVisible();
  expect(screen.getByLabelText("E-mail")).toHaveValue("ann@example.com");
});

it("sends nothing that is empty", async () => {
  render(<SignInForm done={vi.fn()} />);
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
  expect(await screen.findByText("Type your password.")).toBeVisible();
  expect(sent).toEqual([]);
});
