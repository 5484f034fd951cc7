import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { show } from "@/test/show";
import { Domains } from "./domains";

afterEach(() => vi.unstubAllGlobals());

it("gives a domain and takes it away, after a question", async () => {
  let hosts: string[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const path = decodeURIComponent(new URL(request.url).pathname);
    if (request.method === "POST") {
      const { host } = await request.json();
      if (!host.includes(".")) {
        const fault = { pointer: "/host", code: "format", detail: "Not a domain." };
        return Response.json({ errors: [fault] }, { status: 422 });
      }
      hosts.push(host);
      return Response.json({}, { status: 201 });
    }
    if (request.method === "DELETE") {
      hosts = hosts.filter((host) => !path.endsWith(`/${host}`));
      return new Response(null, { status: 204 });
    }
    return Response.json({ data: hosts.map((host) => ({ host, created_at: "", verified_at: "x" })) });
  });
  await show(<Domains tenantId="t" />);
  const field = await screen.findByLabelText("Another domain");
  await userEvent.type(field, "nonsense{Enter}");
  expect(await screen.findByText("Not a domain.")).toBeVisible();
  await userEvent.clear(field);
  await userEvent.type(field, "calls.ann.example{Enter}");
  await userEvent.click(await screen.findByRole("button", { name: "Remove calls.ann.example" }));
  expect(hosts).toEqual(["calls.ann.example"]);
  await userEvent.click(screen.getByRole("button", { name: "Remove the domain" }));
  expect(await screen.findByText(/None of its own yet/)).toBeVisible();
  expect(hosts).toEqual([]);
});
