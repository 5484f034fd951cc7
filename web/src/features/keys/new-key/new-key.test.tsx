import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { show } from "@/test/show";
import { NewKey } from "./new-key";

afterEach(() => vi.unstubAllGlobals());

const made = { id: "k", name: "Reporting", prefix: "tk_test_abcd", scopes: ["calls:read"], mode: "test" };

async function make(key: string | null) {
  const sent: unknown[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method !== "POST") return Response.json({}, { status: 404 });
    sent.push(await request.json());
    return Response.json({ ...made, key }, { status: 201 });
  });
  const close = vi.fn();
  await show(<NewKey close={close} />);
  await userEvent.type(screen.getByLabelText("Name"), "Reporting");
  await userEvent.click(screen.getByRole("radio", { name: "Test" }));
  await userEvent.click(screen.getByRole("button", { name: "Make key" }));
  expect(await screen.findByText(/choose at least one/)).toBeVisible();
  expect(sent).toEqual([]);
  await userEvent.click(screen.getByRole("checkbox", { name: /Read calls/ }));
  await userEvent.click(screen.getByRole("button", { name: "Make key" }));
  return { sent, close };
}

it("shows the key once, and stays until it was kept", async () => {
  const { sent, close } = await make("tk_test_abcdefgh");
  expect(await screen.findByText("tk_test_abcdefgh")).toBeVisible();
  expect(sent).toEqual([{ name: "Reporting", scopes: ["calls:read"], mode: "test", expires_at: null }]);
  await userEvent.keyboard("{Escape}");
  expect(close).not.toHaveBeenCalled();
  await userEvent.click(screen.getByRole("button", { name: "I have kept it" }));
  expect(close).toHaveBeenCalled();
});

it("explains a key that was made and never seen", async () => {
  await make(null);
  expect(await screen.findByRole("alert")).toHaveTextContent(/Revoke it and make another/);
});
