import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { Badge } from "./badge";

it("says its word in its tone", () => {
  render(<Badge tone="bad">failed</Badge>);
  expect(screen.getByText("failed")).toHaveClass("text-bad");
});
