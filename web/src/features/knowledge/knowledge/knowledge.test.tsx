import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
import { Knowledge } from "./knowledge";

afterEach(() => vi.unstubAllGlobals());

it("keeps the chosen part in the address", async () => {
  vi.stubGlobal("fetch", serving({ "GET /me": { role: "viewer" }, "GET /settings": { currency: "USD" } }));
  const change = vi.fn();
  await show(<Knowledge tab="services" change={change} />);
  await userEvent.click(screen.getByRole("tab", { name: "Questions and answers" }));
  expect(change).toHaveBeenCalledWith("questions");
});
