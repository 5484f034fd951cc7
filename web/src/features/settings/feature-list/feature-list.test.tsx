import { fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { Toaster } from "@/components/ui/toast/toast";
import { show } from "@/test/show";
import { FeatureList } from "./feature-list";

afterEach(() => vi.unstubAllGlobals());

const cloning = { key: "voice_cloning", description: "d", enabled: false, reason: "default" };
const analytics = { key: "advanced_analytics", description: "d", enabled: false, reason: "plan" };

function server(answer: (on: boolean) => Response) {
  const sent: unknown[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method === "GET") return Response.json({ data: [cloning, analytics], has_more: false });
    const body = (await request.json()) as { enabled: boolean };
    sent.push(body);
    return answer(body.enabled);
  });
  return sent;
}

it("names each in the agreed words, and explains why one cannot be turned", async () => {
  server(() => Response.json(cloning));
  await show(<FeatureList allowed />);
  const one = await screen.findByRole("switch", {
    name: "AI Voice Cloning — Use ElevenLabs for custom voice",
  });
  expect(one).toBeEnabled();
  const other = screen.getByRole("switch", {
    name: "Advanced Analytics — Sentiment analysis & call insights",
  });
  expect(other).toBeDisabled();
  expect(other).toHaveAccessibleDescription(/Your plan does not include it/);
  expect(screen.getAllByText("Beta")).toHaveLength(2);
});

it("turns at once and can be taken back", async () => {
  const sent = server((enabled) => Response.json({ ...cloning, enabled, reason: "tenant" }));
  await show(
    <>
      <FeatureList allowed />
      <Toaster />
    </>,
  );
  await userEvent.click(await screen.findByRole("switch", { name: /Voice Cloning/ }));
  expect(screen.getByRole("switch", { name: /Voice Cloning/ })).toBeChecked();
  fireEvent.click(await screen.findByText("Undo"));
  await waitFor(() => expect(sent).toEqual([{ enabled: true }, { enabled: false }]));
  await waitFor(() => expect(screen.getByRole("switch", { name: /Voice Cloning/ })).not.toBeChecked());
});

it("turns back when the server does not do it", async () => {
  server(() => Response.json({ detail: "Not now." }, { status: 503 }));
  await show(<FeatureList allowed />);
  await userEvent.click(await screen.findByRole("switch", { name: /Voice Cloning/ }));
  await waitFor(() => expect(screen.getByRole("switch", { name: /Voice Cloning/ })).not.toBeChecked());
});
