import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { show } from "@/test/show";
import { aMe } from "../fixture";
import { FactorCard } from "./factor-card";

afterEach(() => vi.unstubAllGlobals());

const serve = (answers: Record<string, () => Response>) => {
  const sent: unknown[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method === "GET") return Response.json(aMe);
    const path = new URL(request.url).pathname.replace("/api/v1", "");
    sent.push([path, await request.json()]);
    return answers[path]?.() ?? Response.json({}, { status: 404 });
  });
  return sent;
};
const wrong = (pointer: string, detail: string) =>
  Response.json({ errors: [{ pointer, code: "wrong", detail }] }, { status: 422 });

it("sets it up: password, secret as picture and text, a code, and the codes that are told once", async () => {
  let tries = 0;
  const sent = serve({
    "/me/mfa": () =>
      Response.json({ secret: "GEZDGNBVGY3T", otpauth_url: "otpauth://totp/T:a?secret=GEZDGNBVGY3T" }),
    "/me/mfa/confirm": () => {
      tries += 1;
      return tries === 1
        ? wrong("/code", "The code is not right, or was used.")
        : Response.json({ recovery_codes: ["ABCD-EFGH"] });
    },
  });
  await show(<FactorCard me={aMe} />);
  await userEvent.click(screen.getByRole("button", { name: "Set it up" }));
  await userEvent.type(await screen.findByLabelText("Your password"), "a sentence");
  await userEvent.click(screen.getByRole("button", { name: "Go on" }));
  expect(await screen.findByRole("img", { name: /authenticator app/ })).toBeVisible();
  expect(screen.getByText("GEZD GNBV GY3T")).toBeVisible();
  const code = screen.getByLabelText("Code of the app");
  expect(code).toHaveFocus();
  await userEvent.type(code, "000 000");
  await userEvent.click(screen.getByRole("button", { name: "Switch it on" }));
  expect(await screen.findByText("The code is not right, or was used.")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Switch it on" }));
  expect(await screen.findByRole("dialog", { name: "Your recovery codes" })).toHaveTextContent("ABCD-EFGH");
  expect(sent[1]).toEqual(["/me/mfa/confirm", { code: "000000" }]);
  await userEvent.keyboard("{Escape}");
  expect(screen.getByRole("dialog", { name: "Your recovery codes" })).toBeVisible();
});

it("warns of few codes, and asks for both proofs before there are others", async () => {
  serve({ "/me/mfa/recovery-codes": () => wrong("/password", "This is not your password.") });
  await show(<FactorCard me={{ ...aMe, has_mfa: true, recovery_codes_left: 1 }} />);
  expect(screen.getByText(/1 recovery code is left\. Get others/)).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Other recovery codes" }));
  await userEvent.type(await screen.findByLabelText("Your password"), "wrong");
  await userEvent.type(screen.getByLabelText("Code"), "123456");
  await userEvent.click(screen.getByRole("button", { name: "Get other codes" }));
  expect(await screen.findByText("This is not your password.")).toBeVisible();
});
