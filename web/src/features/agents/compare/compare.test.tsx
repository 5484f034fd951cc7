import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
import { anAgent, aVersion, someSettings } from "../fixture";
import { Compare } from "./compare";

afterEach(() => vi.unstubAllGlobals());

const answers = {
  "GET /agents/a": anAgent,
  "GET /agents/a/versions": {
    data: [
      aVersion(3, { settings: { ...someSettings, prompt: "Be warm.\nBe exact.", voice: "joe" } }),
      aVersion(2),
      aVersion(1, { is_published: true }),
    ],
    has_more: false,
  },
};

it("compares the published with the newest where nobody says which", async () => {
  vi.stubGlobal("fetch", serving(answers));
  const change = vi.fn();
  await show(<Compare agentId="a" from={undefined} to={undefined} change={change} />);
  expect(await screen.findByRole("heading", { name: "2 differences" })).toBeVisible();
  expect(screen.getByLabelText("Before")).toHaveValue("1");
  expect(screen.getByLabelText("After")).toHaveValue("3");
  expect(screen.getByText("Instructions")).toBeVisible();
  expect(screen.queryByText("Greeting")).toBeNull();
  await userEvent.click(screen.getByRole("switch", { name: "What is the same too" }));
  expect(screen.getByText("Greeting")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "The other way round" }));
  expect(change).toHaveBeenCalledWith({ from: 3, to: 1 });
});

it("says when nothing is different", async () => {
  vi.stubGlobal("fetch", serving(answers));
  await show(<Compare agentId="a" from={1} to={2} change={vi.fn()} />);
  expect(await screen.findByRole("heading", { name: "They are the same" })).toBeVisible();
});
