import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { show } from "@/test/show";
import { aService } from "../fixture";
import { ServiceDialog } from "./service-form";

afterEach(() => vi.unstubAllGlobals());

const props = { currency: "USD", others: ["Checkup"], last: 4 };

it("sends a price in minor units, and none where it depends", async () => {
  const sent: unknown[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    sent.push(await request.json());
    return Response.json(aService, { status: 201 });
  });
  const close = vi.fn();
  await show(<ServiceDialog {...props} id={null} close={close} />);
  await userEvent.type(screen.getByLabelText("Name"), "Filling");
  await userEvent.type(screen.getByLabelText("Price (USD)"), "free");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("This is no amount, such as 129.00.")).toBeVisible();
  await userEvent.clear(screen.getByLabelText("Price (USD)"));
  await userEvent.type(screen.getByLabelText("Price (USD)"), "129.5");
  await userEvent.click(screen.getByLabelText("Checkup"));
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await vi.waitFor(() => expect(close).toHaveBeenCalled());
  expect(sent).toEqual([
    expect.objectContaining({ name: "Filling", price_minor: 12_950, upsells: ["Checkup"], position: 4 }),
  ]);
});

it("shows what another one saved meanwhile, keeps what was typed, and takes either", async () => {
  let price = 110_000;
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method === "GET")
      return Response.json({ ...aService, price_minor: price }, { headers: { ETag: `"${price}"` } });
    if (request.headers.get("If-Match") === '"110000"') {
      price = 99_000;
      return Response.json({}, { status: 412 });
    }
    return Response.json(aService);
  });
  const close = vi.fn();
  await show(<ServiceDialog {...props} id="s" close={close} />);
  const field = await screen.findByLabelText("Price (USD)");
  await userEvent.clear(field);
  await userEvent.type(field, "1200");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  const conflict = await screen.findByText("Somebody else changed this since you opened it");
  const box = within(conflict.parentElement as HTMLElement);
  expect(box.getByText("990.00")).toBeVisible();
  expect(box.getByText("1200")).toBeVisible();
  expect(field).toHaveValue("1200");
  await userEvent.click(box.getByRole("button", { name: "Save mine over it" }));
  await vi.waitFor(() => expect(close).toHaveBeenCalled());
});
