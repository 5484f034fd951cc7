import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { show } from "@/test/show";
import { AgentSettings, mainAgent } from "./agent-form";

afterEach(() => vi.unstubAllGlobals());

const agent = {
  id: "a",
  kind: "booking" as const,
  name: "Front desk",
  latest_version: 1,
  created_at: "",
  published_version_id: "v1",
  settings: { agent_name: "Emma", greeting: "Hello", prompt: "Be brief", voice: "kokoro", model: null },
};

function server(now: object = agent) {
  const sent: { path: string; body: unknown }[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const path = new URL(request.url).pathname.replace("/api/v1", "");
    if (request.method === "POST") {
      sent.push({ path, body: await request.json() });
      return Response.json(
        path.endsWith("publish") ? { ...agent, published_version_id: "v2" } : { id: "v2" },
      );
    }
    if (path === "/agents/a") return Response.json(now);
    return Response.json({ data: path === "/agents" ? [agent] : [], has_more: false });
  });
  return sent;
}

it("is that of the line where it speaks", () => {
  const other = { ...agent, id: "b" } as never;
  const lines = [
    { ivr_mode: "simple", agent_id: "a" },
    { ivr_mode: "ai-voice", agent_id: "b" },
  ];
  expect(mainAgent([agent as never, other], lines)?.id).toBe("b");
  expect(mainAgent([agent as never, other], [])?.id).toBe("a");
});

it("saves a version with everything else as it was, and publishes it", async () => {
  const sent = server();
  await show(<AgentSettings allowed />);
  await userEvent.type(await screen.findByLabelText("Prompt"), ". Smile.");
  await userEvent.click(screen.getByRole("button", { name: "Save and publish" }));
  await waitFor(() => expect(sent).toHaveLength(2));
  expect(sent[0]).toEqual({
    path: "/agents/a/versions",
    body: { ...agent.settings, prompt: "Be brief. Smile." },
  });
  expect(sent[1]).toEqual({ path: "/agents/a/publish", body: { version_id: "v2" } });
});

it("asks when somebody else has published meanwhile, and loses nothing", async () => {
  const sent = server({
    ...agent,
    published_version_id: "v9",
    settings: { ...agent.settings, prompt: "Be long" },
  });
  await show(<AgentSettings allowed />);
  await userEvent.type(await screen.findByLabelText("Prompt"), "er");
  await userEvent.click(screen.getByRole("button", { name: "Save and publish" }));
  expect(await screen.findByText("Be long")).toBeVisible();
  expect(screen.getByLabelText("Prompt")).toHaveValue("Be briefer");
  expect(sent).toEqual([]);
});
