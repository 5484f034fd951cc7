import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { show } from "@/test/show";
import { monthsBefore, Usage } from "./usage";

afterEach(() => vi.unstubAllGlobals());

it("knows the months before, over the turn of a year", () => {
  expect(monthsBefore("2026-02", 3)).toEqual(["2026-02", "2026-01", "2025-12"]);
});

it("shows a month's sums against the plan, and another month's when it is chosen", async () => {
  const months: (string | null)[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const month = new URL(request.url).searchParams.get("month");
    months.push(month);
    const sums = { billed_s: 60, texts_sent: 1, texts_received: 2, recorded_ms: 0, recorded_bytes: 0 };
    const rest = { phone_numbers: 1, people: 2, since: "", until: "" };
    const calls = { used: month ? 7 : 1234, included: 1500 };
    return Response.json({ month: month ?? "2026-11", calls, ...sums, ...rest });
  });
  await show(<Usage tenantId="t" />);
  expect(await screen.findByText("1,234")).toHaveTextContent("1,234 of 1,500");
  await userEvent.selectOptions(screen.getByLabelText("Month"), "October 2026");
  expect(await screen.findByText("7")).toBeVisible();
  expect(months).toEqual([null, "2026-10"]);
});
