import { fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, it } from "vitest";
import { Toaster } from "@/components/ui/toast/toast";
import type { Special } from "@/features/hours/week";
import { Dates } from "./dates";

function Page({ first }: { first: Special[] }) {
  const [dates, set] = useState(first);
  return (
    <>
      <Dates dates={dates} today="2026-11-22" change={set} disabled={false} />
      <Toaster />
    </>
  );
}

it("adds a closed date, once", async () => {
  render(<Page first={[]} />);
  await userEvent.click(screen.getByRole("button", { name: "Add date" }));
  expect(screen.getByText("Choose a date.")).toBeVisible();
  fireEvent.change(screen.getByLabelText("Date"), { target: { value: "2026-12-25" } });
  await userEvent.type(screen.getByLabelText("Reason"), "Christmas{Enter}");
  expect(screen.getByRole("switch", { name: /December 25, 2026/ })).toBeChecked();
  expect(screen.getByDisplayValue("Christmas")).toBeVisible();
  fireEvent.change(screen.getByLabelText("Date"), { target: { value: "2026-12-25" } });
  await userEvent.click(screen.getByRole("button", { name: "Add date" }));
  expect(screen.getByText("This date is in the list.")).toBeVisible();
});

it("gives a removed date back", async () => {
  render(<Page first={[{ date: "2026-12-25", spans: [], reason: "Christmas" }]} />);
  await userEvent.click(screen.getByRole("button", { name: /Remove Friday, December 25/ }));
  expect(screen.queryByDisplayValue("Christmas")).toBeNull();
  fireEvent.click(await screen.findByText("Undo"));
  expect(screen.getByDisplayValue("Christmas")).toBeVisible();
});

it("folds what is over into a line", async () => {
  render(<Page first={[{ date: "2026-01-01", spans: [], reason: "New Year" }]} />);
  expect(screen.getByText(/One date is over/)).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Take what is over away" }));
  expect(screen.queryByText(/One date is over/)).toBeNull();
});
