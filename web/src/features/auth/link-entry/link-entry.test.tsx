import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { LinkEntry } from "./link-entry";

afterEach(() => vi.unstubAllGlobals());

it("uses the link only when pressed, and asks for a second factor", async () => {
  const fetched = vi.fn(async () => Response.json({ mfa_required: true, mfa_token: "m" }));
  vi.stubGlobal("fetch", fetched);
  render(
    <QueryClientProvider client={new QueryClient()}>
      <LinkEntry token="t" done={vi.fn()} />
    </QueryClientProvider>,
  );
  expect(fetched).not.toHaveBeenCalled();
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
  expect(await screen.findByLabelText("Code of your authenticator app")).toBeVisible();
});
