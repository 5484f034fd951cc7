import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { Toaster } from "@/components/ui/toast/toast";
import { saved } from "@/test/saved";
import { show } from "@/test/show";
import { CsvButton } from "./csv-button";

afterEach(() => vi.unstubAllGlobals());

it("exports what the list shows, in its order", async () => {
  const files = saved();
  const asked: URLSearchParams[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    asked.push(new URL(request.url).searchParams);
    return new Response("id\r\n1\r\n", { headers: { "Content-Type": "text/csv" } });
  });
  await show(<CsvButton filters={{ status: "busy", sort: "-duration_ms", q: "x" }} zone="UTC" />);
  await userEvent.click(screen.getByRole("button", { name: "CSV" }));
  await vi.waitFor(() => expect(files).toHaveLength(1));
  expect(Object.fromEntries(asked[0] ?? [])).toEqual({ status: "busy", sort: "-duration_ms" });
  expect(files[0]?.name).toMatch(/^calls-\d{4}-\d{2}-\d{2}\.csv$/);
  expect(files[0]?.file.size).toBe(7);
});

it("says why there is none", async () => {
  vi.stubGlobal("fetch", async () => Response.json({ detail: "Not now." }, { status: 503 }));
  await show(
    <>
      <CsvButton filters={{}} zone="UTC" />
      <Toaster />
    </>,
  );
  await userEvent.click(screen.getByRole("button", { name: "CSV" }));
  expect(await screen.findByText("Not exported. Not now.")).toBeVisible();
});
