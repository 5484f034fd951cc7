import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { Card, PageHead } from "./card";

it("is a region named by its title, below the page's heading", () => {
  render(
    <>
      <PageHead title="Calls" />
      <Card title="Recordings">two</Card>
    </>,
  );
  expect(screen.getByRole("heading", { level: 1, name: "Calls" })).toBeVisible();
  expect(screen.getByRole("region", { name: "Recordings" })).toHaveTextContent("two");
});
