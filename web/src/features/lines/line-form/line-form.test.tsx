import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, expect, it, vi } from "vitest";
import { forgetToasts, Toaster } from "@/components/ui/toast/toast";
import { show } from "@/test/show";
import { LineDialog } from "./line-form";

afterEach(() => {
  vi.unstubAllGlobals();
  forgetToasts();
});

const line = {
  id: "l",
  phone_number: "+19185550101",
  ivr_mode: "simple",
  forward_to: "+19185550199",
  dial_timeout_s: 20,
  fallback: { kind: "voicemail" },
  record: true,
  is_bought: true,
};

function server(changed: () => Response) {
  const sent: { path: string; tag: string | null; body: Record<string, unknown> }[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const path = new URL(request.url).pathname.replace("/api/v1", "");
    if (request.method !== "GET") {
      sent.push({ path, tag: request.headers.get("If-Match"), body: await request.json() });
      return changed();
    }
    if (path === "/phone-configs/l") return Response.json(line, { headers: { ETag: '"1"' } });
    return Response.json({ data: [{ id: "a", name: "Front desk" }], has_more: false });
  });
  return sent;
}

function Page() {
  const [open, setOpen] = useState(true);
  return (
    <>
      {open && <LineDialog id="l" close={() => setOpen(false)} />}
      <Toaster />
    </>
  );
}

it("asks for what a mode needs before it is sent", async () => {
  const sent = server(() => Response.json(line));
  await show(<LineDialog id="l" close={vi.fn()} />);
  await userEvent.click(await screen.findByRole("radio", { name: "AI Voice (Beta)" }));
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("Choose the agent that answers.")).toBeVisible();
  expect(sent).toEqual([]);
  await userEvent.selectOptions(screen.getByLabelText("Agent"), "a");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]).toMatchObject({ tag: '"1"', body: { ivr_mode: "ai-voice", agent_id: "a" } });
});

it("takes a saved line back as it was", async () => {
  const sent = server(() => Response.json(line, { headers: { ETag: '"2"' } }));
  await show(<Page />);
  await userEvent.click(await screen.findByRole("radio", { name: "AI Voice (Beta)" }));
  await userEvent.selectOptions(screen.getByLabelText("Agent"), "a");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(document.body).not.toHaveStyle({ pointerEvents: "none" }));
  await userEvent.click(await screen.findByRole("button", { name: "Undo" }));
  await waitFor(() => expect(sent).toHaveLength(2));
  expect(sent[1]).toMatchObject({
    path: "/phone-configs/l",
    tag: '"2"',
    body: { ivr_mode: "simple", agent_id: null, forward_to: "+19185550199" },
  });
});

it("buys with the way that the number is to answer, and keeps what was typed when that fails", async () => {
  const errors = [{ pointer: "/forward_to", code: "circle", detail: "A line cannot forward to itself." }];
  const sent = server(() => Response.json({ errors }, { status: 422 }));
  await show(<LineDialog id={null} buying="+19185550142" close={vi.fn()} />);
  await userEvent.click(screen.getByRole("radio", { name: "Forward" }));
  await userEvent.type(screen.getByLabelText("Rings"), "918 555 0142");
  await userEvent.click(screen.getByRole("button", { name: "Buy number" }));
  expect(await screen.findByText("A line cannot forward to itself.")).toBeVisible();
  expect(sent[0]).toMatchObject({
    path: "/phone-numbers",
    body: { phone_number: "+19185550142", forward_to: "+19185550142", ivr_mode: "simple" },
  });
  expect(screen.getByLabelText("Rings")).toHaveValue("918 555 0142");
});
