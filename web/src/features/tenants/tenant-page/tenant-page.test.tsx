import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { aTenant } from "@/features/tenants/fixtures";
import { serving, show } from "@/test/show";
import { movesOf, TenantPage } from "./tenant-page";

afterEach(() => vi.unstubAllGlobals());

const answers = (me: object, tenant: object) =>
  serving({
    "GET /me": me,
    "GET /admin/tenants/t": { ...aTenant, ...tenant },
    "GET /admin/tenants/t/domains": { data: [] },
    "GET /admin/tenants/t/notes": { internal_notes: "Pays late", extras: [] },
  });

it("shows an owner the standing, the notes and the way in", async () => {
  vi.stubGlobal(
    "fetch",
    answers({ platform_role: "owner" }, { status: "suspended", status_reason: "Unpaid since May" }),
  );
  await show(<TenantPage id="t" />);
  expect(await screen.findByRole("heading", { level: 1, name: "Ann's Salon" })).toBeVisible();
  expect(screen.getByText("Unpaid since May")).toBeVisible();
  expect(await screen.findByDisplayValue("Pays late")).toBeVisible();
  expect(screen.getByRole("button", { name: "View as" })).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "More" }));
  const items = (await screen.findAllByRole("menuitem")).map((item) => item.textContent?.trim());
  expect(items).toEqual(["Quick login link", "Clone", "Reactivate", "Cancel"]);
});

it("keeps notes and the way in from who is no owner", async () => {
  vi.stubGlobal("fetch", answers({ platform_role: "super_admin" }, {}));
  await show(<TenantPage id="t" />);
  expect(await screen.findByRole("heading", { level: 1, name: "Ann's Salon" })).toBeVisible();
  expect(screen.queryByRole("heading", { name: /notes/i })).toBeNull();
  expect(screen.queryByRole("button", { name: "View as" })).toBeNull();
});

it("never offers to suspend or cancel the platform itself", async () => {
  vi.stubGlobal("fetch", answers({ platform_role: "owner" }, { is_root: true }));
  await show(<TenantPage id="t" />);
  await userEvent.click(await screen.findByRole("button", { name: "More" }));
  const items = (await screen.findAllByRole("menuitem")).map((item) => item.textContent?.trim());
  expect(items).toEqual(["Clone"]);
});

it("says when there is no such tenant", async () => {
  vi.stubGlobal("fetch", serving({ "GET /me": { platform_role: "owner" } }));
  await show(<TenantPage id="t" />);
  expect(await screen.findByText("There is no such tenant")).toBeVisible();
});

it.each([
  ["active", ["suspend", "cancel"]],
  ["past_due", ["suspend", "cancel"]],
  ["suspended", ["reactivate", "cancel"]],
  ["cancelled", ["reactivate"]],
])("from %s allows %j", (status, moves) => expect(movesOf(status)).toEqual(moves));
