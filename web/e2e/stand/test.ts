/** `test` with somebody signed in: `as("ann")` before the first page. Any error of the page fails the spec. */
import { test as base, expect, type Page } from "@playwright/test";
import { Api } from "./api";
import { PASSWORD, PEOPLE, type Stand, stand } from "./stand";

export type Person = keyof typeof PEOPLE;

interface Fixtures {
  stand: Stand;
  /** Signs the browser in: the next page that it opens is that person's. */
  as: (who: Person) => Promise<void>;
  /** The API as that person. */
  apiAs: (who: Person) => Promise<Api>;
  /** What the page may complain of; a spec that provokes an error adds to it. */
  expected: RegExp[];
}

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameters
  stand: async ({}, use) => use(stand()),
  baseURL: async ({ stand }, use) => use(stand.url),
  as: async ({ context, stand }, use) => {
    await use(async (who) => {
      const data = { email: PEOPLE[who], password: PASSWORD };
      const answer = await context.request.post(`${stand.url}/api/v1/auth/login`, { data });
      expect(answer.ok(), await answer.text()).toBe(true);
    });
  },
  apiAs: async ({ stand }, use) => {
    await use((who) => Api.signIn(stand.url, PEOPLE[who], PASSWORD));
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameters
  expected: async ({}, use) => use([]),
  page: async ({ page, expected }, use) => {
    const complaints = listen(page);
    await use(page);
    expect(complaints.filter((said) => !expected.some((known) => known.test(said)))).toEqual([]);
  },
});

export { expect };

function listen(page: Page): string[] {
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
