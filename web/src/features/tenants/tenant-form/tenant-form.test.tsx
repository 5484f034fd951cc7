import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { aTenant } from "@/features/tenants/fixtures";
import { show } from "@/test/show";
import { patchOf, TenantForm } from "./tenant-form";

afterEach(() => vi.unstubAllGlobals());

it("makes a merge patch: what is emptied is taken away, a limit is a number", () => {
  expect(patchOf({ city: "", contact_name: "Ann", max_calls: "700" })).toEqual({
    city: null,
    contact_name: "Ann",
    max_calls: 700,
  });
  expect(patchOf({ max_calls: " " })).toEqual({ max_calls: null });
  expect(patchOf({ is_test_mode: true })).toEqual({ is_test_mode: true });
});

it("sends what was changed with the tag that was seen", async () => {
  const asked: { tag: string | null; body: unknown }[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    asked.push({ tag: request.headers.get("If-Match"), body: await request.json() });
    return Response.json({ ...aTenant, city: null }, { headers: { ETag: '"2"' } });
  });
  await show(<TenantForm seen={{ data: aTenant, etag: '"1"' }} />);
  expect(screen.getByRole("button", { name: "Save" })).toBeDisabled();
  await userEvent.clear(screen.getByLabelText("City"));
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await vi.waitFor(() => expect(screen.getByRole("button", { name: "Save" })).toBeDisabled());
  expect(asked).toEqual([{ tag: '"1"', body: { city: null } }]);
});
