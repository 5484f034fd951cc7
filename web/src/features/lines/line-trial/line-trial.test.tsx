import { screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import type { Line } from "@/features/lines/queries";
import { serving, show } from "@/test/show";
import { LineTrial } from "./line-trial";

afterEach(() => vi.unstubAllGlobals());

it("says what would happen, and what to do where a check failed", async () => {
  const checks = [
    { name: "number", passed: true, detail: "It has one." },
    { name: "answer", passed: false, detail: "No version is published.", todo: "Publish one." },
  ];
  const trial = {
    at: "",
    ready: false,
    would: "fallback",
    summary: "The caller may leave a message.",
    open_now: true,
    checks,
  };
  vi.stubGlobal("fetch", serving({ "POST /phone-configs/l/test": trial }));
  await show(<LineTrial line={{ id: "l", phone_number: "+19185550101" } as Line} close={vi.fn()} />);
  expect(await screen.findByText("The caller may leave a message.")).toBeVisible();
  expect(screen.getByText("Publish one.")).toBeVisible();
  expect(screen.getByLabelText("Failed")).toBeVisible();
});
