import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { show } from "@/test/show";
import { BuyNumber } from "./buy-number";

afterEach(() => vi.unstubAllGlobals());

it("asks the carrier for what is wanted, and hands on what is chosen", async () => {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    asked.push(new URL(request.url).search);
    const one = { phone_number: "+19185550142", locality: "Tulsa", voice: true, sms: false };
    return Response.json({ data: [one], has_more: false });
  });
  const choose = vi.fn();
  await show(<BuyNumber choose={choose} close={vi.fn()} />);
  await userEvent.type(screen.getByLabelText("Area code"), "918{Enter}");
  await userEvent.click(await screen.findByRole("button", { name: "Choose (918) 555-0142" }));
  expect(asked).toEqual(["?country=US&area_code=918"]);
  expect(choose).toHaveBeenCalledWith("+19185550142");
  expect(screen.getByText("No texts")).toBeVisible();
});

it("says why there are none", async () => {
  const detail = "This server has no account at a carrier.";
  vi.stubGlobal("fetch", async () => Response.json({ detail }, { status: 409 }));
  await show(<BuyNumber choose={vi.fn()} close={vi.fn()} />);
  await userEvent.click(screen.getByRole("button", { name: "Search" }));
  expect(await screen.findByText(detail)).toBeVisible();
});
