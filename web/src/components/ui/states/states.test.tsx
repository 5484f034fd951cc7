import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Phone } from "lucide-react";
import { expect, it, vi } from "vitest";
import { ProblemError } from "@/api/problem/problem";
import { Empty, Failure, FormProblem, NoAccess, Waiting } from "./states";

it("tells the fault, the request, and tries again", async () => {
  const retry = vi.fn();
  const fault = new ProblemError(
    { detail: "Not at the moment.", request_id: "r9" },
    new Response(null, { status: 503 }),
  );
  render(<Failure error={fault} retry={retry} />);
  expect(screen.getByRole("alert")).toHaveTextContent("Not at the moment.");
  expect(screen.getByRole("alert")).toHaveTextContent("Request r9");
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(retry).toHaveBeenCalledOnce();
});

it("says that it waits, that there is nothing, and what is wrong with a form", () => {
  render(
    <>
      <Waiting what="Loading calls" />
      <Empty icon={Phone} title="No calls yet" />
      <FormProblem>Too often</FormProblem>
    </>,
  );
  expect(screen.getByRole("status")).toHaveTextContent("Loading calls");
  expect(screen.getByText("No calls yet")).toBeVisible();
  expect(screen.getByRole("alert")).toHaveTextContent("Too often");
});

it("says why something is not open, and who can help", () => {
  render(<NoAccess>Ask an administrator.</NoAccess>);
  expect(screen.getByText("This is not open to you")).toBeVisible();
  expect(screen.getByText("Ask an administrator.")).toBeVisible();
});
