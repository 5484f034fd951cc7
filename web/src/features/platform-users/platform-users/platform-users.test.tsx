import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import type { User } from "@/features/platform-users/queries";
import { show } from "@/test/show";
import { PlatformUsers, stepsFor } from "./platform-users";

afterEach(() => vi.unstubAllGlobals());

const user: User = {
  id: "s",
  email: "sue@example.com",
  name: "Sue",
  platform_role: "super_admin",
  has_mfa: true,
  tenants: 0,
  created_at: "2026-11-20T15:00:00Z",
};
const owner = { id: "o", platform_role: "owner" };
const names = (who: User, me: Parameters<typeof stepsFor>[1]) => stepsFor(who, me).map((s) => s.name);

it("offers roles to owners alone, and nobody themselves", () => {
  expect(names(user, owner)).toEqual([
    "Make an owner",
    "Take the platform role away",
    "Take the second factor away",
    "Lock out",
  ]);
  expect(
    names(
      { ...user, disabled_at: "2026-11-20T15:00:00Z", has_mfa: false },
      { ...owner, platform_role: "super_admin" },
    ),
  ).toEqual(["Let in again"]);
  expect(names(user, { id: "s", platform_role: "owner" })).toEqual([]);
});

it("locks somebody out after a question", async () => {
  const sent: unknown[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const url = new URL(request.url);
    if (url.pathname.endsWith("/me")) return Response.json(owner);
    if (request.method === "GET") return Response.json({ data: [user], has_more: false });
    sent.push(await request.json());
    return Response.json(user);
  });
  await show(<PlatformUsers />);
  await userEvent.click(await screen.findByRole("button", { name: "More for Sue" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Lock out" }));
  expect(await screen.findByRole("alertdialog", { name: "Lock out: Sue?" })).toBeVisible();
  expect(sent).toEqual([]);
  await userEvent.click(screen.getByRole("button", { name: "Lock out" }));
  await vi.waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
  expect(sent).toEqual([{ disabled: true }]);
});
