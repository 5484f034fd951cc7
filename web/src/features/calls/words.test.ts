import { expect, it } from "vitest";
import { isLive, modeName, sentence, statusTone } from "./words";

it("reads stored words, and shows unknown ones as they are", () => {
  expect(sentence("caller_hung_up")).toBe("Caller hung up");
  expect(modeName("ai-voice")).toBe("Agent");
  expect(modeName("carrier-pigeon")).toBe("carrier-pigeon");
  expect(isLive("in-progress")).toBe(true);
  expect(statusTone("failed")).toBe("bad");
});
