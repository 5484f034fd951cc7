import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
import { SessionsCard } from "./sessions-card";

afterEach(() => vi.unstubAllGlobals());

const at = { created_at: "2026-11-20T15:00:00Z", last_seen_at: "2026-11-20T15:00:00Z", expires_at: "" };

it("ends all others, and never this one", async () => {
  const data = [
    { id: "a", is_this: true, user_agent: "Firefox/1 Linux", ...at },
    { id: "b", is_this: false, user_agent: "curl/8", ip: "10.0.0.1", ...at },
    { id: "c", is_this: false, ...at },
  ];
  const ended: string[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method !== "DELETE")
      return serving({ "GET /me/sessions": { data, has_more: false } })(request);
    ended.push(new URL(request.url).pathname);
    return new Response(null, { status: 204 });
  });
  await show(<SessionsCard />);
  expect(await screen.findByText("This one")).toBeVisible();
  expect(screen.getAllByRole("button", { name: /^End the session/ })).toHaveLength(2);
  await userEvent.click(screen.getByRole("button", { name: "End all others" }));
  await vi.waitFor(() => expect(ended).toEqual(["/api/v1/me/sessions/b", "/api/v1/me/sessions/c"]));
});
