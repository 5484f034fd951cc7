import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { serving, show } from "@/test/show";
import { person } from "../fixture";
import { People } from "./people";

afterEach(() => vi.unstubAllGlobals());

const answers = (me: object, ...people: ReturnType<typeof person>[]) => ({
  "GET /me": me,
  "GET /settings": { timezone: "UTC" },
  "GET /users": { data: people, has_more: false },
  "GET /invites": { data: [], has_more: false },
});
const menu = async (name: string) => {
  await userEvent.click(await screen.findByRole("button", { name: `What to do with ${name}` }));
  return within(await screen.findByRole("menu"));
};

it("keeps the last administrator, and says why", async () => {
  const all = [person("ann", "tenant_owner"), person("uma", "user")];
  vi.stubGlobal("fetch", serving(answers({ id: "ann", role: "tenant_owner" }, ...all)));
  await show(<People />);
  expect(await screen.findByText(/The only one who can administer/)).toBeVisible();
  const items = await menu("Ann");
  expect(items.getByRole("menuitem", { name: "Change role" })).toHaveAttribute("aria-disabled", "true");
  expect(items.getByRole("menuitem", { name: "Leave this business" })).toHaveAttribute(
    "aria-disabled",
    "true",
  );
});

it("lets an administrator remove a member after a question, and no owner", async () => {
  const all = [person("ann", "tenant_owner"), person("bob", "admin"), person("uma", "user")];
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method === "DELETE") {
      asked.push(new URL(request.url).pathname);
      return new Response(null, { status: 204 });
    }
    return serving(answers({ id: "bob", role: "admin" }, ...all))(request);
  });
  await show(<People />);
  const ann = await menu("Ann");
  expect(ann.queryByRole("menuitem", { name: "Remove" })).toBeNull();
  await userEvent.keyboard("{Escape}");
  const uma = await menu("Uma");
  await userEvent.click(uma.getByRole("menuitem", { name: "Remove" }));
  expect(asked).toEqual([]);
  await userEvent.click(await screen.findByRole("button", { name: "Remove" }));
  await vi.waitFor(() => expect(asked).toEqual(["/api/v1/users/uma"]));
});

it("shows a viewer who is there, and nothing to change", async () => {
  vi.stubGlobal("fetch", serving(answers({ id: "vic", role: "viewer" }, person("vic", "viewer"))));
  await show(<People />);
  expect(await screen.findByText("You")).toBeVisible();
  expect(screen.queryByRole("button")).toBeNull();
  expect(screen.queryByRole("region", { name: "Invitations" })).toBeNull();
});
