import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { RemoveScroll } from "./scroll-lock";

it("shows its children and puts no style element into the page", () => {
  render(
    <RemoveScroll>
      <p>inside</p>
    </RemoveScroll>,
  );
  expect(screen.getByText("inside")).toBeVisible();
  expect(document.querySelector("style")).toBeNull();
});
