import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { show } from "@/test/show";
import { person } from "../fixture";
import { ChangeRole } from "./change-role";

afterEach(() => vi.unstubAllGlobals());

it("shows what another one chose meanwhile, and saves over it when told to", async () => {
  let role = "user";
  const sent: unknown[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const uma = { ...person("uma", role) };
    if (request.method === "GET") return Response.json(uma, { headers: { ETag: `"${role}"` } });
    sent.push([request.headers.get("If-Match"), await request.json()]);
    if (sent.length > 1) return Response.json(uma);
    role = "viewer";
    return Response.json({}, { status: 412 });
  });
  const close = vi.fn();
  await show(<ChangeRole person={person("uma", "user")} owner={false} close={close} />);
  await userEvent.click(await screen.findByRole("radio", { name: "Administrator" }));
  expect(screen.getByRole("radio", { name: "Owner" })).toBeDisabled();
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText(/Saved:/)).toHaveTextContent("Saved: Viewer");
  expect(screen.getByRole("radio", { name: "Administrator" })).toBeChecked();
  await userEvent.click(screen.getByRole("button", { name: "Save mine over it" }));
  await vi.waitFor(() => expect(close).toHaveBeenCalled());
  expect(sent).toEqual([
    ['"user"', { role: "admin" }],
    ['"viewer"', { role: "admin" }],
  ]);
});
