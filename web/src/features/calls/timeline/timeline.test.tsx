import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { Timeline } from "./timeline";

it("tells what happened, when, and with what", () => {
  const event = {
    id: "e",
    kind: "barge_in",
    media_ms: 61_000,
    payload: { kind: "barge_in", words: 3, failure: { code: "timed_out", stage: "asr" } },
    created_at: "2026-11-20T15:00:00Z",
  };
  render(<Timeline events={[event]} zone="UTC" />);
  const item = screen.getByRole("listitem");
  expect(item).toHaveTextContent("Barge in");
  expect(item).toHaveTextContent("1:01 into the call");
  expect(item).toHaveTextContent("Words:3");
  expect(item).toHaveTextContent("Failure:code timed_out, stage asr");
});
