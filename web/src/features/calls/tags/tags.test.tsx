import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { Toaster } from "@/components/ui/toast/toast";
import { serving, show } from "@/test/show";
import { Tags } from "./tags";

afterEach(() => vi.unstubAllGlobals());

function line(role: string, status = 200) {
  const sent: string[][] = [];
  const answer = serving({ "GET /me": { role }, "GET /tags": { data: [{ tag: "VIP", calls: 3 }] } });
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method !== "PUT") return answer(request);
    const body = await request.json();
    sent.push(body.tags);
    return status === 200 ? Response.json(body) : Response.json({ detail: "Too many." }, { status });
  });
  return sent;
}

it("adds a tag once, whatever its case, and takes one away", async () => {
  const sent = line("user");
  await show(<Tags callId="c1" tags={["Estimate"]} />);
  const field = await screen.findByRole("combobox", { name: "New tag" });
  await userEvent.type(field, " ESTIMATE {Enter}");
  expect(sent).toEqual([]);
  await userEvent.type(field, " VIP {Enter}");
  await vi.waitFor(() => expect(sent).toEqual([["Estimate", "VIP"]]));
  await userEvent.click(screen.getByRole("button", { name: "Take the tag Estimate away" }));
  await vi.waitFor(() => expect(sent[1]).toEqual([]));
});

it("says so when a change was refused", async () => {
  line("user", 422);
  await show(
    <>
      <Tags callId="c1" tags={[]} />
      <Toaster />
    </>,
  );
  await userEvent.type(await screen.findByRole("combobox", { name: "New tag" }), "x{Enter}");
  expect(await screen.findByText(/The tags were not changed. Too many./)).toBeVisible();
});

it("leads to the calls of a tag", async () => {
  line("viewer");
  await show(<Tags callId="c1" tags={["Estimate"]} />);
  expect(screen.getByRole("link", { name: "Estimate" })).toHaveAttribute("href", "/calls?tag=Estimate");
  expect(screen.queryByRole("button")).toBeNull();
});
