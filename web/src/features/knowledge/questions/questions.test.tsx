import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
import { aQuestion } from "../fixture";
import { Questions } from "./questions";

afterEach(() => vi.unstubAllGlobals());

const rows = [aQuestion, { ...aQuestion, id: "r", question: "How can I pay?", keywords: [], position: 1 }];
const list = { "GET /knowledge/faqs": { data: rows, has_more: false } };

it("moves a question down, by menu alone", async () => {
  const sent: unknown[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method !== "PATCH") return serving(list)(request);
    sent.push([new URL(request.url).pathname.split("/").at(-1), await request.json()]);
    return Response.json({});
  });
  await show(<Questions edits />);
  await userEvent.click(await screen.findByRole("button", { name: "What to do with Where can I park?" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Move down" }));
  await vi.waitFor(() =>
    expect(sent).toEqual([
      ["r", { position: 0 }],
      ["q", { position: 1 }],
    ]),
  );
});

it("says what to do where there is nothing yet", async () => {
  vi.stubGlobal("fetch", serving({ "GET /knowledge/faqs": { data: [], has_more: false } }));
  await show(<Questions edits />);
  expect(await screen.findByText("No questions yet")).toBeVisible();
  expect(screen.getByText(/Add what callers often ask/)).toBeVisible();
});
