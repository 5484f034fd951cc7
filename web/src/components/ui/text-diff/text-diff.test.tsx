import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { TextDiff } from "./text-diff";

it("says in words what went and came, and leaves long stretches out", () => {
  const same = Array.from({ length: 20 }, (_, n) => `rule ${n}`);
  render(<TextDiff before={["Be warm.", ...same].join("\n")} after={["Be exact.", ...same].join("\n")} />);
  const lines = screen.getAllByRole("listitem").map((li) => li.textContent);
  expect(lines).toEqual([
    "−Taken away: Be warm.",
    "+Added: Be exact.",
    "rule 0",
    "rule 1",
    "18 lines stayed the same",
  ]);
  expect(screen.getByText("warm.").tagName).toBe("STRONG");
});

it("shows markup as text", () => {
  render(<TextDiff before="" after="<b>hi</b>" />);
  expect(screen.getByText("<b>hi</b>")).toBeVisible();
});
