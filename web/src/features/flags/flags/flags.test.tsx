import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { show } from "@/test/show";
import { Flags } from "./flags";

afterEach(() => vi.unstubAllGlobals());

const price = { amount_minor: 1, currency: "USD" };
const plan = { id: "1", tier: "pro", name: "Pro", version: 1, price, interval: "month", created_at: "" };

/** A server with one feature that can be changed, or not. */
function server(refuses = false) {
  const sent: unknown[] = [];
  let feature = {
    key: "voice_cloning",
    description: "A voice of one's own.",
    default_on: false,
    killed: false,
    updated_at: "2026-11-20T15:00:00Z",
  };
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.url.endsWith("/admin/plans"))
      return Response.json({
        data: [
          { ...plan, entitlements: [{ key: "voice_cloning", enabled: false }] },
          { ...plan, id: "2", version: 2, entitlements: [{ key: "voice_cloning", enabled: true }] },
        ],
      });
    if (request.method === "GET") return Response.json({ data: [feature] });
    const body = await request.json();
    sent.push(body);
    if (refuses) return Response.json({ detail: "Not now." }, { status: 503 });
    feature = { ...feature, ...body };
    return Response.json(feature);
  });
  return sent;
}

it("says what each plan's latest version says", async () => {
  server();
  await show(<Flags />);
  expect(await screen.findByText("Pro: included")).toBeVisible();
});

it("switches off for everybody only after a question", async () => {
  const sent = server();
  await show(<Flags />);
  await userEvent.click(await screen.findByRole("switch", { name: "Off for everybody" }));
  expect(sent).toEqual([]);
  await userEvent.click(await screen.findByRole("button", { name: "Switch it off" }));
  await vi.waitFor(() => expect(sent).toEqual([{ killed: true }]));
  await vi.waitFor(() => expect(screen.getByRole("switch", { name: "Off for everybody" })).toBeChecked());
});

it("puts the switch back when the server refuses", async () => {
  const sent = server(true);
  await show(<Flags />);
  const onByDefault = await screen.findByRole("switch", { name: "On by default" });
  await userEvent.click(onByDefault);
  await vi.waitFor(() => expect(sent).toEqual([{ default_on: true }]));
  await vi.waitFor(() => expect(screen.getByRole("switch", { name: "On by default" })).not.toBeChecked());
});
