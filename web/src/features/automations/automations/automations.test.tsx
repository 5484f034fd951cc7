import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
import { Automations, filled } from "./automations";

afterEach(() => vi.unstubAllGlobals());

const one = {
  id: "r",
  kind: "reminder_text",
  enabled: false,
  text: "{company}: see you {time}.",
  minutes_before: 1440,
  placeholders: ["company", "time"],
  updated_at: "2026-11-22T00:00:00Z",
};

function server() {
  const sent: { tag: string | null; body: object }[] = [];
  const other = serving({
    "GET /me": { role: "admin" },
    "GET /settings": { company_name: "Bright Smile", timezone: "UTC" },
    "GET /automations": { data: [one], has_more: false },
  });
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method === "PATCH") {
      const body = await request.json();
      sent.push({ tag: request.headers.get("If-Match"), body });
      return Response.json({ ...one, ...body });
    }
    if (request.url.endsWith("/automations/r")) return Response.json(one, { headers: { ETag: '"1"' } });
    return other(request);
  });
  return sent;
}

it("shows the text as it will be, and saves it with the tag", async () => {
  const sent = server();
  await show(<Automations />);
  expect(await screen.findByText("Bright Smile: see you Tuesday at 3:00 PM.")).toBeVisible();
  await userEvent.type(screen.getByLabelText("Text"), "!");
  await userEvent.click(screen.getByText("Save"));
  await waitFor(() =>
    expect(sent).toEqual([{ tag: '"1"', body: { text: `${one.text}!`, minutes_before: 1440 } }]),
  );
});

it("is switched on at once", async () => {
  const sent = server();
  await show(<Automations />);
  await userEvent.click(await screen.findByRole("switch"));
  await waitFor(() => expect(sent[0]?.body).toEqual({ enabled: true }));
});

it("leaves words that it does not know as they are", () => {
  expect(filled("{company} {what}", "A")).toBe("A {what}");
});
