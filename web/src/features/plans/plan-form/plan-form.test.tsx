import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { show } from "@/test/show";
import { PlanForm } from "./plan-form";

afterEach(() => vi.unstubAllGlobals());

const pro = {
  id: "p",
  tier: "pro",
  name: "Pro",
  version: 1,
  interval: "month",
  price: { amount_minor: 149700, currency: "USD" },
  created_at: "2026-11-20T15:00:00Z",
  entitlements: [
    { key: "white_label", enabled: false },
    { key: "calls", limit: 1500, overage_unit_micro: 250_000 },
  ],
};

it("begins with the latest version and sends the next one whole", async () => {
  const sent: unknown[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method === "GET") return Response.json({ data: [] });
    sent.push(await request.json());
    return Response.json(pro, { status: 201 });
  });
  const close = vi.fn();
  await show(<PlanForm from={pro} close={close} />);
  const price = screen.getByLabelText("Price");
  expect(price).toHaveValue("1497.00");
  await userEvent.clear(price);
  await userEvent.type(price, "oops");
  await userEvent.click(screen.getByRole("button", { name: "Add the version" }));
  expect(await screen.findByText("Type an amount, such as 49.00.")).toBeVisible();
  await userEvent.clear(price);
  await userEvent.type(price, "1599");
  await userEvent.selectOptions(screen.getAllByLabelText("Gives")[0] as HTMLElement, "Included");
  await userEvent.clear(screen.getByLabelText("Then each, USD"));
  await userEvent.type(screen.getByLabelText("Then each, USD"), "0.3");
  await userEvent.click(screen.getByRole("button", { name: "Add the version" }));
  await vi.waitFor(() => expect(close).toHaveBeenCalledOnce());
  expect(sent).toEqual([
    {
      price_minor: 159900,
      currency: "USD",
      interval: "month",
      entitlements: [
        { key: "white_label", enabled: true },
        { key: "calls", limit: 1500, overage_unit_micro: 300_000 },
      ],
    },
  ]);
});
