import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { Toaster } from "@/components/ui/toast/toast";
import { serving, show } from "@/test/show";
import { aService } from "../fixture";
import { Services } from "./services";

afterEach(() => vi.unstubAllGlobals());

const list = {
  "GET /knowledge/services": {
    data: [aService, { ...aService, id: "t", name: "Checkup", price_minor: null, position: 1 }],
    has_more: false,
  },
  "GET /me": { role: "admin" },
  "GET /settings": { currency: "USD" },
};

it("shows prices as money and lengths as people say them", async () => {
  vi.stubGlobal("fetch", serving(list));
  await show(<Services edits={false} />);
  expect(await screen.findByText("$1,100.00")).toBeVisible();
  expect(screen.getByText("Price depends")).toBeVisible();
  expect(screen.getAllByText("1 h 30 min")).toHaveLength(2);
  expect(screen.queryByRole("switch")).toBeNull();
});

it("takes a service off at once and brings it back when the server refuses", async () => {
  let answer: (response: Response) => void = () => {};
  vi.stubGlobal("fetch", async (request: Request) =>
    request.method === "PATCH" ? new Promise<Response>((done) => (answer = done)) : serving(list)(request),
  );
  await show(
    <>
      <Services edits />
      <Toaster />
    </>,
  );
  const book = await screen.findByRole("switch", { name: "Bookable: Crown" });
  await userEvent.click(book);
  expect(book).not.toBeChecked();
  await vi.waitFor(() => answer(Response.json({ detail: "Not now." }, { status: 403 })));
  expect(await screen.findByText(/It was not changed\. Not now\./)).toBeVisible();
  expect(book).toBeChecked();
  // What is told outlives the page.
  for (const close of screen.getAllByRole("button", { name: "Close" })) await userEvent.click(close);
});

it("deletes after the time to take it back, and says so when a booked one stays", async () => {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method !== "DELETE") return serving(list)(request);
    asked.push(new URL(request.url).pathname);
    return Response.json({ detail: "It was booked." }, { status: 409 });
  });
  await show(
    <>
      <Services edits />
      <Toaster />
    </>,
  );
  await userEvent.click(await screen.findByRole("button", { name: "What to do with Crown" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Delete" }));
  expect(screen.queryByText("Crown")).toBeNull();
  expect(asked).toEqual([]);
  await userEvent.click(await screen.findByRole("button", { name: "Close" }));
  expect(await screen.findByText(/It was not deleted\. It was booked\./)).toBeVisible();
  expect(asked).toEqual(["/api/v1/knowledge/services/s"]);
  expect(await screen.findByText("Crown")).toBeVisible();
});
