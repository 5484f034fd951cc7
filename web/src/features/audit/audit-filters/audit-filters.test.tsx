import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
import { AuditFilters } from "./audit-filters";

afterEach(() => vi.unstubAllGlobals());

it("changes one filter and keeps the others; another kind of thing is not the one thing any more", async () => {
  const people = { data: [{ id: "u", name: "Ann", email: "ann@example.com" }], has_more: false };
  vi.stubGlobal("fetch", serving({ "GET /users": people }));
  const change = vi.fn();
  await show(<AuditFilters filters={{ kind: "agent", object: "a", since: "2026-11-20" }} change={change} />);
  await screen.findByRole("option", { name: "Ann" });
  await userEvent.selectOptions(screen.getByLabelText("Who"), "Ann");
  expect(change).toHaveBeenLastCalledWith({ kind: "agent", object: "a", since: "2026-11-20", actor: "u" });
  await userEvent.selectOptions(screen.getByLabelText("What"), "API key");
  expect(change).toHaveBeenLastCalledWith({ kind: "api_key", since: "2026-11-20" });
  await userEvent.click(screen.getByRole("button", { name: "Take away: One thing alone" }));
  expect(change).toHaveBeenLastCalledWith({ kind: "agent", since: "2026-11-20" });
  await userEvent.click(screen.getByRole("button", { name: "Clear all" }));
  expect(change).toHaveBeenLastCalledWith({});
});
