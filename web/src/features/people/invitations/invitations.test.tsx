import { fireEvent, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { Toaster } from "@/components/ui/toast/toast";
import { serving, show } from "@/test/show";
import { Invitations } from "./invitations";

afterEach(() => vi.unstubAllGlobals());

const one = {
  id: "i",
  email: "kim@example.com",
  role: "user",
  created_at: "2026-11-20T15:00:00Z",
  expires_at: "2999-01-01T00:00:00Z",
};

it("takes an invitation back at once, and sends it again when that is undone", async () => {
  const sent: string[] = [];
  const data = [
    one,
    { ...one, id: "old", revoked_at: "2026-11-19T00:00:00Z" },
    { ...one, id: "done", email: "bob@example.com", accepted_at: "2026-11-19T00:00:00Z" },
  ];
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method === "GET") return serving({ "GET /invites": { data, has_more: false } })(request);
    sent.push(`${request.method} ${new URL(request.url).pathname.replace("/api/v1", "")}`);
    return request.method === "POST"
      ? Response.json(one, { status: 201 })
      : new Response(null, { status: 204 });
  });
  await show(
    <>
      <Invitations owner />
      <Toaster />
    </>,
  );
  expect(await screen.findByText("Waiting")).toBeVisible();
  expect(screen.queryByText("bob@example.com")).toBeNull();
  expect(screen.queryByText("Taken back")).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Take back the invitation of kim@example.com" }));
  fireEvent.click(await screen.findByRole("button", { name: "Undo" }));
  await vi.waitFor(() => expect(sent).toEqual(["DELETE /invites/i", "POST /invites"]));
});
