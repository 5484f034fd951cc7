import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { enterPlace, forget, getState, markedPlace, signedIn } from "@/api/session/session";
import type { Me } from "@/features/auth/queries";
import { goBackIn, goOut } from "./place";

const me = { id: "u", platform_role: "owner" } as Me;
const own = { access_token: "own", expires_in: 600, must_change_password: false, token_type: "Bearer" };
const place = (id: string) => ({
  id,
  tenant_id: "t",
  mode: "full" as const,
  expires_at: new Date(Date.now() + 3_600_000).toISOString(),
  access_token: `token of ${id}`,
});
const row = (minutes: number) => ({
  id: "one",
  actor_id: "u",
  tenant_id: "t",
  mode: "full",
  reason: "Ticket 4711 again",
  started_at: "",
  expires_at: new Date(Date.now() + minutes * 60_000).toISOString(),
});

/** A server with one impersonation; writes down what it was asked. */
function server(impersonation: object) {
  const asked: { what: string; body: unknown; bearer: string | null }[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const what = `${request.method} ${new URL(request.url).pathname.replace("/api/v1", "")}`;
    const body = request.method === "POST" ? await request.json() : null;
    asked.push({ what, body, bearer: request.headers.get("Authorization") });
    if (what === "GET /admin/impersonations")
      return Response.json({ data: [impersonation], has_more: false });
    if (what === "POST /admin/impersonations") return Response.json(place("two"), { status: 201 });
    if (what === "GET /me") return Response.json(me);
    return new Response(null, { status: 204 });
  });
  return asked;
}

/** The tab as it is after a reload: signed in, the mark kept, the token lost. */
beforeEach(() => {
  forget();
  signedIn(own);
  enterPlace(place("one"));
  signedIn(own);
});
afterEach(() => vi.unstubAllGlobals());

it("goes back in after a reload, for what was left of the time and for the same reason", async () => {
  const asked = server(row(24.5));
  expect(await goBackIn(new QueryClient(), me)).toBe(true);
  expect(getState()).toMatchObject({ place: { id: "two" } });
  const begun = asked.find((a) => a.what === "POST /admin/impersonations");
  expect(begun?.body).toMatchObject({
    tenant_id: "t",
    mode: "full",
    reason: "Ticket 4711 again",
    minutes: 24,
  });
  expect(asked.map((a) => a.what)).toContain("DELETE /admin/impersonations/one");
});

it("does not go back into what was ended, and says whose place it was", async () => {
  const asked = server({ ...row(25), ended_at: "2026-01-01T00:00:00Z" });
  expect(await goBackIn(new QueryClient(), me)).toBe(false);
  expect(asked).toHaveLength(1);
  expect(getState()).toMatchObject({ place: null, left: "t" });
  expect(markedPlace()).toBeNull();
});

it("is nobody else's way in: another login in the same tab stays outside", async () => {
  const asked = server(row(24.5));
  expect(await goBackIn(new QueryClient(), { ...me, id: "somebody else" })).toBe(false);
  expect(asked.map((a) => a.what)).toEqual(["GET /admin/impersonations"]);
  expect(markedPlace()).toBeNull();
});

it("leaves when the server says so, and stays when the server was not told", async () => {
  server(row(24.5));
  enterPlace(place("one"));
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("offline")));
  await expect(goOut()).rejects.toThrow();
  expect(getState()).toMatchObject({ place: { id: "one" } });
  const asked = server(row(24.5));
  await goOut();
  expect(asked[0]).toMatchObject({
    what: "DELETE /admin/impersonations/current",
    bearer: "Bearer token of one",
  });
  expect(getState()).toMatchObject({ place: null });
});
