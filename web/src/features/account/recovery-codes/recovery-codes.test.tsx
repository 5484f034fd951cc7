import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { RecoveryCodes } from "./recovery-codes";

it("shows the codes, and puts them alone on paper", async () => {
  const print = vi.spyOn(window, "print").mockImplementation(() => {});
  const close = vi.fn();
  const { container } = render(
    <RecoveryCodes codes={["ABCD-EFGH", "IJKL-MNOP"]} email="ann@example.com" close={close} />,
  );
  expect(
    within(container)
      .getAllByRole("listitem")
      .map((li) => li.textContent),
  ).toEqual(["ABCD-EFGH", "IJKL-MNOP"]);
  await userEvent.click(screen.getByRole("button", { name: "Print" }));
  expect(print).toHaveBeenCalledOnce();
  const paper = document.querySelector("[data-print-alone]");
  expect(paper).toHaveTextContent("Trunkline recovery codes of ann@example.com");
  expect(paper).toHaveTextContent("IJKL-MNOP");
  await userEvent.click(screen.getByRole("button", { name: "I have kept them" }));
  expect(close).toHaveBeenCalledOnce();
});
