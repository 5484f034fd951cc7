import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { show } from "@/test/show";
import { AppointmentList } from "./appointment-list";

const anAppointment = {
  id: "a",
  starts_at: "2026-11-24T21:00:00Z",
  ends_at: "2026-11-24T21:45:00Z",
  customer_name: "Sarah Miller",
  phone: "+19185550142",
  service_id: "s",
  service_name: "Cleaning",
  status: "booked",
  call_id: "c",
  created_at: "2026-11-20T15:00:00Z",
  updated_at: "2026-11-20T15:00:00Z",
};

it("puts each below its day in the tenant's zone, and leads to its call", async () => {
  await show(
    <AppointmentList
      appointments={[
        anAppointment,
        { ...anAppointment, id: "b", starts_at: "2026-11-25T05:30:00Z", call_id: null },
      ]}
      zone="America/Chicago"
    />,
  );
  expect(screen.getAllByRole("heading")).toHaveLength(1);
  expect(screen.getByRole("link", { name: "Call" })).toHaveAttribute("href", "/calls/c");
});
