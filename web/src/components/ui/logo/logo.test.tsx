import { fireEvent, render } from "@testing-library/react";
import { expect, it } from "vitest";
import { Logo } from "./logo";

const picture = (own: string | null) =>
  render(<Logo own={own} />).container.querySelector("img") as HTMLImageElement;

it("is the tenant's own, and ours where there is none or it is no picture", () => {
  expect(picture(null).src).toContain("/icon.svg");
  const own = picture("https://example.com/l.png");
  expect(own.src).toBe("https://example.com/l.png");
  fireEvent.error(own);
  expect(own.src).toContain("/icon.svg");
});
