import { screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
import { PlatformPage } from "./access";

afterEach(() => vi.unstubAllGlobals());

it.each([
  [{ platform_role: "owner" }, true, true],
  [{ platform_role: "super_admin" }, false, true],
  [{ platform_role: "super_admin" }, true, false],
  [{ role: "tenant_owner" }, false, false],
  [{ platform_role: "owner", impersonation: { id: "i" } }, false, false],
])("lets %j open a page for owners (%s): %s", async (me, owners, opens) => {
  vi.stubGlobal("fetch", serving({ "GET /me": me }));
  await show(<PlatformPage owners={owners}>inside</PlatformPage>);
  expect(await screen.findByText(opens ? "inside" : /^This page is for/)).toBeVisible();
  expect(screen.queryAllByText("inside")).toHaveLength(opens ? 1 : 0);
});
