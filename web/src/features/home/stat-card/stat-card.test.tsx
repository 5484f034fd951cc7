import { render, screen } from "@testing-library/react";
import { Phone } from "lucide-react";
import { expect, it } from "vitest";
import { StatCard } from "./stat-card";

it("shows a figure against what it can reach", () => {
  render(<StatCard title="Calls" value={1250} icon={Phone} colour="accent" max={5000} about="of 5,000" />);
  expect(screen.getByRole("region", { name: "Calls" })).toHaveTextContent("1,250");
  expect(screen.getByRole("progressbar", { name: "Calls" })).toHaveAttribute("value", "1250");
  expect(screen.getByRole("progressbar")).toHaveAttribute("max", "5000");
});

it("has no bar without an end, and none above it", () => {
  const { rerender } = render(<StatCard title="Calls" value={7} icon={Phone} colour="good" />);
  expect(screen.queryByRole("progressbar")).toBeNull();
  rerender(<StatCard title="Calls" value={700} icon={Phone} colour="bad" max={500} />);
  expect(screen.getByRole("progressbar")).toHaveValue(500);
  expect(screen.getByText("700")).toBeVisible();
});

it("says nothing before it knows", () => {
  render(<StatCard title="Calls" value={undefined} icon={Phone} colour="plain" max={10} />);
  expect(screen.getByRole("region", { name: "Calls" })).not.toHaveTextContent(/\d/);
  expect(screen.queryByRole("progressbar")).toBeNull();
});
