import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
import { Appointments } from "./appointments";

afterEach(() => vi.unstubAllGlobals());

const booked = {
  id: "a",
  starts_at: "2026-11-24T21:00:00Z",
  ends_at: "2026-11-24T21:45:00Z",
  customer_name: "Sarah Miller",
  phone: "+19185550142",
  service_id: "s",
  service_name: "Cleaning",
  status: "booked",
};

it("cancels after asking, and keeps it open when the server refuses", async () => {
  vi.stubGlobal(
    "fetch",
    serving({
      "GET /me": { role: "user" },
      "GET /settings": { timezone: "UTC" },
      "GET /appointments": { data: [booked], has_more: false },
      "DELETE /appointments/a": Response.json({ detail: "It is over already." }, { status: 409 }),
    }),
  );
  await show(<Appointments />);
  await userEvent.click(await screen.findByRole("button", { name: "Cancel" }));
  await userEvent.click(screen.getByRole("button", { name: "Cancel the appointment" }));
  expect(await screen.findByText("It is over already.")).toBeVisible();
});
