import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
import { anEntry } from "../fixture";
import { Audit } from "./audit";

afterEach(() => vi.unstubAllGlobals());

const base = { "GET /me": { role: "admin" }, "GET /settings": { timezone: "UTC" } };

it("reads the log page by page", async () => {
  vi.stubGlobal("fetch", async (request: Request) => {
    const url = new URL(request.url);
    if (!url.pathname.endsWith("/audit-log")) return serving(base)(request);
    return url.searchParams.get("cursor") === "12"
      ? Response.json({ data: [{ ...anEntry, id: "f", action: "agent.published" }], has_more: false })
      : Response.json({ data: [anEntry], has_more: true, next_cursor: "12" });
  });
  await show(<Audit filters={{}} change={vi.fn()} />);
  expect(await screen.findByText("Agent: renamed")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Earlier entries" }));
  expect(await screen.findByText("Agent: published")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Earlier entries" })).toBeNull();
});

it("is closed to members, and asks the server nothing", async () => {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    asked.push(new URL(request.url).pathname);
    return serving({ ...base, "GET /me": { role: "user" } })(request);
  });
  await show(<Audit filters={{}} change={vi.fn()} />);
  expect(await screen.findByText("This is not open to you")).toBeVisible();
  expect(asked).not.toContain("/api/v1/audit-log");
});
