import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  enterPlace,
  forget,
  getState,
  leavePlace,
  markedPlace,
  renew,
  type Session,
  signedIn,
  signedOut,
  start,
  token,
} from "./session";

const session = (access_token: string): Session => ({
  access_token,
  expires_in: 600,
  must_change_password: false,
  token_type: "Bearer",
});
const ask = vi.fn<typeof fetch>();

beforeEach(() => {
  forget();
  ask.mockReset();
  vi.stubGlobal("fetch", ask);
});
afterEach(() => vi.unstubAllGlobals());

it("goes on with the session of the cookie, and keeps the token out of any storage", async () => {
  ask.mockResolvedValueOnce(Response.json(session("a")));
  await start();
  expect(token()).toBe("a");
  expect(JSON.stringify(localStorage) + JSON.stringify(sessionStorage)).not.toContain('"a"');
});

it("takes the answer that the page asked for before its code was there, once", async () => {
  window.trunklineFirst = { session: Promise.resolve(Response.json(session("early"))) };
  await start();
  expect(token()).toBe("early");
  expect(ask).not.toHaveBeenCalled();
  forget();
  ask.mockResolvedValueOnce(Response.json(session("later")));
  await start();
  expect(token()).toBe("later");
});

it("asks once however many requests were refused", async () => {
  signedIn(session("old"));
  ask.mockResolvedValueOnce(Response.json(session("new")));
  expect(await Promise.all([renew("old"), renew("old"), renew("old")])).toEqual([true, true, true]);
  expect(ask).toHaveBeenCalledTimes(1);
  expect(token()).toBe("new");
});

it("waits for a new sign-in when the session has ended", async () => {
  signedIn(session("old"));
  ask.mockResolvedValueOnce(new Response(null, { status: 401 }));
  const waiting = renew("old");
  await vi.waitFor(() => expect(getState().kind).toBe("ended"));
  signedIn(session("again"));
  expect(await waiting).toBe(true);
});

it("gives up waiting when somebody signs out", async () => {
  signedIn(session("old"));
  ask.mockResolvedValueOnce(new Response(null, { status: 401 }));
  const waiting = renew("old");
  await vi.waitFor(() => expect(getState().kind).toBe("ended"));
  signedOut();
  expect(await waiting).toBe(false);
});

it("is the operator again when a tenant's place is over", async () => {
  signedIn(session("own"));
  enterPlace({
    id: "i",
    tenant_id: "t",
    mode: "read_only",
    expires_at: "2026-01-01T00:00:00Z",
    access_token: "in",
  });
  expect(token()).toBe("in");
  expect(await renew("in")).toBe(false);
  expect(token()).toBe("own");
});

describe("a tenant's place", () => {
  const place = {
    id: "imp",
    tenant_id: "t",
    mode: "full" as const,
    expires_at: "2026-01-01T00:00:00Z",
    access_token: "secret-of-the-place",
  };

  it("is marked in the tab by its id alone, so that a reload can say where it was", () => {
    signedIn(session("own"));
    enterPlace(place);
    expect(JSON.stringify(localStorage) + JSON.stringify(sessionStorage)).not.toContain(place.access_token);
    signedIn(session("own"));
    expect(markedPlace()).toBe("imp");
  });

  it.each([
    ["Exit", () => leavePlace()],
    ["sign-out", () => signedOut()],
  ])("is forgotten by %s", (_, way) => {
    signedIn(session("own"));
    enterPlace(place);
    way();
    signedIn(session("own"));
    expect(markedPlace()).toBeNull();
  });

  it("says which place it was when it ended by itself", async () => {
    signedIn(session("own"));
    enterPlace(place);
    expect(await renew(place.access_token)).toBe(false);
    expect(getState()).toMatchObject({ place: null, left: "t" });
    expect(token()).toBe("own");
  });
});
