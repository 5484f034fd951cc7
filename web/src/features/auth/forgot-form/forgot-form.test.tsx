import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { ForgotForm } from "./forgot-form";

afterEach(() => vi.unstubAllGlobals());

it("does not tell whether the address has a login", async () => {
  vi.stubGlobal("fetch", async () => new Response(null, { status: 202, headers: { "Content-Length": "0" } }));
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ForgotForm />
    </QueryClientProvider>,
  );
  await userEvent.type(screen.getByLabelText("E-mail"), "ann@example.com");
  await userEvent.click(screen.getByRole("button", { name: "Send the link" }));
  expect(await screen.findByRole("status")).toHaveTextContent("If ann@example.com has a login here");
});
