import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { ZoneField } from "./zone-field";

it("offers every zone, and the one that is kept though the browser does not know it", () => {
  render(<ZoneField also="Mars/Olympus_Mons" defaultValue="Mars/Olympus_Mons" />);
  const field = screen.getByLabelText("Time zone");
  expect(field).toHaveValue("Mars/Olympus_Mons");
  expect(screen.getByRole("option", { name: "America/New York" })).toHaveValue("America/New_York");
});
