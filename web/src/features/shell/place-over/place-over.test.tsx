import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { enterPlace, forget, leavePlace, signedIn } from "@/api/session/session";
import { serving, show } from "@/test/show";
import { PlaceOver } from "./place-over";

afterEach(() => {
  vi.unstubAllGlobals();
  forget();
});

const begun = {
  id: "i",
  tenant_id: "t",
  mode: "full" as const,
  expires_at: "2026-01-01T00:00:00Z",
  access_token: "x",
};

it("says which place was over by itself until it is dismissed", async () => {
  vi.stubGlobal("fetch", serving({ "GET /admin/tenants/t": { company_name: "Ann's Salon" } }));
  signedIn({ access_token: "own", expires_in: 600, must_change_password: false, token_type: "Bearer" });
  enterPlace(begun);
  leavePlace(true);
  await show(<PlaceOver />);
  expect(await screen.findByText("Ann's Salon")).toBeVisible();
  expect(screen.getByRole("link")).toHaveAttribute("href", "/admin/tenants/t");
  await userEvent.click(screen.getByRole("button", { name: "Dismiss" }));
  expect(screen.queryByRole("status")).toBeNull();
});

it("says nothing after Exit", async () => {
  signedIn({ access_token: "own", expires_in: 600, must_change_password: false, token_type: "Bearer" });
  enterPlace(begun);
  leavePlace();
  await show(<PlaceOver />);
  expect(screen.queryByRole("status")).toBeNull();
});
