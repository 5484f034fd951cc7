import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { ImpersonationBanner } from "./banner";

it("says whose place it is, and leaves it", async () => {
  const exit = vi.fn();
  render(<ImpersonationBanner tenant="Ann's Salon" readOnly={false} exit={exit} />);
  expect(screen.getByRole("status")).toHaveTextContent("You are viewing as Ann's Salon – Exit");
  await userEvent.click(screen.getByRole("button", { name: "Exit" }));
  expect(exit).toHaveBeenCalledOnce();
});
