import { expect, it } from "vitest";
import { minorOf, money, typedMoney } from "./money";

it("shows minor units as money", () => {
  expect(money(12_900, "USD")).toBe("$129.00");
  expect(money(12_900, "JPY")).toContain("12,900");
  expect(typedMoney(12_950, "USD")).toBe("129.50");
  expect(typedMoney(12_950, "JPY")).toBe("12950");
});

it.each([
  ["129", 12_900],
  ["129.5", 12_950],
  ["129,50", 12_950],
  ["1,290.00", 129_000],
  ["1.290,00", 129_000],
  ["1 290", 129_000],
  ["1,290", 129_000],
  ["0", 0],
  ["0.29", 29],
])("reads %s", (typed, minor) => expect(minorOf(typed, "USD")).toBe(minor));

it.each(["", "free", "-5", "12.345.6", "1.999.99.9", "$5"])("does not take %s for an amount", (typed) =>
  expect(minorOf(typed, "USD")).toBeNull(),
);

it("knows currencies without minor units", () => {
  expect(minorOf("1290", "JPY")).toBe(1290);
  expect(minorOf("12.90", "JPY")).toBeNull();
});
