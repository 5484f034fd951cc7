import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
import { HangUp } from "./hang-up";

afterEach(() => vi.unstubAllGlobals());

it("asks before it hangs up, and says why it did not", async () => {
  const asked: string[] = [];
  const answer = serving({
    "GET /me": { role: "user" },
    "POST /calls/live/c1/hangup": Response.json(
      { detail: "No conversation of this call is held here." },
      { status: 409 },
    ),
  });
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method === "POST") asked.push(request.headers.get("Idempotency-Key") ?? "");
    return answer(request);
  });
  await show(<HangUp id="c1" />);
  await userEvent.click(await screen.findByRole("button", { name: "Hang up" }));
  const question = screen.getByRole("alertdialog");
  expect(asked).toEqual([]);
  await userEvent.click(within(question).getByRole("button", { name: "Hang up" }));
  expect(asked).toHaveLength(1);
  expect(asked[0]).not.toBe("");
  expect(await within(question).findByText(/No conversation/)).toBeVisible();
});

it("is not there for who may only look", async () => {
  vi.stubGlobal("fetch", serving({ "GET /me": { role: "viewer" } }));
  const { client } = await show(<HangUp id="c1" />);
  await vi.waitFor(() => expect(client.getQueryData(["me"])).toBeDefined());
  expect(screen.queryByRole("button")).toBeNull();
});
