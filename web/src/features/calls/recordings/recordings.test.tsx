import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import type { Recording } from "@/features/calls/queries";
import { serving, show } from "@/test/show";
import { Recordings } from "./recordings";

afterEach(() => vi.unstubAllGlobals());

const one: Recording = {
  id: "r1",
  kind: "conversation",
  channels: 2,
  complete: true,
  duration_ms: 57_600,
  bytes: 1_843_200,
  created_at: "2026-11-20T15:00:00Z",
};
const common = { callId: "c1", live: false, zone: "UTC", played: undefined };

it("tells of each what there is of it", async () => {
  const purged_at = "2026-11-21T10:00:00Z";
  const recordings = [one, { ...one, id: "r2", complete: false }, { ...one, id: "r3", purged_at }];
  vi.stubGlobal("fetch", serving({ "GET /me": { role: "viewer" } }));
  await show(<Recordings {...common} recordings={recordings} />);
  const items = screen.getAllByRole("listitem");
  expect(items[0]).toHaveTextContent("0:57 · caller left, agent right · 1.8 MB");
  expect(items[1]).toHaveTextContent("incomplete");
  expect(items[2]).toHaveTextContent(/deleted on Nov 21, 2026/);
  expect(screen.queryByRole("button")).toBeNull();
});

it("says where to look when nothing was recorded", async () => {
  await show(<Recordings {...common} recordings={[]} />);
  expect(screen.getByText("No recording")).toBeVisible();
});

it("deletes the sound after a question, for who may", async () => {
  const answer = serving({ "GET /me": { role: "admin" } });
  const gone: string[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method !== "DELETE") return answer(request);
    gone.push(new URL(request.url).pathname);
    return new Response(null, { status: 204 });
  });
  await show(<Recordings {...common} recordings={[one]} />);
  await userEvent.click(await screen.findByRole("button", { name: "Delete the conversation recording" }));
  expect(gone).toEqual([]);
  const question = screen.getByRole("alertdialog");
  await userEvent.click(within(question).getByRole("button", { name: "Delete recording" }));
  expect(gone).toEqual(["/api/v1/calls/c1/recordings/r1"]);
});
