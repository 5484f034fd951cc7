import { renderHook } from "@testing-library/react";
import { expect, it } from "vitest";
import { accentOf, contrast, logoOf, shades, useAccent } from "./branding";

const OWN = `/api/v1/branding/logo/${"a".repeat(64)}`;

it("takes a logo from https or from what was uploaded, and from nowhere else", () => {
  expect(logoOf({ logo_url: "https://example.com/l.png" })).toBe("https://example.com/l.png");
  expect(logoOf({ logo_url: OWN })).toBe(OWN);
  for (const logo_url of [
    "javascript:alert(1)",
    `${OWN}/../../me`,
    "/api/v1/me",
    "http://example.com/l.png",
    7,
  ])
    expect(logoOf({ logo_url })).toBeNull();
  expect(logoOf(null)).toBeNull();
});

it("takes a colour of six digits alone", () => {
  expect(accentOf({ accent_color: "#AABBCC" })).toBe("#aabbcc");
  for (const accent_color of ["red", "#abc", "#aabbcc;color:red", null])
    expect(accentOf({ accent_color })).toBeNull();
});

it("can be read whatever the colour is", () => {
  for (let n = 0; n < 512; n += 1) {
    const part = (at: number) => (((n >> at) & 7) * 36).toString(16).padStart(2, "0");
    const hex = `#${part(0)}${part(3)}${part(6)}`;
    for (const [theme, page, on, faint] of [
      ["light", "#f7f8f8", "#ffffff", "#566463"],
      ["dark", "#0d1413", "#06201d", "#9fb0ae"],
    ] as const) {
      const { accent, soft } = shades(hex, theme);
      for (const [one, other] of [
        [accent, page],
        [accent, on],
        [accent, soft],
        [faint, soft],
      ] as const)
        expect(contrast(one, other), `${hex} ${theme} ${one} on ${other}`).toBeGreaterThanOrEqual(4.5);
    }
  }
});

it("leaves a colour alone that can be read as it is", () => {
  expect(shades("#0f766e", "light").accent).toBe("#0f766e");
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21);
});

it("paints the page while it is shown", () => {
  const root = document.documentElement.style;
  const { unmount } = renderHook(() => useAccent({ accent_color: "#7c3aed" }));
  expect(root.getPropertyValue("--own-accent-light")).toMatch(/^#[0-9a-f]{6}$/);
  unmount();
  expect(root.getPropertyValue("--own-accent-light")).toBe("");
});
