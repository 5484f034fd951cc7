import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { ProblemList } from "./problem-list";

it("counts what has to be mended and leads to it", async () => {
  const choose = vi.fn();
  const list = [
    { level: "error" as const, menu: "a", at: 1, text: "Key 1 is there twice." },
    { level: "note" as const, menu: "b", at: null, text: "Nobody hears B yet." },
  ];
  render(<ProblemList list={list} choose={choose} />);
  expect(screen.getByText(/One thing has to be mended/)).toBeVisible();
  await userEvent.click(screen.getByText("Key 1 is there twice."));
  expect(choose).toHaveBeenCalledWith(list[0]);
});
