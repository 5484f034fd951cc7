import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { show } from "@/test/show";
import { Mailbox } from "./mailbox";

afterEach(() => vi.unstubAllGlobals());

it("shows mails as text, of the state that is asked for", async () => {
  const asked: (string | null)[] = [];
  const body = "Come in:\nhttp://x.example/accept-invite?token=1 <img src=x>";
  const letter = {
    id: "m",
    kind: "invite",
    recipient: "ann@example.com",
    body,
    state: "waiting",
    attempts: 0,
  };
  vi.stubGlobal("fetch", async (request: Request) => {
    asked.push(new URL(request.url).searchParams.get("state"));
    return Response.json({ data: [{ ...letter, created_at: "2026-11-20T15:00:00Z" }], has_more: false });
  });
  const { container } = await show(<Mailbox />);
  expect(await screen.findByText(/Come in:/)).toHaveTextContent("<img src=x>");
  expect(container.querySelector("img")).toBeNull();
  await userEvent.selectOptions(screen.getByLabelText("State"), "Failed");
  await vi.waitFor(() => expect(asked).toEqual([null, "failed"]));
});
