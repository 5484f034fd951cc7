import { expect, it } from "vitest";
import { Reader } from "./events";

it("puts events together that arrive in pieces, and skips comments", () => {
  const reader = new Reader();
  expect(reader.read("event: ready\nda")).toEqual([]);
  expect(
    reader.read('ta: {}\n\n: still here\n\nevent: call.started\ndata: {"a":\ndata: 1}\n\nevent: x'),
  ).toEqual([
    { name: "ready", data: "{}" },
    { name: "call.started", data: '{"a":\n1}' },
  ]);
});
