/** Every page, in both themes, empty, with data, failed, and with each of its dialogs open: WCAG 2.2 AA. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { BrowserContext, Page, Route } from "@playwright/test";
import type { AxeResults } from "axe-core";
import { addressOf, places } from "./stand/places";
import { stand } from "./stand/stand";
import { test as base, expect, listen, type Person, signIn } from "./stand/test";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** One context per person and worker: who has signed in stays so, and has the dashboard's files. */
const test = base.extend<object, { contextOf: (who: Person | null) => Promise<BrowserContext> }>({
  contextOf: [
    async ({ browser }, use) => {
      const known = new Map<Person | null, BrowserContext>();
      await use(async (who) => {
        const before = known.get(who);
        if (before) return before;
        const context = await browser.newContext({ baseURL: stand().url, reducedMotion: "reduce" });
        known.set(who, context);
        await context.addInitScript(AXE);
        if (who) await signIn(context, stand().url, who);
        return context;
      });
      for (const context of known.values()) await context.close();
    },
    { scope: "worker" },
  ],
  page: async ({ contextOf }, use, { title }) => {
    const page = await (await contextOf(PLACES.get(title)?.who ?? null)).newPage();
    const complaints = listen(page);
    await use(page);
    await page.close();
    expect(complaints.filter((said) => !REFUSED.test(said))).toEqual([]);
  },
});

/** What is refused on purpose. */
const REFUSED = /the server responded with a status of (4|5)\d\d/;
const PLACES = new Map(places().map((place) => [`${place.route} can be used by everybody`, place]));

// What is wrong is told with its element; a trace of each key would take longer than the rest.
test.use({ trace: "off" });

for (const [title, place] of PLACES) {
  test(title, async ({ page, apiAs }) => {
    const address = await addressOf(place, await apiAs(place.who ?? "ann"));

    await page.goto(address);
    await settled(page);
    await inBothThemes(page, `${address} with data`);
    await narrow(page);
    await focusIsSeen(page);
    await page.route("**/api/v1/**", changeNothing);
    await eachDialog(page, address);
    await eachMenu(page, address);
    await page.unrouteAll({ behavior: "ignoreErrors" });

    if (!place.who) return;
    await page.route("**/api/v1/**", nothingThere);
    await page.goto(address);
    await settled(page);
    await inBothThemes(page, `${address} empty`);
    await page.unrouteAll({ behavior: "ignoreErrors" });

    await page.route("**/api/v1/**", failing);
    await page.goto(address);
    await settled(page);
    await inBothThemes(page, `${address} failed`);
  });
}

async function settled(page: Page): Promise<void> {
  await expect(page.locator("h1").first()).toBeVisible();
  await expect(page.locator('main [role="status"]:has-text("Loading")')).toHaveCount(0, { timeout: 20_000 });
}

async function inBothThemes(page: Page, what: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await expect(page.locator("html")).toHaveClass(
      colorScheme === "dark" ? /\bdark\b/ : /^((?!\bdark\b).)*$/,
    );
    const found = await page.evaluate(async (tags) => {
      // Colours on their way from one theme to the other are nobody's.
      await Promise.allSettled(document.getAnimations().map((one) => one.finished));
      const { axe } = window as unknown as { axe: typeof import("axe-core") };
      return axe.run({ runOnly: tags, resultTypes: ["violations"] });
    }, RULES);
    expect(told(found as AxeResults), `${what}, ${colorScheme}`).toEqual([]);
  }
}

/** What is wrong and where, short enough to read. */
function told(results: AxeResults): string[] {
  return results.violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 160)}`),
  );
}

/** 1.4.10: nothing is cut off or scrolls sideways at 320 px. */
async function narrow(page: Page): Promise<void> {
  const size = page.viewportSize() ?? { width: 1280, height: 800 };
  await page.setViewportSize({ width: 320, height: 640 });
  const tooWide = () =>
    page.evaluate(() => {
      if (document.documentElement.scrollWidth <= innerWidth) return [];
      const all = [...document.querySelectorAll("main *")];
      const wide = all.filter((element) => element.getBoundingClientRect().right > innerWidth + 1);
      return [
        "the page scrolls sideways",
        ...wide.slice(0, 3).map((element) => element.outerHTML.slice(0, 160)),
      ];
    });
  await expect.poll(tooWide).toEqual([]);
  await page.setViewportSize(size);
}

/** 2.4.7 and 2.4.11: whatever has the focus is on the screen and not below something else. */
async function focusIsSeen(page: Page): Promise<void> {
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  for (let step = 0; step < 40; step += 1) {
    await page.keyboard.press("Tab");
    const hidden = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement | null;
      if (!element || element === document.body) return null;
      const box = element.getBoundingClientRect();
      const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1);
      const y = Math.min(Math.max(box.top + Math.min(box.height / 2, 20), 0), innerHeight - 1);
      const above = document.elementFromPoint(x, y);
      const seen = above && (element.contains(above) || above.contains(element));
      return seen ? null : element.outerHTML.slice(0, 160);
    });
    expect(hidden, "this has the focus and cannot be seen").toBeNull();
  }
}

/** Presses what opens a dialog; what would change something is refused by the way (changeNothing). */
async function eachDialog(page: Page, address: string): Promise<void> {
  const openers = page.locator("main").getByRole("button", { name: OPENS_A_DIALOG });
  const count = Math.min(await openers.count(), 8);
  const names = new Set<string>();
  for (let n = 0; n < count; n += 1) {
    const opener = openers.nth(n);
    const name = ((await opener.getAttribute("aria-label")) ?? (await opener.textContent()) ?? "").split(
      " ",
    )[0];
    if (!name || names.has(name) || !(await opener.isVisible()) || !(await opener.isEnabled())) continue;
    names.add(name);
    await opener.click();
    const dialog = page.locator('[role="dialog"], [role="alertdialog"]').first();
    const opened = await dialog.waitFor({ timeout: 1500 }).then(
      () => true,
      () => false,
    );
    if (!opened) continue;
    await expect(dialog.locator('[role="status"]:has-text("Loading")')).toHaveCount(0);
    await inBothThemes(page, `${address}, dialog of "${name}"`);
    await page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
  }
}

/** Opens each kind of menu of the page once. */
async function eachMenu(page: Page, address: string): Promise<void> {
  const kinds = new Set<string>();
  for (const opener of await page.locator('main [aria-haspopup="menu"]:visible').all()) {
    const name = (await opener.getAttribute("aria-label")) ?? (await opener.textContent()) ?? "";
    const kind = name.split(" ")[0] ?? "";
    if (kinds.has(kind)) continue;
    kinds.add(kind);
    await opener.click();
    await expect(page.getByRole("menu")).toBeVisible();
    await inBothThemes(page, `${address}, menu of "${name}"`);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("menu")).toBeHidden();
  }
}

const OPENS_A_DIALOG =
  /^(new|add|edit|invite|delete|remove|suspend|cancel|clone|share|hang|release|buy|publish|roll|view as|revoke|apply|filter|make|correct|reject|approve|change|set up|purge)/i;

/** What the shell needs is served as ever. */
const SHELL = /\/(auth|me|branding|events)(\/|\?|$)/;

async function changeNothing(route: Route): Promise<void> {
  if (route.request().method() === "GET" || SHELL.test(route.request().url())) return route.continue();
  await route.fulfill({
    status: 409,
    contentType: "application/problem+json",
    body: JSON.stringify({
      status: 409,
      code: "conflict",
      title: "Not now",
      detail: "Nothing is changed here.",
    }),
  });
}

/** Lists without a row. */
async function nothingThere(route: Route): Promise<void> {
  const request = route.request();
  if (request.method() !== "GET" || SHELL.test(request.url())) return route.continue();
  const response = await route.fetch().catch(() => null);
  if (!response) return route.abort();
  const body = await response.json().catch(() => null);
  if (!Array.isArray(body?.data)) return route.fulfill({ response });
  await route.fulfill({ response, json: { ...body, data: [], next_cursor: null, has_more: false } });
}

async function failing(route: Route): Promise<void> {
  if (SHELL.test(route.request().url())) return route.continue();
  await route.fulfill({
    status: 403,
    contentType: "application/problem+json",
    body: JSON.stringify({
      status: 403,
      code: "forbidden",
      title: "Not for you",
      detail: "This was refused.",
    }),
  });
}
