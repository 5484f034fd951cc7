import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { forgetToasts, Toaster } from "@/components/ui/toast/toast";
import { show } from "@/test/show";
import { HoursEditor } from "./hours-editor";

afterEach(() => {
  vi.unstubAllGlobals();
  forgetToasts();
});

const nine = [{ opens: "09:00", closes: "17:00" }];
const saved = { timezone: "UTC", monday: nine, is_open: false, at: "2026-11-22T12:00:00Z" };

function server(patched: () => Response, again: object = saved) {
  const sent: { tag: string | null; body: unknown }[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method === "PATCH") {
      sent.push({ tag: request.headers.get("If-Match"), body: await request.json() });
      return patched();
    }
    const now = sent.length > 0 ? again : saved;
    return Response.json(now, { headers: { ETag: sent.length > 0 ? '"2"' : '"1"' } });
  });
  return sent;
}

const withNews = (
  <>
    <HoursEditor allowed />
    <Toaster />
  </>
);

it("copies a day to others by key and sends what differs with the tag", async () => {
  const sent = server(() => Response.json({ ...saved, tuesday: nine }, { headers: { ETag: '"2"' } }));
  await show(<HoursEditor allowed />);
  (await screen.findByRole("button", { name: /Copy Monday/ })).focus();
  await userEvent.keyboard("{Enter}");
  await userEvent.click(await screen.findByRole("menuitem", { name: "Tuesday" }));
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(sent).toEqual([{ tag: '"1"', body: { tuesday: nine } }]));
  await waitFor(() => expect(screen.getByRole("button", { name: "Save" })).toBeDisabled());
});

it("shows what somebody else saved beside what was typed, and can save over it", async () => {
  let answers = 0;
  const theirs = { ...saved, sunday: nine };
  const sent = server(() => {
    answers += 1;
    return answers === 1
      ? Response.json({ code: "precondition_failed" }, { status: 412 })
      : Response.json({ ...theirs, monday: [] }, { headers: { ETag: '"3"' } });
  }, theirs);
  await show(<HoursEditor allowed />);
  await userEvent.click(await screen.findByRole("switch", { name: /Monday/ }));
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  const clash = await screen.findByText(/Somebody else changed this/);
  const box = within(clash.parentElement as HTMLElement);
  expect(box.getByText("Sunday")).toBeVisible();
  expect(screen.getByRole("switch", { name: /Monday/ })).toBeChecked();
  await userEvent.click(box.getByRole("button", { name: "Save mine over it" }));
  await waitFor(() => expect(sent.map((s) => s.tag)).toEqual(['"1"', '"2"']));
});

it("takes a saved change back, and leaves what was typed since", async () => {
  let now: object = saved;
  const sent: { tag: string | null; body: unknown }[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method === "PATCH") {
      const body = await request.json();
      sent.push({ tag: request.headers.get("If-Match"), body });
      now = { ...now, ...body };
    }
    return Response.json(now, { headers: { ETag: `"${sent.length + 1}"` } });
  });
  await show(withNews);
  await userEvent.click(await screen.findByRole("switch", { name: /Monday/ }));
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  const undo = await screen.findByRole("button", { name: "Undo" });
  await userEvent.click(screen.getByRole("switch", { name: /Sunday/ }));
  await userEvent.click(undo);
  // The switches say "Closed".
  await waitFor(() => expect(screen.getByRole("switch", { name: /Monday/ })).not.toBeChecked());
  expect(screen.getByRole("switch", { name: /Sunday/ })).not.toBeChecked();
  expect(screen.getByRole("button", { name: "Save" })).toBeEnabled();
  expect(sent).toEqual([
    { tag: '"1"', body: { monday: [] } },
    { tag: '"2"', body: { monday: nine } },
  ]);
});

it("takes back what somebody else saved over it to theirs, and says why it cannot", async () => {
  let n = 0;
  const theirs = { ...saved, tuesday: nine };
  const sent = server(() => {
    n += 1;
    return n === 2
      ? Response.json({ ...theirs, monday: [] }, { headers: { ETag: '"3"' } })
      : Response.json({ code: "precondition_failed", detail: "Changed since." }, { status: 412 });
  }, theirs);
  await show(withNews);
  await userEvent.click(await screen.findByRole("switch", { name: /Monday/ }));
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await userEvent.click(await screen.findByRole("button", { name: "Save mine over it" }));
  await userEvent.click(await screen.findByRole("button", { name: "Undo" }));
  expect(
    await screen.findByText(/It was not taken back\./, { selector: ":not([role=status])" }),
  ).toBeVisible();
  expect(sent.at(-1)).toEqual({ tag: '"3"', body: { monday: nine } });
});

it("does not send what is wrong", async () => {
  const sent = server(() => Response.json(saved));
  await show(<HoursEditor allowed />);
  const closes = await screen.findByLabelText("Monday, span 1, closes");
  await userEvent.clear(closes);
  await userEvent.type(closes, "08:00");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(screen.getByText(/Some days are not right/)).toBeVisible();
  expect(sent).toEqual([]);
});

it("lets a viewer only look", async () => {
  server(() => Response.json(saved));
  await show(<HoursEditor allowed={false} />);
  expect(await screen.findByLabelText("Monday, span 1, opens")).toBeDisabled();
  expect(screen.queryByRole("button", { name: "Save" })).toBeNull();
});
