import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { show } from "@/test/show";
import { aVersion, someSettings } from "../fixture";
import { Versions } from "./versions";

afterEach(() => vi.unstubAllGlobals());

const versions = [
  aVersion(3, {
    settings: { ...someSettings, prompt: "Be exact.", voice: "joe" },
    created_by_name: "Ann",
  }),
  aVersion(2, { is_published: true }),
  aVersion(1, { settings: { ...someSettings, agent_name: "Alex" }, created_by_name: "Bob" }),
];
const published = new Map([["v2", { at: "2026-11-20T15:00:00Z", by: "Ann", inPlace: true }]]);
const props = { agentId: "a", versions, published, edits: true, zone: "UTC" };

it("says who wrote what, and what is different", async () => {
  await show(<Versions {...props} />);
  const rows = screen.getAllByRole("listitem");
  expect(rows[0]).toHaveTextContent("by Ann");
  expect(rows[0]).toHaveTextContent("Different: Voice, instructions");
  expect(rows[1]).toHaveTextContent("Published");
  expect(rows[1]).toHaveTextContent("by Ann (support, in your place)");
  expect(rows[2]).toHaveTextContent("by Bob");
});

it("publishes after a question that says what becomes different", async () => {
  const sent: unknown[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    sent.push([request.url.replace(/.*v1/, ""), await request.json()]);
    return Response.json({});
  });
  await show(<Versions {...props} />);
  await userEvent.click(screen.getByRole("button", { name: "What to do with version 1" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Publish" }));
  const dialog = await screen.findByRole("alertdialog", { name: "Publish version 1?" });
  expect(dialog).toHaveTextContent("Different from now: Name for itself");
  await userEvent.click(within(dialog).getByRole("button", { name: "Publish" }));
  expect(sent).toEqual([["/agents/a/publish", { version_id: "v1" }]]);
});

it("lets a viewer read and compare alone", async () => {
  await show(<Versions {...props} edits={false} published={null} />);
  expect(screen.getByText("Bob")).toBeVisible();
  expect(screen.queryByText(/in your place/)).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "What to do with version 3" }));
  expect((await screen.findAllByRole("menuitem")).map((i) => i.textContent)).toEqual([
    " Compare with version 2",
  ]);
});
