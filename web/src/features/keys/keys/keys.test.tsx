import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
import { Keys } from "./keys";

afterEach(() => vi.unstubAllGlobals());

const key = {
  id: "k",
  name: "Reporting",
  prefix: "tk_live_abcdefgh",
  scopes: ["calls:read", "unheard:of"],
  mode: "live",
  created_by: "u",
  created_at: "2026-11-20T15:00:00Z",
};
const answers = {
  "GET /me": { role: "admin" },
  "GET /settings": { timezone: "UTC" },
  "GET /users": { data: [{ id: "u", name: "Ann", email: "ann@example.com" }], has_more: false },
  "GET /api-keys": {
    data: [key, { ...key, id: "o", name: "Old", revoked_at: "2026-11-21T15:00:00Z" }],
    has_more: false,
  },
};

it("tells keys in use from those that are over, and revokes one after a question", async () => {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method !== "DELETE") return serving(answers)(request);
    asked.push(new URL(request.url).pathname);
    return new Response(null, { status: 204 });
  });
  await show(<Keys />);
  expect((await screen.findAllByText("Read calls · unheard:of"))[0]).toBeVisible();
  expect((await screen.findAllByText(/by Ann · never used/))[0]).toBeVisible();
  expect(screen.getByRole("region", { name: "Revoked or run out" })).toHaveTextContent("Old");
  await userEvent.click(screen.getByRole("button", { name: "Revoke Reporting" }));
  expect(asked).toEqual([]);
  await userEvent.click(await screen.findByRole("button", { name: "Revoke key" }));
  await vi.waitFor(() => expect(asked).toEqual(["/api/v1/api-keys/k"]));
});

it("is closed to who works in the tenant's place, and says why", async () => {
  const impersonation = { id: "i", tenant_id: "t", mode: "full", expires_at: "" };
  vi.stubGlobal("fetch", serving({ ...answers, "GET /me": { role: null, impersonation } }));
  await show(<Keys />);
  expect(await screen.findByText(/only the business’s own people/)).toBeVisible();
  expect(screen.queryByRole("button", { name: "New key" })).toBeNull();
});
