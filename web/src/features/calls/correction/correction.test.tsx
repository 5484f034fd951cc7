import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { callKeys } from "@/features/calls/keys";
import type { Turn } from "@/features/calls/queries";
import { show } from "@/test/show";
import { Correction } from "./correction";

afterEach(() => vi.unstubAllGlobals());

const turn = { seq: 3, speaker: "caller", text: "Route canal", start_ms: 0, end_ms: 1 } as Turn;

it("sends what was really said, and keeps what was typed when it is refused", async () => {
  const sent: string[] = [];
  let status = 503;
  vi.stubGlobal("fetch", async (request: Request) => {
    sent.push(`${new URL(request.url).pathname} ${await request.text()}`);
    return status === 200
      ? Response.json({ ...turn, text: "Root canal", heard_text: "Route canal" })
      : Response.json({ detail: "Not now." }, { status });
  });
  const done = vi.fn();
  const { client } = await show(<Correction callId="c1" turn={turn} done={done} />);
  client.setQueryData(callKeys.turns("c1"), [turn]);
  const field = screen.getByRole("textbox", { name: "The caller said" });
  await userEvent.clear(field);
  await userEvent.type(field, "Root canal");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("Not now.")).toBeVisible();
  expect(field).toHaveValue("Root canal");
  status = 200;
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await vi.waitFor(() => expect(done).toHaveBeenCalled());
  expect(sent[1]).toBe('/api/v1/calls/c1/turns/3 {"text":"Root canal"}');
  expect(client.getQueryData<Turn[]>(callKeys.turns("c1"))?.[0]?.text).toBe("Root canal");
});

it("takes a correction back", async () => {
  const sent: string[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    sent.push(await request.text());
    return Response.json(turn);
  });
  await show(<Correction callId="c1" turn={{ ...turn, text: "Root", heard_text: "Route" }} done={vi.fn()} />);
  await userEvent.click(screen.getByRole("button", { name: "Back to what was heard" }));
  await vi.waitFor(() => expect(sent).toEqual(['{"text":"Route"}']));
});
