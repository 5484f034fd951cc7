import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { show } from "@/test/show";
import { aQuestion } from "../fixture";
import { QuestionDialog } from "./question-form";

afterEach(() => vi.unstubAllGlobals());

it("takes what another one saved, when told to", async () => {
  let reads = 0;
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method !== "GET") return Response.json({}, { status: 412 });
    reads += 1;
    const answer = reads === 1 ? aQuestion.answer : "On the street.";
    return Response.json({ ...aQuestion, answer }, { headers: { ETag: `"${reads}"` } });
  });
  await show(<QuestionDialog id="q" last={1} close={vi.fn()} />);
  await userEvent.type(await screen.findByLabelText("Answer"), " Free.");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("Behind the house. Free.", { selector: "span" })).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Take what is saved" }));
  expect(screen.getByLabelText("Answer")).toHaveValue("On the street.");
});

it("asks for both, and puts the server's words beside the field", async () => {
  const error = { pointer: "/answer", code: "too_long", detail: "at most 2000" };
  vi.stubGlobal("fetch", async () => Response.json({ errors: [error] }, { status: 422 }));
  await show(<QuestionDialog id={null} last={0} close={vi.fn()} />);
  await userEvent.type(screen.getByLabelText("Question"), "Open?");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("What do callers hear?")).toBeVisible();
  await userEvent.type(screen.getByLabelText("Answer"), "Yes.");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("at most 2000")).toBeVisible();
});
