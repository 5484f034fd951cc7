import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { forget, getState, signedIn } from "@/api/session/session";
import { serving, show } from "@/test/show";
import { Impersonate } from "./impersonate";

afterEach(() => {
  vi.unstubAllGlobals();
  forget();
});

it("wants a reason, then works with the token of the place", async () => {
  signedIn({ access_token: "own", expires_in: 600, must_change_password: false, token_type: "Bearer" });
  const place = {
    id: "i",
    tenant_id: "t",
    mode: "read_only",
    expires_at: "2026-01-01T00:00:00Z",
    access_token: "in",
  };
  vi.stubGlobal("fetch", serving({ "GET /me": { id: "u" }, "POST /admin/impersonations": place }));
  await show(<Impersonate tenant={{ id: "t", company_name: "Salon" }} close={vi.fn()} />);
  await userEvent.type(screen.getByLabelText("Reason"), "short");
  await userEvent.click(screen.getByRole("button", { name: "Begin" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("At least 10 characters.");
  await userEvent.type(screen.getByLabelText("Reason"), " but longer now");
  await userEvent.click(screen.getByRole("button", { name: "Begin" }));
  await vi.waitFor(() => expect(getState()).toMatchObject({ kind: "in", place: { access_token: "in" } }));
});
