import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { Difference } from "./difference";

it("says before and after in words, not by colour alone", () => {
  render(<Difference before={{ role: "user" }} after={{ role: "<b>admin</b>" }} />);
  expect(screen.getByText("Role").nextElementSibling).toHaveTextContent("Before: userAfter: <b>admin</b>");
});

it("compares long texts line by line", () => {
  render(<Difference before={{ prompt: "a\nb" }} after={{ prompt: "a\nc" }} />);
  expect(screen.getAllByRole("listitem").map((li) => li.textContent)).toEqual([
    "a",
    "−Taken away: b",
    "+Added: c",
  ]);
});

it("says when nothing was noted", () => {
  render(<Difference before={null} after={null} />);
  expect(screen.getByText("No values were noted.")).toBeVisible();
});
