import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
import { NotificationList } from "./notification-list";

afterEach(() => vi.unstubAllGlobals());

const one = {
  id: "n",
  kind: "x",
  title: "A number could not be given back",
  body: "<b>Look</b>",
  for_all: true,
  created_at: "2026-11-22T10:00:00Z",
  link: "/lines",
};
const answers = {
  "GET /notifications": { data: [one], has_more: false },
  "GET /me": { role: "admin" },
  "GET /settings": { timezone: "UTC" },
};

function server(answer: () => Response) {
  const read: string[] = [];
  const other = serving(answers);
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method !== "POST") return other(request);
    read.push(new URL(request.url).pathname);
    return answer();
  });
  return read;
}

it("marks read by opening, and goes there", async () => {
  const read = server(() => new Response(null, { status: 204 }));
  const { router } = await show(<NotificationList />);
  expect(await screen.findByText("<b>Look</b>")).toBeVisible();
  await userEvent.click(screen.getByText(one.title));
  await waitFor(() => expect(read).toEqual(["/api/v1/notifications/n/read"]));
  await waitFor(() => expect(router.history.location.pathname).toBe("/lines"));
});

it("is unread again when the server does not take it", async () => {
  server(() => Response.json({ detail: "Only reading." }, { status: 403 }));
  await show(<NotificationList />);
  await userEvent.click(await screen.findByText("Mark all read"));
  await waitFor(() => expect(screen.getByText("New")).toBeVisible());
});

it("says that there is nothing", async () => {
  vi.stubGlobal("fetch", serving({ ...answers, "GET /notifications": { data: [], has_more: false } }));
  await show(<NotificationList />);
  expect(await screen.findByText("Nothing to tell you")).toBeVisible();
});
