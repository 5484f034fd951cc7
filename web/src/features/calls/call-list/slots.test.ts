import { expect, it } from "vitest";
import { Slots } from "./slots";

it("leaves whoever stays where they are", () => {
  const slots = new Slots();
  expect(slots.seat(["a", "b", "c"], null)).toEqual([0, 1, 2]);
  expect(slots.seat(["b", "c", "d"], null)).toEqual([1, 2, 3]);
  expect(slots.seat(["b", "c", "d"], null)).toEqual([1, 2, 3]);
  expect(slots.seat(["a", "b", "c"], null)).toEqual([4, 1, 2]);
});

it("uses rows again where calls fly past, and leaves the one with the focus alone", () => {
  const slots = new Slots();
  expect(slots.seat(["a", "b", "c"], null)).toEqual([0, 1, 2]);
  expect(slots.seat(["x", "y", "z"], null)).toEqual([0, 1, 2]);
  expect(slots.seat(["y", "k", "l", "m", "n"], "y")).toEqual([1, 0, 2, 3, 4]);
  expect(slots.seat(["y", "k", "l", "m", "n"], "y")).toEqual([1, 0, 2, 3, 4]);
});
