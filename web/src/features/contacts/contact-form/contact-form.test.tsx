import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { show } from "@/test/show";
import { ContactDialog } from "./contact-form";

afterEach(() => vi.unstubAllGlobals());

const contact = { id: "k", number: "+19185550142", name: "Ann", notes: "", created_at: "", updated_at: "" };

it("explains that somebody else was faster, and keeps what was typed", async () => {
  const sent: (string | null)[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method === "GET") return Response.json(contact, { headers: { ETag: '"v1"' } });
    sent.push(request.headers.get("If-Match"));
    return Response.json({ code: "precondition_failed", detail: "…" }, { status: 412 });
  });
  await show(<ContactDialog id="k" close={vi.fn()} />);
  const name = await screen.findByLabelText("Name");
  await userEvent.type(name, "e");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText(/Somebody else changed this/)).toBeVisible();
  expect(sent).toEqual(['"v1"']);
  expect(name).toHaveValue("Anne");
});

it("puts the server's words beside the field", async () => {
  const error = { pointer: "/number", code: "format", detail: "must be E.164" };
  vi.stubGlobal("fetch", async () => Response.json({ errors: [error] }, { status: 422 }));
  await show(<ContactDialog id={null} close={vi.fn()} />);
  await userEvent.type(screen.getByLabelText("Number"), "12");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("must be E.164")).toBeVisible();
  expect(screen.getByLabelText("Number")).toBeInvalid();
});
