import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
import { person } from "../fixture";
import { PerformanceDialog } from "./performance";

afterEach(() => vi.unstubAllGlobals());

const answer = (over: object) => ({
  user_id: "uma",
  since: "2026-10-23T15:00:00Z",
  active_days: 4,
  times: 16,
  last_at: "2026-11-22T15:00:00Z",
  kinds: [
    {
      object_kind: "call",
      objects: 5,
      times: 12,
      actions: [
        { action: "call.note_added", times: 7 },
        { action: "call.tagged", times: 5 },
      ],
    },
    {
      object_kind: "contact",
      objects: 2,
      times: 2,
      actions: [{ action: "contact.created", times: 2 }],
    },
    {
      object_kind: "business_hours",
      objects: 0,
      times: 2,
      actions: [{ action: "business_hours.edited", times: 2 }],
    },
  ],
  ...over,
});
const dialog = () => <PerformanceDialog person={person("uma", "user")} zone="UTC" close={() => undefined} />;

it("tells what somebody did, to how many things, and leads to each deed", async () => {
  vi.stubGlobal("fetch", serving({ "GET /users/uma/performance": answer({}) }));
  await show(dialog());
  expect(await screen.findByText("Days active")).toBeVisible();
  const [calls, contacts, hours] = within(
    screen.getByRole("list", { name: "By what it was done to" }),
  ).getAllByRole("listitem");
  expect(calls).toHaveTextContent("Call12, 5 different onesnote added 7 · tagged 5");
  expect(contacts).toHaveTextContent("Contact2created 2");
  expect(hours).toHaveTextContent("Business hours2edited 2");
  expect(within(calls as HTMLElement).getByRole("link", { name: "Call" })).toHaveAttribute(
    "href",
    "/audit?actor=uma&kind=call&since=2026-10-23",
  );
});

it("asks for another time, and says when nothing was done in it", async () => {
  const asked: (string | null)[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const days = new URL(request.url).searchParams.get("days");
    asked.push(days);
    return Response.json(answer(days === "7" ? { times: 0, active_days: 0, last_at: null, kinds: [] } : {}));
  });
  await show(dialog());
  await screen.findByText("Days active");
  await userEvent.selectOptions(screen.getByLabelText("In the last"), "7 days");
  expect(await screen.findByText("Nothing in this time")).toBeVisible();
  expect(asked).toEqual(["30", "7"]);
});

it("offers another try", async () => {
  let fails = true;
  vi.stubGlobal("fetch", async () =>
    fails ? Response.json({ detail: "Not now." }, { status: 422 }) : Response.json(answer({})),
  );
  await show(dialog());
  const again = await screen.findByRole("button", { name: /again/i });
  fails = false;
  await userEvent.click(again);
  expect(await screen.findByText("Days active")).toBeVisible();
});
