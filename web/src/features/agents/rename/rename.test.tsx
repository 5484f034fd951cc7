import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { show } from "@/test/show";
import { anAgent } from "../fixture";
import { Rename } from "./rename";

afterEach(() => vi.unstubAllGlobals());

it("shows another one's name beside what was typed, and saves over it when told to", async () => {
  const tags: (string | null)[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method === "GET")
      return Response.json({ ...anAgent, name: "Reception" }, { headers: { ETag: '"2"' } });
    tags.push(request.headers.get("If-Match"));
    return tags.length === 1 ? Response.json({}, { status: 412 }) : Response.json(anAgent);
  });
  const close = vi.fn();
  await show(<Rename agent={anAgent} etag={'"1"'} close={close} />);
  await userEvent.type(screen.getByLabelText("Name"), " two");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("Reception")).toBeVisible();
  expect(screen.getByLabelText("Name")).toHaveValue("Front desk two");
  await userEvent.click(screen.getByRole("button", { name: "Save mine over it" }));
  await vi.waitFor(() => expect(close).toHaveBeenCalled());
  expect(tags).toEqual(['"1"', '"2"']);
});
