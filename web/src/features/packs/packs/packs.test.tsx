import { screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
import { aPack } from "../fixture";
import { Packs } from "./packs";

afterEach(() => vi.unstubAllGlobals());

it("tells which packs one has, and which of them are old", async () => {
  const data = [
    aPack,
    { ...aPack, key: "b", name: "Cleaning", applied_version: 2, applied_at: "2026-11-20T15:00:00Z" },
    { ...aPack, key: "c", name: "HVAC", applied_version: 1 },
  ];
  vi.stubGlobal("fetch", serving({ "GET /industry-packs": { data, has_more: false } }));
  await show(<Packs />);
  const cards = (await screen.findAllByRole("listitem")).map((card) => card.textContent);
  expect(cards[0]).toContain("PlumbingNot applied");
  expect(cards[1]).toContain("Yours");
  expect(cards[2]).toContain("Version 2 is new");
});
