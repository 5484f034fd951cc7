import { fireEvent, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
import { anAgent, aVersion } from "../fixture";
import { AgentEditor } from "./agent-editor";

afterEach(() => vi.unstubAllGlobals());

const answers = (me: object, ...numbers: number[]) => ({
  "GET /me": me,
  "GET /settings": { company_name: "Bright Smile" },
  "GET /agents/a": anAgent,
  "GET /agents/a/versions": { data: numbers.map((n) => aVersion(n)), has_more: false },
});
const set = (label: string, value: string) =>
  fireEvent.input(screen.getByLabelText(label), { target: { value } });

it("keeps what was typed when somebody wrote a version meanwhile, and saves it after theirs", async () => {
  const sent: unknown[] = [];
  let numbers = [1];
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method === "GET") return serving(answers({ role: "admin" }, ...numbers))(request);
    sent.push(await request.json());
    return Response.json(aVersion(3), { status: 201 });
  });
  const { router } = await show(<AgentEditor agentId="a" version={undefined} />);
  expect(await screen.findByText(/This is Emma/, { selector: "q" })).toBeVisible();
  set("Instructions", "Be exact.");
  numbers = [2, 1];
  fireEvent.click(screen.getByRole("button", { name: "Save as a draft" }));
  expect(await screen.findByText("Somebody wrote version 2 while you were here")).toBeVisible();
  expect(screen.getByLabelText("Instructions")).toHaveValue("Be exact.");
  expect(sent).toEqual([]);
  fireEvent.click(screen.getByRole("button", { name: "Save as a draft" }));
  await vi.waitFor(() => expect(sent).toEqual([expect.objectContaining({ prompt: "Be exact." })]), 8_000);
  // What is saved is left without a question.
  await vi.waitFor(() => expect(router.state.location.pathname).toBe("/agents/a"));
  expect(screen.queryByText("Leave without saving?")).toBeNull();
});

it("offers voices and models, keeps one that is no longer offered, and plays what is chosen", async () => {
  const sent: unknown[] = [];
  const old = { ...aVersion(1), settings: { ...aVersion(1).settings, voice: "gone:emma" } };
  const voice = {
    name: "kokoro:af_heart",
    source: "local",
    languages: [],
    is_default: true,
    confirmed: true,
  };
  const chat = { name: "m", is_language_model: true, models: [{ name: "m-large", confirmed: true }] };
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method === "GET")
      return serving({
        ...answers({ role: "admin" }),
        "GET /agents/a/versions": { data: [old], has_more: false },
        "GET /voices": { data: [voice], has_more: false },
        "GET /minds": { chat, recognizer: "r", voice: "v" },
      })(request);
    sent.push(await request.json());
    return Response.json(aVersion(2), { status: 201 });
  });
  await show(<AgentEditor agentId="a" version={1} />);
  const choice = await screen.findByLabelText("Voice");
  expect(choice).toHaveDisplayValue("gone:emma (not on this server)");
  expect(screen.getByRole("button", { name: "Listen" })).toBeEnabled();
  await screen.findByRole("option", { name: "m-large" });
  fireEvent.change(screen.getByLabelText("Language model"), { target: { value: "m-large" } });
  fireEvent.click(screen.getByRole("button", { name: "Save as a draft" }));
  await vi.waitFor(() =>
    expect(sent).toEqual([expect.objectContaining({ voice: "gone:emma", model: "m-large" })]),
  );
});

it("does not send what the server would refuse", async () => {
  vi.stubGlobal("fetch", serving(answers({ role: "admin" }, 1)));
  await show(<AgentEditor agentId="a" version={1} />);
  await screen.findByLabelText("Instructions");
  set("Pause after a whole sentence (ms)", "9000");
  fireEvent.click(screen.getByRole("button", { name: "Save as a draft" }));
  expect(await screen.findByText("This must be 50 to 5,000.")).toBeVisible();
});

it("is closed to members", async () => {
  vi.stubGlobal("fetch", serving(answers({ role: "user" }, 1)));
  await show(<AgentEditor agentId="a" version={1} />);
  expect(await screen.findByText("This is not open to you")).toBeVisible();
  expect(screen.queryByLabelText("Instructions")).toBeNull();
});
