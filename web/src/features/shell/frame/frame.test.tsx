import { useQuery } from "@tanstack/react-query";
import { act, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { enterPlace, forget, getState, leavePlace, signedIn } from "@/api/session/session";
import { type Me, settingsQuery } from "@/features/auth/queries";
import { show } from "@/test/show";
import { Frame } from "./frame";

afterEach(() => {
  forget();
  vi.unstubAllGlobals();
});

const expires_at = new Date(Date.now() + 3_600_000).toISOString();
const inPlace = { id: "i", tenant_id: "t", mode: "full" as const, expires_at };
const me: Me = {
  id: "u",
  email: "owner@localhost",
  name: "Owner",
  created_at: "2026-01-01T00:00:00Z",
  has_mfa: false,
  must_change_password: false,
  recovery_codes_left: 0,
  platform_role: "owner",
  impersonation: inPlace,
};

function Page() {
  return <p>{useQuery(settingsQuery).data?.company_name}</p>;
}

it("asks for nothing of a tenant once its place is left", async () => {
  const refused: string[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const path = new URL(request.url).pathname.replace("/api/v1", "");
    const isInPlace = request.headers.get("Authorization") === "Bearer of the place";
    if (path === "/settings" && !isInPlace) refused.push(path);
    if (path === "/settings") return Response.json({ company_name: "Bright Smile" });
    return Response.json(path === "/me" ? { ...me, impersonation: null } : { data: [] });
  });
  signedIn({ access_token: "own", expires_in: 600, must_change_password: false, token_type: "Bearer" });
  enterPlace({ ...inPlace, access_token: "of the place" });
  await show(
    <Frame me={me}>
      <Page />
    </Frame>,
  );
  expect(await screen.findByText("You are viewing as", { exact: false })).toBeVisible();
  expect((await screen.findAllByText("Bright Smile")).length).toBeGreaterThan(1);
  await act(async () => leavePlace());
  await waitFor(() => expect(screen.queryByText("You are viewing as", { exact: false })).toBeNull());
  expect(screen.queryByText("Bright Smile")).toBeNull();
  expect(getState()).toMatchObject({ place: null });
  expect(refused).toEqual([]);
});
