import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { Given } from "./given";

const none = {
  key: "plumbing",
  version: 2,
  services: [],
  faqs: [],
  menus: [],
  agents: [],
  texts: [],
  kept: [],
};

it("names what was given and what stayed", () => {
  const agents = [{ id: "a", kind: "booking" as const, outcome: "drafted" }];
  render(
    <Given
      applied={{
        ...none,
        services: ["Drain cleaning"],
        agents,
        kept: ["Main menu"],
      }}
    />,
  );
  const given = screen.getByRole("status", { name: "What was given" });
  expect(given).toHaveTextContent("Drain cleaning");
  expect(given).toHaveTextContent("a version for you to publish");
  expect(given).toHaveTextContent("Stayed as you have themMain menu");
});

it("says when there was nothing new", () => {
  render(<Given applied={none} />);
  expect(screen.getByText("There was nothing new to give")).toBeVisible();
});
