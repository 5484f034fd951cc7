import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { aCall, serving, show } from "@/test/show";
import { Calls } from "./calls";

afterEach(() => vi.unstubAllGlobals());

it("turns the page with the cursor", async () => {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const url = new URL(request.url);
    if (!url.pathname.endsWith("/calls")) return Response.json({}, { status: 404 });
    asked.push(url.search);
    return url.searchParams.has("cursor")
      ? Response.json({ data: [{ ...aCall, id: "older", from: "+19185550199" }], has_more: false })
      : Response.json({ data: [aCall], has_more: true, next_cursor: "n1" });
  });
  await show(<Calls filters={{}} change={vi.fn()} />);
  await userEvent.click(await screen.findByRole("button", { name: "Earlier calls" }));
  expect(await screen.findByText("(918) 555-0199")).toBeVisible();
  expect(screen.getByText("(918) 555-0142")).toBeVisible();
  expect(asked[1]).toContain("cursor=n1");
});

it("says what to do when there is none, and when it failed", async () => {
  vi.stubGlobal("fetch", serving({ "GET /calls": { data: [], has_more: false } }));
  await show(<Calls filters={{ status: "busy" }} change={vi.fn()} />);
  expect(await screen.findByText("No call is like that")).toBeVisible();
  vi.stubGlobal("fetch", serving({ "GET /calls": Response.json({ detail: "Ours." }, { status: 500 }) }));
  await show(<Calls filters={{}} change={vi.fn()} />);
  expect(await screen.findByText("Ours.", {}, { timeout: 3000 })).toBeVisible();
  expect(screen.getByRole("button", { name: "Try again" })).toBeVisible();
});
