import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { Change, differences } from "./change";

it("tells what differs, within things too, and nothing else", () => {
  const before = { plan: "pro", name: "Ann", limits: { calls: 5, texts: 1 }, tags: ["a"] };
  const after = { plan: "elite", name: "Ann", limits: { calls: 6, texts: 1 }, tags: ["a"] };
  expect(differences(before, after)).toEqual([
    { name: "plan", before: "pro", after: "elite" },
    { name: "limits.calls", before: "5", after: "6" },
  ]);
  expect(differences(null, { on: true })).toEqual([{ name: "on", before: "", after: "true" }]);
  expect(differences(null, null)).toEqual([]);
});

it("shows it as text", () => {
  render(<Change before={{ name: "<b>x</b>" }} after={{}} />);
  expect(screen.getByText("<b>x</b>")).toBeVisible();
  expect(screen.getByText("taken away")).toBeVisible();
});
