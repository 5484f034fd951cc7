import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { show } from "@/test/show";
import { SetupRequests } from "./setup-requests";

afterEach(() => vi.unstubAllGlobals());

const request = {
  id: "r",
  company_name: "<script>alert(1)</script> Lawns",
  contact_name: "Gus",
  email: "gus@example.com",
  message: "We miss calls.",
  plan_tier: "starter",
  status: "pending",
  created_at: "2026-11-20T15:00:00Z",
};

/** A server with one request; a decision takes it from the list, if it is allowed. */
function server(refused?: object) {
  const sent: unknown[] = [];
  let pending = [request];
  vi.stubGlobal("fetch", async (asked: Request) => {
    const path = new URL(asked.url).pathname.replace("/api/v1", "");
    if (path === "/admin/industry-packs")
      return Response.json({ data: [{ key: "cleaning", name: "Cleaning" }] });
    if (asked.method === "GET") return Response.json({ data: pending, has_more: false });
    sent.push({ path, ...(await asked.json()) });
    if (refused) return Response.json(refused, { status: 422 });
    pending = [];
    return Response.json({}, { status: 201 });
  });
  return sent;
}

it("approves with a proposed subdomain, and the request is gone from the list", async () => {
  const sent = server();
  await show(<SetupRequests />);
  expect(await screen.findByRole("heading", { name: "<script>alert(1)</script> Lawns" })).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: /^Approve/ }));
  await userEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Approve" }));
  expect(await screen.findByText("Nobody waits for an answer")).toBeVisible();
  expect(sent).toMatchObject([
    { path: "/admin/setup-requests/r/approve", slug: "script-alert-1-script-lawns" },
  ]);
});

it("rejects with the reason that is mailed, and says what is wrong with it", async () => {
  const sent = server({ errors: [{ pointer: "/reason", code: "required", detail: "Say why." }] });
  await show(<SetupRequests />);
  await userEvent.click(await screen.findByRole("button", { name: /^Reject/ }));
  const dialog = await screen.findByRole("alertdialog");
  await userEvent.click(within(dialog).getByRole("button", { name: "Reject" }));
  expect(await screen.findByText("Say why.")).toBeVisible();
  expect(within(dialog).getByLabelText("Reason")).toBeInvalid();
  expect(sent).toEqual([{ path: "/admin/setup-requests/r/reject", reason: "" }]);
});
