import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { forget, signedIn } from "@/api/session/session";

const seen: Request[] = [];
const answers: Response[] = [];
const fake = vi.fn(async (input: RequestInfo | URL, init?: RequestInit) => {
  seen.push(input instanceof Request ? input : new Request(new URL(String(input), "http://localhost"), init));
  return answers.shift() ?? new Response(null, { status: 599 });
});

beforeEach(() => {
  seen.length = 0;
  answers.length = 0;
  forget();
  vi.stubGlobal("fetch", fake);
});
afterEach(() => vi.unstubAllGlobals());

const session = { expires_in: 600, must_change_password: false, token_type: "Bearer" };

it("sends a refused change once more with another token, its body whole", async () => {
  const { api, ask } = await import("./client");
  signedIn({ ...session, access_token: "old" });
  answers.push(new Response(null, { status: 401 }));
  answers.push(Response.json({ ...session, access_token: "new" }));
  answers.push(Response.json({ name: "Kim" }));
  await ask(api.PATCH("/me", { body: { name: "Kim" } }));
  expect(seen.map((r) => new URL(r.url).pathname)).toEqual([
    "/api/v1/me",
    "/api/v1/auth/refresh",
    "/api/v1/me",
  ]);
  expect(seen[2]?.headers.get("Authorization")).toBe("Bearer new");
  expect(await seen[2]?.json()).toEqual({ name: "Kim" });
});

it("throws what the server says, with its request id", async () => {
  const { api, ask } = await import("./client");
  answers.push(
    Response.json({ code: "not_found", detail: "There is none.", request_id: "r7" }, { status: 404 }),
  );
  await expect(ask(api.GET("/me"))).rejects.toMatchObject({ code: "not_found", requestId: "r7" });
});

it("takes what the page asked for before its code was there, once and for the same bearer alone", async () => {
  const { api, ask } = await import("./client");
  const early = (name: string) => ({ bearer: "a", answer: Response.json({ name }) });
  window.trunklineFirst = {
    "/me": Promise.resolve(early("Ann")),
    "/settings": Promise.resolve(early("Smile")),
  };
  signedIn({ ...session, access_token: "a" });
  expect(await ask(api.GET("/me"))).toEqual({ name: "Ann" });
  expect(seen).toEqual([]);
  answers.push(Response.json({ name: "Kim" }), Response.json({ name: "Kim\u2019s" }));
  expect(await ask(api.GET("/me"))).toEqual({ name: "Kim" });
  signedIn({ ...session, access_token: "b" });
  expect(await ask(api.GET("/settings"))).toEqual({ name: "Kim\u2019s" });
  expect(seen).toHaveLength(2);
});

it("asks again for what was refused or never came", async () => {
  const { api, ask } = await import("./client");
  const refused = { bearer: "a", answer: new Response(null, { status: 503 }) };
  window.trunklineFirst = {
    "/me": Promise.resolve(refused),
    "/settings": Promise.reject(new TypeError("gone")),
  };
  signedIn({ ...session, access_token: "a" });
  answers.push(Response.json({ name: "Ann" }), Response.json({ name: "Smile" }));
  expect(await ask(api.GET("/me"))).toEqual({ name: "Ann" });
  expect(await ask(api.GET("/settings"))).toEqual({ name: "Smile" });
});
