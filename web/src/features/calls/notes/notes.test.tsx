import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { Toaster } from "@/components/ui/toast/toast";
import { serving, show } from "@/test/show";
import { Notes } from "./notes";

afterEach(() => vi.unstubAllGlobals());

const note = {
  id: "n1",
  text: "<b>Call</b> back",
  author: "Ann",
  is_own: true,
  created_at: "2026-11-20T15:00:00Z",
};

function line(role: string) {
  const sent: string[] = [];
  const answer = serving({
    "GET /me": { role },
    "GET /calls/c1/notes": { data: [note], has_more: false },
    "POST /calls/c1/notes": { ...note, id: "n2", text: "Done" },
  });
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method !== "GET") sent.push(`${request.method} ${await request.clone().text()}`);
    if (request.method === "DELETE") return new Response(null, { status: 204 });
    return answer(request);
  });
  return sent;
}

it("writes a note, as text", async () => {
  const sent = line("user");
  await show(<Notes callId="c1" zone="UTC" />);
  expect(await screen.findByText("<b>Call</b> back")).toBeVisible();
  await userEvent.type(await screen.findByRole("textbox", { name: "New note" }), " Done ");
  await userEvent.click(screen.getByRole("button", { name: "Add note" }));
  expect(await screen.findByText("Done")).toBeVisible();
  expect(sent).toEqual(['POST {"text":"Done"}']);
  expect(screen.getByRole("textbox")).toHaveValue("");
});

it("deletes a note only when nobody takes it back", async () => {
  const sent = line("user");
  await show(
    <>
      <Notes callId="c1" zone="UTC" />
      <Toaster />
    </>,
  );
  await userEvent.click(await screen.findByRole("button", { name: "Delete the note of Ann" }));
  expect(screen.queryByText("<b>Call</b> back")).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Undo" }));
  expect(screen.getByText("<b>Call</b> back")).toBeVisible();
  expect(sent).toEqual([]);
  await userEvent.click(screen.getByRole("button", { name: "Delete the note of Ann" }));
  await userEvent.click(screen.getByRole("button", { name: "Close" }));
  await vi.waitFor(() => expect(sent).toEqual(["DELETE "]));
});

it("is only to be read for who may only look", async () => {
  line("viewer");
  await show(<Notes callId="c1" zone="UTC" />);
  expect(await screen.findByText("<b>Call</b> back")).toBeVisible();
  expect(screen.queryByRole("button")).toBeNull();
  expect(screen.queryByRole("textbox")).toBeNull();
});
