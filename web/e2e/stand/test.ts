/**
 * `test` with somebody signed in: `as("ann")` before the first page. Any error of the page fails the spec.
 * `business` is a tenant of the spec's own.
 */
import { type BrowserContext, test as base, expect, type Locator, type Page } from "@playwright/test";
import { Api } from "./api";
import { type Business, makeBusiness } from "./business";
import { PASSWORD, PEOPLE, type Stand, stand } from "./stand";

export type Person = keyof typeof PEOPLE;

interface Fixtures {
  stand: Stand;
  /** Signs the browser in, as one of the people or whose address it is: the next page that it opens is theirs. */
  as: (who: Person | `${string}@${string}`) => Promise<void>;
  /** A tenant that nobody else changes, with a line that its agent answers. */
  business: Business;
  /** What the page may complain of; a spec that provokes an error adds to it. */
  expected: RegExp[];
}

interface Shared {
  /** The API as that person. */
  apiAs: (who: Person) => Promise<Api>;
}

export const test = base.extend<Fixtures, Shared>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameters
  stand: async ({}, use) => use(stand()),
  baseURL: async ({ stand }, use) => use(stand.url),
  as: async ({ context, stand }, use) => use((who) => signIn(context, stand.url, who)),
  apiAs: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameters
    async ({}, use) => {
      const known = new Map<Person, { api: Api; since: number }>();
      await use(async (who) => {
        const before = known.get(who);
        if (before && Date.now() - before.since < GOOD_FOR_MS) return before.api;
        const api = await Api.signIn(stand().url, PEOPLE[who], PASSWORD);
        known.set(who, { api, since: Date.now() });
        return api;
      });
    },
    { scope: "worker" },
  ],
  business: async ({ stand, apiAs }, use) => use(await makeBusiness(stand.url, await apiAs("owner"))),
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameters
  expected: async ({}, use) => use([]),
  page: async ({ page, expected }, use) => {
    const complaints = listen(page);
    await use(page);
    expect(complaints.filter((said) => !expected.some((known) => known.test(said)))).toEqual([]);
  },
});

export { expect };

/** A token is good for ten minutes. */
const GOOD_FOR_MS = 6 * 60_000;

export async function signIn(
  context: BrowserContext,
  url: string,
  who: Person | `${string}@${string}`,
): Promise<void> {
  const email = who in PEOPLE ? PEOPLE[who as Person] : who;
  const answer = await context.request.post(`${url}/api/v1/auth/login`, {
    data: { email, password: PASSWORD },
  });
  expect(answer.ok(), await answer.text()).toBe(true);
}

/**
 * What the page has told at its edge, also beside an open dialog; the same is said once more where only who
 * listens finds it.
 */
export const news = (page: Page, text: string | RegExp): Locator =>
  page.locator('[role="region"][aria-label^="News"]').getByText(text);

/** What a page complains of, from here on. */
export function listen(page: Page): string[] {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(`page: ${error.message}`));
  page.on("console", (message) => {
    const said = `console: ${message.text()} ${message.location().url}`;
    if (message.type() === "error" && !NOBODY_YET.test(said)) complaints.push(said);
  });
  return complaints;
}

/** A page that is opened asks for a session; without one the answer is 401, which Chromium writes down. */
const NOBODY_YET = /401.*\/auth\/refresh$/;
