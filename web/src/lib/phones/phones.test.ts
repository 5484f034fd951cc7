import { expect, it } from "vitest";
import { e164, phone, phonesIn } from "./phones";

it("writes North American numbers as people do, and leaves others", () => {
  expect(phone("+19185550142")).toBe("(918) 555-0142");
  expect(phone("+4930123456")).toBe("+4930123456");
  expect(phone(null)).toBe("Unknown number");
});

it("writes the numbers of a sentence so, too", () => {
  expect(phonesIn("Rings +19185550199 for 20 s, then +4930123456.")).toBe(
    "Rings (918) 555-0199 for 20 s, then +4930123456.",
  );
});

it("reads what people type", () => {
  expect(e164("(918) 555-0142")).toBe("+19185550142");
  expect(e164("+49 30 123456")).toBe("+4930123456");
});
