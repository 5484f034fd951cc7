import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import type { Me } from "@/features/auth/queries";
import { show } from "@/test/show";
import { aMe } from "../fixture";
import { NameCard } from "./name-card";

afterEach(() => vi.unstubAllGlobals());

const serve = (there: Partial<Me>) => {
  const sent: unknown[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method === "GET") return Response.json({ ...aMe, ...there }, { headers: { ETag: '"9"' } });
    const body = await request.json();
    sent.push([request.headers.get("If-Match"), body]);
    return Response.json({ ...aMe, ...body });
  });
  return sent;
};

it("saves with the tag of what is there", async () => {
  const sent = serve({});
  await show(<NameCard me={aMe} />);
  await userEvent.type(screen.getByLabelText("Name"), " Miller");
  await userEvent.click(screen.getByRole("button", { name: "Save name" }));
  await vi.waitFor(() => expect(sent).toEqual([['"9"', { name: "Ann Miller" }]]));
});

it("asks when it was changed elsewhere, and keeps what was typed", async () => {
  const sent = serve({ name: "Anna" });
  await show(<NameCard me={aMe} />);
  await userEvent.type(screen.getByLabelText("Name"), " Miller");
  await userEvent.click(screen.getByRole("button", { name: "Save name" }));
  expect(await screen.findByText("Anna")).toBeVisible();
  expect(sent).toEqual([]);
  await userEvent.click(screen.getByRole("button", { name: "Save mine over it" }));
  await vi.waitFor(() => expect(sent).toEqual([['"9"', { name: "Ann Miller" }]]));
});
