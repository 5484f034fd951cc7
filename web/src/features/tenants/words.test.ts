import { expect, it } from "vitest";
import { slugOf } from "./words";

it.each([
  ["Ann's Salon", "anns-salon"],
  ["  Café Müller & Söhne ", "cafe-muller-sohne"],
  ["מוסך", ""],
  [`${"a".repeat(62)} b`, "a".repeat(62)],
])("makes of %s the subdomain %s", (name, slug) => expect(slugOf(name)).toBe(slug));
