import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { saved } from "@/test/saved";
import { serving, show } from "@/test/show";
import { ExportMenu } from "./export-menu";

afterEach(() => vi.unstubAllGlobals());

it("saves the call in the form that is chosen", async () => {
  const files = saved();
  const asked: string[] = [];
  const answer = serving({ "GET /me": { role: "viewer" } });
  vi.stubGlobal("fetch", async (request: Request) => {
    const url = new URL(request.url);
    if (!url.pathname.endsWith("/export")) return answer(request);
    asked.push(url.search);
    return new Response("WEBVTT", { headers: { "Content-Type": "text/vtt" } });
  });
  await show(<ExportMenu callId="c1" recording={undefined} live={false} />);
  await userEvent.click(screen.getByRole("button", { name: "Export" }));
  expect(screen.queryByRole("menuitem", { name: /Recording/ })).toBeNull();
  expect(screen.queryByRole("menuitem", { name: /Delete/ })).toBeNull();
  await userEvent.click(screen.getByRole("menuitem", { name: "Captions (VTT)" }));
  await vi.waitFor(() => expect(files.map(({ name }) => name)).toEqual(["call-c1.vtt"]));
  expect(asked).toEqual(["?format=vtt"]);
});

it("deletes the call after a question, and leaves its page", async () => {
  const answer = serving({ "GET /me": { role: "admin" } });
  const gone: string[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method !== "DELETE") return answer(request);
    gone.push(new URL(request.url).pathname);
    return new Response(null, { status: 204 });
  });
  const { router } = await show(<ExportMenu callId="c1" recording="r1" live={false} />);
  await userEvent.click(screen.getByRole("button", { name: "Export" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Delete call" }));
  const question = screen.getByRole("alertdialog");
  expect(gone).toEqual([]);
  await userEvent.click(within(question).getByRole("button", { name: "Delete call" }));
  await vi.waitFor(() => expect(router.state.location.pathname).toBe("/calls"));
  expect(gone).toEqual(["/api/v1/calls/c1"]);
});
