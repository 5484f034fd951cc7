import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
import { CallFilters } from "./call-filters";

afterEach(() => vi.unstubAllGlobals());

it("counts choices at once and typed words with Enter", async () => {
  const change = vi.fn();
  vi.stubGlobal("fetch", serving({ "GET /tags": { data: [{ tag: "VIP", calls: 2 }] } }));
  await show(<CallFilters filters={{ status: "busy" }} change={change} />);
  await screen.findByRole("option", { name: "VIP" });
  await userEvent.selectOptions(screen.getByLabelText("Tag"), "VIP");
  expect(change).toHaveBeenLastCalledWith({ status: "busy", tag: "VIP" });
  await userEvent.selectOptions(screen.getByLabelText("Recording"), "Recorded");
  expect(change).toHaveBeenLastCalledWith({ status: "busy", recorded: true });
  await userEvent.selectOptions(screen.getByLabelText("Order"), "Longest first");
  expect(change).toHaveBeenLastCalledWith({ status: "busy", sort: "-duration_ms" });
  await userEvent.selectOptions(screen.getByLabelText("Line"), "Agent");
  expect(change).toHaveBeenLastCalledWith({ status: "busy", ivr_mode: "ai-voice" });
  await userEvent.selectOptions(screen.getByLabelText("Status"), "Going on now");
  expect(change).toHaveBeenLastCalledWith({ live: true });
  await userEvent.type(screen.getByLabelText("Said in the call"), "cleaning{Enter}");
  expect(change).toHaveBeenLastCalledWith({ status: "busy", q: "cleaning" });
  await userEvent.click(screen.getByRole("button", { name: "Clear" }));
  expect(change).toHaveBeenLastCalledWith({});
});
