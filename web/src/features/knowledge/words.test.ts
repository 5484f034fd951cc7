import { expect, it } from "vitest";
import { listed, minutes, moved } from "./words";

it("says lengths as people do", () => {
  expect([45, 60, 90, 1440].map(minutes)).toEqual(["45 min", "1 h", "1 h 30 min", "24 h"]);
});

it("reads lists by line, comma or semicolon", () => {
  expect(listed(" a, b\n\nb; c ")).toEqual(["a", "b", "c"]);
});

it("changes no more places than it must", () => {
  const rows = ["a", "b", "c"].map((id, position) => ({ id, position }));
  const up = moved(rows, "c", -1);
  expect(up.rows.map((row) => row.id)).toEqual(["a", "c", "b"]);
  expect(up.changed).toEqual([
    { id: "c", position: 1 },
    { id: "b", position: 2 },
  ]);
  expect(moved(rows, "a", -1).changed).toEqual([]);
});

it("gives places to rows that had none", () => {
  const rows = ["a", "b", "c"].map((id) => ({ id, position: 0 }));
  expect(moved(rows, "a", 1).changed).toEqual([
    { id: "a", position: 1 },
    { id: "c", position: 2 },
  ]);
});
