import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { callKeys } from "@/features/calls/keys";
import { aCall, serving, show } from "@/test/show";
import { CallList } from "./call-list";

afterEach(() => vi.unstubAllGlobals());

const one = (id: string, from: string) => ({ ...aCall, id, from });

/** Two pages; what comes in later is before them. */
function line() {
  const asked: (string | null)[] = [];
  const fresh: object[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const url = new URL(request.url);
    if (!url.pathname.endsWith("/calls")) return Response.json({}, { status: 404 });
    const cursor = url.searchParams.get("cursor");
    asked.push(cursor);
    return cursor
      ? Response.json({ data: [one("c", "+19185550103")], has_more: false })
      : Response.json({
          data: [...fresh, one("a", "+19185550101"), one("b", "+19185550102")],
          has_more: true,
          next_cursor: "n1",
        });
  });
  return { asked, fresh };
}

it("reads the next page with the cursor as the end comes near", async () => {
  const { asked } = line();
  await show(<CallList filters={{}} zone="UTC" sort={vi.fn()} />);
  expect(await screen.findByText("(918) 555-0103")).toBeVisible();
  expect(asked).toEqual([null, "n1"]);
  expect(screen.getByRole("table", { name: "Calls" })).toHaveAttribute("aria-rowcount", "4");
  const rows = within(screen.getAllByRole("rowgroup")[1] as HTMLElement).getAllByRole("row");
  expect(rows.map((row) => row.getAttribute("aria-rowindex"))).toEqual(["2", "3", "4"]);
});

it("puts a new call on top and does not read the other pages again", async () => {
  const { asked, fresh } = line();
  const { client } = await show(<CallList filters={{}} zone="UTC" sort={vi.fn()} />);
  await screen.findByText("(918) 555-0103");
  fresh.push(one("new", "+19185550199"));
  await client.invalidateQueries({ queryKey: callKeys.lists });
  await waitFor(() => expect(screen.getAllByRole("link")[0]).toHaveTextContent("(918) 555-0199"));
  expect(screen.getAllByRole("link")).toHaveLength(4);
  expect(asked).toEqual([null, "n1", null]);
});

it("goes from row to row with the arrows", async () => {
  line();
  await show(<CallList filters={{}} zone="UTC" sort={vi.fn()} />);
  const last = await screen.findByRole("link", { name: "(918) 555-0103" });
  screen.getByRole("link", { name: "(918) 555-0102" }).focus();
  await userEvent.keyboard("{ArrowDown}");
  expect(last).toHaveFocus();
});

it("says what to do when there is none, and when it failed", async () => {
  vi.stubGlobal("fetch", serving({ "GET /calls": { data: [], has_more: false } }));
  await show(<CallList filters={{ status: "busy" }} zone="UTC" sort={vi.fn()} />);
  expect(await screen.findByText("No call is like that")).toBeVisible();
  vi.stubGlobal("fetch", serving({ "GET /calls": Response.json({ detail: "Ours." }, { status: 500 }) }));
  await show(<CallList filters={{}} zone="UTC" sort={vi.fn()} />);
  expect(await screen.findByText("Ours.")).toBeVisible();
  expect(screen.getByRole("button", { name: "Try again" })).toBeVisible();
});

it("sorts by a column, and the other way round", async () => {
  line();
  const sort = vi.fn();
  await show(<CallList filters={{ sort: "-duration_ms" }} zone="UTC" sort={sort} />);
  const duration = await screen.findByRole("columnheader", { name: "Duration" });
  expect(duration).toHaveAttribute("aria-sort", "descending");
  expect(screen.getByRole("columnheader", { name: "Created" })).toHaveAttribute("aria-sort", "none");
  await userEvent.click(screen.getByRole("button", { name: "Duration" }));
  expect(sort).toHaveBeenLastCalledWith("duration_ms");
  await userEvent.click(screen.getByRole("button", { name: "From" }));
  expect(sort).toHaveBeenLastCalledWith("from");
  await userEvent.click(screen.getByRole("button", { name: "Created" }));
  expect(sort).toHaveBeenLastCalledWith("-started_at");
});
