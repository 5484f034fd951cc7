import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { show } from "@/test/show";
import { ModelField, VoiceField } from "./voice-field";

afterEach(() => vi.unstubAllGlobals());

const voice = { name: "kokoro:af_heart", source: "local", languages: [], is_default: true, confirmed: true };

it("offers what the server has, and speaks the words in the chosen voice", async () => {
  const sent: unknown[] = [];
  const play = vi.fn();
  vi.stubGlobal(
    "Audio",
    class {
      src = "";
      play = play;
      pause = vi.fn();
    },
  );
  URL.createObjectURL = () => "blob:x";
  URL.revokeObjectURL = () => {};
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method === "GET") return Response.json({ data: [voice], has_more: false });
    sent.push(await request.json());
    return new Response("RIFF", { headers: { "Content-Type": "audio/wav" } });
  });
  await show(<VoiceField value="kokoro:af_heart" change={vi.fn()} disabled={false} text="Hello." />);
  await userEvent.click(await screen.findByText("Listen"));
  await waitFor(() => expect(play).toHaveBeenCalledOnce());
  await userEvent.click(await screen.findByRole("button", { name: "Stop" }));
  expect(screen.queryByRole("button", { name: "Stop" })).toBeNull();
  expect(sent).toEqual([{ voice: "kokoro:af_heart", text: "Hello." }]);
});

it("says why nothing is heard", async () => {
  vi.stubGlobal("fetch", async (request: Request) =>
    request.method === "GET"
      ? Response.json({ data: [voice], has_more: false })
      : Response.json({ detail: "The node has its hands full with calls." }, { status: 503 }),
  );
  await show(<VoiceField value={null} change={vi.fn()} disabled={false} text="Hello." />);
  await userEvent.click(await screen.findByText("Listen"));
  expect(await screen.findByText(/hands full with calls/)).toBeVisible();
});

it("says plainly that there is no language model", async () => {
  const chat = { name: "rules", is_language_model: false, models: [], asked: true };
  vi.stubGlobal("fetch", async () => Response.json({ chat, recognizer: "r", voice: "v" }));
  await show(<ModelField value={null} change={vi.fn()} disabled={false} />);
  expect(await screen.findByText(/has no language model/)).toBeVisible();
});
