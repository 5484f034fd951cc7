import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
import { Share } from "./share";

afterEach(() => vi.unstubAllGlobals());

const share = {
  id: "s1",
  with_recording: true,
  created_by: "Ann",
  created_at: "2026-11-20T15:00:00Z",
  expires_at: "2999-11-21T15:00:00Z",
};

it("makes a link for a time, shows it once, and ends one", async () => {
  const sent: string[] = [];
  const answer = serving({
    "GET /me": { role: "user" },
    "GET /calls/c1/shares": { data: [share, { ...share, id: "s0", revoked_at: "2026-11-20T16:00:00Z" }] },
    "POST /calls/c1/shares": { ...share, id: "s2", token: "abc" },
  });
  vi.stubGlobal("fetch", async (request: Request) => {
    const path = new URL(request.url).pathname.replace("/api/v1", "");
    if (request.method !== "GET") sent.push(`${request.method} ${path} ${await request.clone().text()}`);
    return request.method === "DELETE" ? new Response(null, { status: 204 }) : answer(request);
  });
  await show(<Share callId="c1" zone="UTC" recorded />);
  await userEvent.click(await screen.findByRole("button", { name: "Share" }));
  await userEvent.selectOptions(screen.getByLabelText("Good for"), "3 days");
  await userEvent.click(screen.getByRole("checkbox", { name: /listen/ }));
  await userEvent.click(screen.getByRole("button", { name: "Make a link" }));
  expect(await screen.findByLabelText("Link")).toHaveValue(`${window.location.origin}/shared/abc`);
  expect(sent).toEqual(['POST /calls/c1/shares {"expires_in_hours":72,"with_recording":true}']);
  expect(screen.getAllByRole("button", { name: "End it" })).toHaveLength(1);
  await userEvent.click(screen.getByRole("button", { name: "End it" }));
  await vi.waitFor(() => expect(sent[1]).toBe("DELETE /calls/c1/shares/s1 "));
});

it("is not there for who may only look", async () => {
  vi.stubGlobal("fetch", serving({ "GET /me": { role: "viewer" } }));
  const { client } = await show(<Share callId="c1" zone="UTC" recorded />);
  await vi.waitFor(() => expect(client.getQueryData(["me"])).toBeDefined());
  expect(screen.queryByRole("button")).toBeNull();
});
