import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
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

const cloning = (enabled: boolean) => ({
  "GET /voices": { data: [voice], has_more: false },
  "GET /features": { data: [{ key: "voice_cloning", enabled, description: "", reason: "tenant" }] },
});
const Field = ({ first, told }: { first: string | null; told: (name: string | null) => void }) => {
  const [value, setValue] = useState(first);
  const change = (name: string | null) => {
    setValue(name);
    told(name);
  };
  return <VoiceField value={value} change={change} text="Hello." />;
};

it("takes a custom voice by its id where that is switched on", async () => {
  vi.stubGlobal("fetch", serving(cloning(true)));
  const told = vi.fn();
  await show(<Field first={null} told={told} />);
  const list = await screen.findByLabelText("Voice");
  await screen.findByRole("option", { name: "A custom voice, by its id" });
  await userEvent.selectOptions(list, "A custom voice, by its id");
  await userEvent.type(screen.getByLabelText("Voice id"), "9BWtsMIN");
  expect(told).toHaveBeenLastCalledWith("9BWtsMIN");
  await userEvent.selectOptions(list, "kokoro:af_heart");
  expect(told).toHaveBeenLastCalledWith("kokoro:af_heart");
  expect(screen.queryByLabelText("Voice id")).toBeNull();
});

it("shows the id of the custom voice that is set", async () => {
  vi.stubGlobal("fetch", serving(cloning(true)));
  await show(<Field first="9BWtsMIN" told={vi.fn()} />);
  expect(await screen.findByLabelText("Voice id")).toHaveValue("9BWtsMIN");
});

it("hides custom voices where they are switched off", async () => {
  vi.stubGlobal("fetch", serving(cloning(false)));
  await show(<Field first="9BWtsMIN" told={vi.fn()} />);
  expect(await screen.findByRole("option", { name: "9BWtsMIN (not on this server)" })).toBeInTheDocument();
  expect(screen.queryByRole("option", { name: /custom/ })).toBeNull();
  expect(screen.queryByLabelText("Voice id")).toBeNull();
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
