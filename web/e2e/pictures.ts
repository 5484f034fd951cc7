/** Renews the pictures of the guides, docs/pictures. */
import { join } from "node:path";
import type { Api } from "./stand/api";
import { addressOf } from "./stand/places";
import type { Person } from "./stand/test";
import { expect, test } from "./stand/test";

const FOLDER = join(import.meta.dirname, "../../docs/pictures");

/** The picture's name, the address, whose page it is. */
const PICTURES: [string, string, Person][] = [
  ["dashboard", "/", "ann"],
  ["lines", "/lines", "ann"],
  ["menus", "/menus", "ann"],
  ["hours", "/hours", "ann"],
  ["agent", "/agents/$agentId", "ann"],
  ["call", "/calls/$callId", "ann"],
  ["overview", "/admin/overview", "owner"],
  ["concierge", "/admin/concierge-setup", "owner"],
  ["tenant", "/admin/tenants/$tenantId", "owner"],
  ["phone-configs", "/admin/phone-configs?tenant=$tenantId", "owner"],
  ["features", "/admin/features", "owner"],
];

test.use({ viewport: { width: 1280, height: 820 }, contextOptions: { reducedMotion: "reduce" } });

for (const [name, route, who] of PICTURES) {
  test(name, async ({ page, as, apiAs }) => {
    await as(who);
    // The recording lies over the end of a long page.
    if (name === "call") await page.setViewportSize({ width: 1280, height: 1150 });
    const api: Api = await apiAs(who);
    await page.goto(await addressOf({ route, who }, api));
    await expect(page.locator("h1").first()).toBeVisible();
    await expect(page.locator('main [role="status"]:has-text("Loading")')).toHaveCount(0);
    if (name === "call") await expect(page.getByRole("slider")).toBeVisible();
    await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: "disabled" });
  });
}
