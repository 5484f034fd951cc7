import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { show } from "@/test/show";
import { Impersonations, stateOf } from "./impersonations";

afterEach(() => vi.unstubAllGlobals());

const one = {
  id: "i",
  actor_id: "u",
  tenant_id: "t",
  mode: "read_only",
  reason: "Ticket 4711 on Sundays",
  started_at: "2026-11-20T15:00:00Z",
  expires_at: "2999-11-20T16:00:00Z",
};

it.each([
  [one, "Running"],
  [{ ...one, expires_at: "2026-01-01T00:00:00Z" }, "Time was up"],
  [{ ...one, ended_at: "2026-11-20T15:10:00Z", end_reason: "ended" }, "Ended"],
  [{ ...one, ended_at: "2026-11-20T15:10:00Z", end_reason: "revoked" }, "Ended by an owner"],
])("of %j says: %s", (row, word) => expect(stateOf(row).word).toBe(word));

it("ends what runs", async () => {
  let row: typeof one & { ended_at?: string; end_reason?: string } = one;
  vi.stubGlobal("fetch", async (request: Request) => {
    const path = new URL(request.url).pathname;
    if (path.endsWith("/admin/users"))
      return Response.json({ data: [{ id: "u", name: "Kim" }], has_more: false });
    if (path.endsWith("/admin/tenants"))
      return Response.json({ data: [{ id: "t", company_name: "Ann's Salon" }], has_more: false });
    if (request.method === "DELETE")
      row = { ...one, ended_at: "2026-11-20T15:10:00Z", end_reason: "revoked" };
    return request.method === "DELETE"
      ? new Response(null, { status: 204 })
      : Response.json({ data: [row], has_more: false });
  });
  await show(<Impersonations />);
  await userEvent.click(await screen.findByRole("button", { name: "End: Kim as Ann's Salon" }));
  expect(await screen.findByText("Ended by an owner")).toBeVisible();
  expect(screen.queryByRole("button", { name: /^End/ })).toBeNull();
});
