import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { Qr } from "./qr";

const drawn = () => screen.getByRole("img").querySelector("path")?.getAttribute("d") ?? "";

it("draws the three corners of a code, inside its quiet zone", () => {
  render(<Qr text="otpauth://totp/Trunkline:ann@example.com?secret=GEZDGNBV" label="For the app" />);
  const size = Number(
    screen.getByRole("img", { name: "For the app" }).getAttribute("viewBox")?.split(" ")[2],
  );
  const dark = new Set(drawn().match(/M\d+ \d+/g));
  const corner = (x: number, y: number) => {
    for (let n = 0; n < 7; n += 1) {
      expect(dark.has(`M${x + n} ${y}`)).toBe(true);
      expect(dark.has(`M${x} ${y + n}`)).toBe(true);
    }
    expect(dark.has(`M${x + 1} ${y + 1}`)).toBe(false);
    expect(dark.has(`M${x + 3} ${y + 3}`)).toBe(true);
  };
  corner(4, 4);
  corner(size - 11, 4);
  corner(4, size - 11);
  expect([...dark].some((at) => /^M[0-3] | [0-3]$/.test(at))).toBe(false);
});

it("says something else for another text", () => {
  const { rerender } = render(<Qr text="one" label="code" />);
  const first = drawn();
  rerender(<Qr text="two" label="code" />);
  expect(drawn()).not.toBe(first);
});
