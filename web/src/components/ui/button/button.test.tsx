import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { Button } from "./button";

it("is a button that does not send a form unless told to", () => {
  render(<Button>Go</Button>);
  expect(screen.getByRole("button", { name: "Go" })).toHaveAttribute("type", "button");
});

it("cannot be pressed twice while busy", async () => {
  const press = vi.fn();
  render(
    <Button busy onClick={press}>
      Save
    </Button>,
  );
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(press).not.toHaveBeenCalled();
});
