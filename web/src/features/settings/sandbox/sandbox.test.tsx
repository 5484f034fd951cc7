import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import type { Settings } from "@/features/settings/queries";
import { useSettings } from "@/features/settings/use-settings";
import { show } from "@/test/show";
import { Sandbox } from "./sandbox";

afterEach(() => vi.unstubAllGlobals());

const saved = { company_name: "A", is_test_mode: false } as Settings;
const Page = () => <Sandbox edit={useSettings({ data: saved, etag: '"1"' }, true)} />;

it("turns although somebody else saved something, and says what it is for", async () => {
  const tags: (string | null)[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    tags.push(request.headers.get("If-Match"));
    return tags.length === 1
      ? Response.json({ code: "precondition_failed" }, { status: 412 })
      : Response.json({ ...saved, is_test_mode: true }, { headers: { ETag: '"3"' } });
  });
  await show(<Page />);
  const it = screen.getByRole("switch", { name: "Sandbox mode" });
  expect(it).toHaveAccessibleDescription("Test without affecting production data or billing");
  await userEvent.click(it);
  await waitFor(() => expect(tags).toEqual(['"1"', null]));
  await waitFor(() => expect(it).toBeEnabled());
  expect(it).toBeChecked();
});
