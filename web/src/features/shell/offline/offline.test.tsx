import { act, render, screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { Offline } from "./offline";

it("tells when the connection goes, and when it is back", () => {
  const online = vi.spyOn(navigator, "onLine", "get").mockReturnValue(true);
  render(<Offline />);
  expect(screen.getByRole("status")).toBeEmptyDOMElement();
  online.mockReturnValue(false);
  act(() => void window.dispatchEvent(new Event("offline")));
  expect(screen.getByRole("status")).toHaveTextContent("No connection");
  online.mockReturnValue(true);
  act(() => void window.dispatchEvent(new Event("online")));
  expect(screen.getByRole("status")).toBeEmptyDOMElement();
});
