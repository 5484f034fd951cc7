import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { Toaster } from "@/components/ui/toast/toast";
import type { Settings } from "@/features/settings/queries";
import { useSettings } from "@/features/settings/use-settings";
import { show } from "@/test/show";
import { CompanyForm } from "./company-form";

afterEach(() => vi.unstubAllGlobals());

const saved = {
  company_name: "Bright Smile",
  timezone: "America/Chicago",
  retention: { audio_days: 90, transcript_days: 365, call_days: 730 },
} as Settings;

function Page({ allowed = true }: { allowed?: boolean }) {
  return <CompanyForm edit={useSettings({ data: saved, etag: '"1"' }, allowed)} />;
}

it("sends the tag and what is typed, empty fields as nothing", async () => {
  const sent: Request[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    sent.push(request.clone());
    return Response.json({ ...saved, city: "Tulsa" }, { headers: { ETag: '"2"' } });
  });
  await show(<Page />);
  await userEvent.type(screen.getByLabelText("City"), "Tulsa");
  await userEvent.type(screen.getByLabelText("Phone"), "(918) 555-0199");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]?.headers.get("If-Match")).toBe('"1"');
  expect(await sent[0]?.json()).toMatchObject({
    city: "Tulsa",
    contact_phone: "+19185550199",
    address: null,
  });
});

it("takes a saved change back, and leaves what was typed since", async () => {
  const sent: unknown[] = [];
  let now = saved;
  vi.stubGlobal("fetch", async (request: Request) => {
    const body = await request.json();
    sent.push(body);
    now = { ...now, ...body };
    return Response.json(now, { headers: { ETag: `"${sent.length + 1}"` } });
  });
  await show(
    <>
      <Page />
      <Toaster />
    </>,
  );
  await userEvent.type(screen.getByLabelText("City"), "Tulsa");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  const undo = await screen.findByRole("button", { name: "Undo" });
  await userEvent.type(screen.getByLabelText("Trade"), "Dentist");
  await userEvent.click(undo);
  await waitFor(() => expect(screen.getByLabelText("City")).toHaveValue(""));
  expect(screen.getByLabelText("Trade")).toHaveValue("Dentist");
  expect(sent).toMatchObject([{ city: "Tulsa" }, { city: null, industry: null }]);
});

it("puts the server's words beside the field", async () => {
  const errors = [
    { pointer: "/retention/audio_days", code: "range", detail: "1 to 3650 days." },
    { pointer: "/contact_email", code: "format", detail: "This is no address." },
  ];
  vi.stubGlobal("fetch", async () => Response.json({ errors }, { status: 422 }));
  await show(<Page />);
  await userEvent.type(screen.getByLabelText("E-mail"), "x");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("This is no address.")).toBeVisible();
  expect(screen.getByText("1 to 3650 days.")).toBeVisible();
  expect(screen.getByLabelText("E-mail")).toHaveValue("x");
});

it("lets who may not change it only look", async () => {
  await show(<Page allowed={false} />);
  expect(screen.getByLabelText("Company name")).toBeDisabled();
  expect(screen.queryByRole("button", { name: "Save" })).toBeNull();
});
