import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { SelectField, TextArea, TextField } from "./field";

it("ties label, hint and error to the control", () => {
  render(<TextField label="Number" hint="With country code" error="must be E.164" />);
  const input = screen.getByLabelText("Number");
  expect(input).toBeInvalid();
  expect(input).toHaveAccessibleDescription("With country code must be E.164");
});

it("does so for choices and long texts", () => {
  render(
    <>
      <SelectField label="Status">
        <option>Any</option>
      </SelectField>
      <TextArea label="Notes" />
    </>,
  );
  expect(screen.getByRole("combobox", { name: "Status" })).toBeVisible();
  expect(screen.getByRole("textbox", { name: "Notes" })).toBeVisible();
});
