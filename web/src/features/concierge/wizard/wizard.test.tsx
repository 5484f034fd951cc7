import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { drop, EMPTY, keep } from "@/features/concierge/draft";
import { show } from "@/test/show";
import { Wizard } from "./wizard";

afterEach(() => {
  drop();
  vi.unstubAllGlobals();
});

const price = { amount_minor: 49700, currency: "USD" };
const plan = {
  id: "p",
  tier: "starter",
  name: "Starter",
  version: 1,
  interval: "month",
  price,
  created_at: "",
};

/** A server that answers the set-up with `answers`, one after another; keeps what was sent. */
function server(...answers: Response[]) {
  const sent: { key: string | null; body: unknown }[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const path = new URL(request.url).pathname.replace("/api/v1", "");
    if (path === "/admin/plans") return Response.json({ data: [{ ...plan, entitlements: [] }] });
    if (path === "/admin/integrations/status") return Response.json({ data: [] });
    if (path === "/admin/industry-packs")
      return Response.json({ data: [{ key: "cleaning", name: "Cleaning" }] });
    sent.push({ key: request.headers.get("Idempotency-Key"), body: await request.json() });
    return answers.shift() ?? Response.json({}, { status: 500 });
  });
  return sent;
}

const next = (name = "Continue") => userEvent.click(screen.getByRole("button", { name }));
const step = (name: string) => screen.findByRole("heading", { level: 2, name: new RegExp(`^${name}`) });

it("walks the five steps, keeps what was typed on the way back, shows all of it and makes the tenant", async () => {
  const sent = server(Response.json({ tenant: { id: "new" } }, { status: 201 }));
  const made = vi.fn();
  await show(<Wizard made={made} />);
  await next();
  expect(await screen.findByText("Type the company’s name.")).toBeVisible();
  await userEvent.type(screen.getByLabelText("Company name"), "Ann's");
  await userEvent.type(screen.getByLabelText("City"), "Tulsa");
  await next();
  expect(await step("Plan and industry")).toHaveFocus();
  expect(await screen.findByRole("radio", { name: /Starter, \$497/ })).toBeChecked();
  await next("Back");
  expect(await screen.findByLabelText("City")).toHaveValue("Tulsa");
  await next();
  await step("Plan and industry");
  await next();
  await userEvent.type(await screen.findByLabelText("Phone number"), "918 555 0160");
  await next();
  await step("Extras");
  await next();
  await step("Review");
  for (const said of ["Ann's", "anns", "Tulsa", "918 555 0160", "AI Voice (Beta)"])
    expect(screen.getByText(said)).toBeVisible();
  await next("Create");
  await vi.waitFor(() => expect(made).toHaveBeenCalledWith("new", null));
  expect(sent).toMatchObject([
    {
      body: { phone_number: "+19185550160", tenant: { company_name: "Ann's", slug: "anns", city: "Tulsa" } },
    },
  ]);
});

it("leads to the step on which the server found a fault, and asks again with the same key where nothing changed", async () => {
  const fault = { pointer: "/phone_number", code: "duplicate", detail: "This number has a line already." };
  const sent = server(
    Response.json({ detail: "busy" }, { status: 503 }),
    Response.json({ errors: [fault] }, { status: 409 }),
  );
  keep({
    draft: { ...EMPTY, company_name: "Ann", slug: "ann", timezone: "UTC", phone_number: "+19185550160" },
    step: 4,
  });
  await show(<Wizard made={vi.fn()} />);
  await step("Review");
  await next("Create");
  expect(await screen.findByText("busy")).toBeVisible();
  await next("Create");
  expect(await screen.findByText("This number has a line already.")).toBeVisible();
  expect(screen.getByLabelText("Phone number")).toHaveValue("+19185550160");
  expect(sent).toHaveLength(2);
  expect(sent[0]?.key).toBe(sent[1]?.key);
});
