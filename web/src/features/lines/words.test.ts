import { expect, it } from "vitest";
import type { Line } from "./queries";
import { endingInWords, inputOf, wordsOf } from "./words";

const line = {
  phone_number: "+19185550101",
  ivr_mode: "simple",
  forward_to: "sip:desk@example.com",
  dial_timeout_s: 20,
  fallback: { kind: "message", text: "Call later." },
  overflow: null,
  record: true,
} as Partial<Line>;

it("gives back what it was given", () => {
  expect(inputOf(wordsOf(line))).toMatchObject(line);
});

it("reads numbers as people write them, and leaves SIP addresses alone", () => {
  const words = wordsOf(line);
  words.phone_number = "(918) 555-0102";
  words.fallback = { kind: "forward", to: "918 555 0199", text: "left over" };
  words.overflow = { kind: "forward", to: "sip:x@y", text: "" };
  expect(inputOf(words)).toMatchObject({
    phone_number: "+19185550102",
    fallback: { kind: "forward", to: "+19185550199" },
    overflow: { kind: "forward", to: "sip:x@y" },
  });
});

it("says what a caller gets", () => {
  expect(endingInWords({ kind: "forward", to: "+19185550199" })).toBe("forwarded to (918) 555-0199");
  expect(endingInWords({ kind: "voicemail" })).toBe("may leave a message");
});
