import { screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
import { aMe } from "../fixture";
import { Account } from "./account";

afterEach(() => vi.unstubAllGlobals());

it("shows one's own login, and none in somebody's place", async () => {
  vi.stubGlobal("fetch", serving({ "GET /me": aMe, "GET /me/sessions": { data: [], has_more: false } }));
  const { unmount } = await show(<Account />);
  for (const name of ["Your name", "Second factor", "Where you are signed in", "Password"])
    expect(await screen.findByRole("region", { name })).toBeVisible();
  unmount();
  const impersonation = { id: "i", tenant_id: "t", mode: "full", expires_at: "" };
  vi.stubGlobal("fetch", serving({ "GET /me": { ...aMe, impersonation } }));
  await show(<Account />);
  expect(await screen.findByText(/You work in somebody’s place/)).toBeVisible();
  expect(screen.queryByRole("region", { name: "Password" })).toBeNull();
});
