import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { show } from "@/test/show";
import { Invite } from "./invite";

afterEach(() => vi.unstubAllGlobals());

it("ties a customer to one of the contacts, and puts the server's words beside the field", async () => {
  const sent: unknown[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method === "GET")
      return Response.json({ data: [{ id: "k", name: "Sarah", number: "+19185550142" }], has_more: false });
    sent.push(await request.json());
    const error = { pointer: "/email", code: "duplicate", detail: "They belong to this tenant already." };
    return Response.json({ errors: [error] }, { status: 409 });
  });
  await show(<Invite owner={false} close={vi.fn()} />);
  await userEvent.type(screen.getByLabelText("E-mail"), "sarah@example.com");
  await userEvent.click(screen.getByRole("radio", { name: "Customer" }));
  await userEvent.click(screen.getByRole("button", { name: "Send invitation" }));
  expect(await screen.findByText("Say which of your contacts they are.")).toBeVisible();
  await userEvent.click(await screen.findByRole("radio", { name: "Sarah" }));
  await userEvent.click(screen.getByRole("button", { name: "Send invitation" }));
  expect(await screen.findByText("They belong to this tenant already.")).toBeVisible();
  expect(sent).toEqual([{ email: "sarah@example.com", role: "customer", contact_id: "k" }]);
});
