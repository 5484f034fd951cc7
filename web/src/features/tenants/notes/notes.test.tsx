import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { show } from "@/test/show";
import { Notes } from "./notes";

afterEach(() => vi.unstubAllGlobals());

it("changes notes and extras with the tag of what was seen", async () => {
  const asked: unknown[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const noted = { internal_notes: "Pays late", extras: [{ name: "logo_help", status: "open" }] };
    if (request.method === "GET") return Response.json(noted, { headers: { ETag: '"1"' } });
    const body = await request.json();
    asked.push({ tag: request.headers.get("If-Match"), body });
    return Response.json({ ...noted, ...body }, { headers: { ETag: '"2"' } });
  });
  await show(<Notes tenantId="t" />);
  const status = await screen.findByLabelText("How far it is");
  await userEvent.clear(status);
  await userEvent.type(status, "done");
  await userEvent.click(screen.getByRole("button", { name: "Save notes" }));
  await vi.waitFor(() => expect(screen.getByRole("button", { name: "Save notes" })).toBeDisabled());
  expect(asked).toEqual([{ tag: '"1"', body: { extras: [{ name: "logo_help", status: "done" }] } }]);
});
