import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, it } from "vitest";
import { Tabs } from "./tabs";

function Page({ keep }: { keep?: boolean }) {
  const [tab, setTab] = useState<"one" | "two">("one");
  return (
    <Tabs
      label="Parts"
      value={tab}
      onValueChange={setTab}
      keep={keep ?? false}
      tabs={[
        { value: "one", label: "First", content: <input aria-label="name" /> },
        { value: "two", label: "Second", content: <p>second part</p> },
      ]}
    />
  );
}

it("shows one part and goes on by arrow", async () => {
  render(<Page />);
  expect(screen.queryByText("second part")).toBeNull();
  screen.getByRole("tab", { name: "First" }).focus();
  await userEvent.keyboard("{ArrowRight}");
  expect(screen.getByRole("tab", { name: "Second" })).toHaveAttribute("aria-selected", "true");
  expect(screen.getByRole("tabpanel", { name: "Second" })).toHaveTextContent("second part");
});

it("keeps what was typed when it is told to", async () => {
  render(<Page keep />);
  await userEvent.type(screen.getByLabelText("name"), "Ann");
  await userEvent.click(screen.getByRole("tab", { name: "Second" }));
  await userEvent.click(screen.getByRole("tab", { name: "First" }));
  expect(screen.getByLabelText("name")).toHaveValue("Ann");
});
