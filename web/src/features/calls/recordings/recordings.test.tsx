import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { Recordings } from "./recordings";

it("lists what was recorded, and says when there is nothing", () => {
  const recording = {
    id: "r",
    kind: "conversation",
    channels: 2,
    complete: false,
    created_at: "2026-11-20T15:00:00Z",
    duration_ms: 57_680,
  };
  const { rerender } = render(<Recordings recordings={[recording]} />);
  expect(screen.getByRole("listitem")).toHaveTextContent(
    "Conversation0:57 · caller left, agent rightbeing written",
  );
  rerender(<Recordings recordings={[]} />);
  expect(screen.getByText("No recording")).toBeVisible();
});
