import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { type Menu, newMenu } from "@/features/menus/draft";
import { show } from "@/test/show";
import { MenuEditor } from "./menu-editor";

afterEach(() => vi.unstubAllGlobals());

const main: Menu = {
  ...newMenu("Main"),
  id: "a",
  prompt: "Press 1.",
  options: [{ digit: "1", label: "Leave", action: { kind: "hang_up" } }],
};
const editor = { first: [main], lines: [], allowed: true, saved: () => {} };

function server(now: Menu = main) {
  const sent: Menu[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method === "GET") return Response.json(now, { headers: { ETag: '"1"' } });
    const body = (await request.json()) as Menu;
    sent.push(body);
    return Response.json({ ...body, id: "a" });
  });
  return sent;
}

it("adds a key by keyboard alone, and saves", async () => {
  const sent = server();
  await show(<MenuEditor {...editor} />);
  screen.getByRole("treeitem", { selected: true }).focus();
  await userEvent.keyboard("{Insert}");
  await userEvent.selectOptions(screen.getByLabelText("What the key does"), "ai_voice");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]?.options.map((o) => [o.digit, o.action.kind])).toEqual([
    ["1", "hang_up"],
    ["2", "ai_voice"],
  ]);
  await waitFor(() => expect(screen.getByRole("button", { name: "Save" })).toBeDisabled());
});

it("shows a dead end before it is saved, leads to it, and undo mends it", async () => {
  const sent = server();
  await show(<MenuEditor {...editor} />);
  await userEvent.click(screen.getByText(/Leave/));
  await userEvent.selectOptions(screen.getByLabelText("What the key does"), "submenu");
  await userEvent.click(screen.getByText("No key:", { exact: false }));
  await userEvent.selectOptions(screen.getByLabelText(/no key was pressed/), "submenu");
  expect(screen.getAllByText(/is a dead end/)[0]).toBeVisible();
  expect(screen.getAllByText(/led in a circle forever/)[0]).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(sent).toEqual([]);
  const undo = screen.getByRole("button", { name: "Undo" });
  await userEvent.click(undo);
  await userEvent.click(undo);
  expect(screen.queryByText(/is a dead end/)).toBeNull();
  expect(undo).toBeDisabled();
});

it("shows what somebody else saved, and keeps what was typed", async () => {
  const sent = server({ ...main, prompt: "Theirs" });
  await show(<MenuEditor {...editor} />);
  await userEvent.type(screen.getByLabelText("Prompt"), "!");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("Theirs")).toBeVisible();
  expect(screen.getByLabelText("Prompt")).toHaveValue("Press 1.!");
  expect(sent).toEqual([]);
  await userEvent.click(screen.getByRole("button", { name: "Save mine over it" }));
  await waitFor(() => expect(sent.map((m) => m.prompt)).toEqual(["Press 1.!"]));
});
