/** The figures that somebody begins the day with. */
import type { Page } from "@playwright/test";
import { placeCall } from "./stand/call";
import { expect, test } from "./stand/test";

const figure = (page: Page, title: string | RegExp) => page.getByRole("region", { name: title });

test("the cards say what the API says", async ({ page, as, apiAs }) => {
  const api = await apiAs("busy");
  const usage = (await api.get("/usage")) as { calls: { used: number; included: number | null } };
  const settings = await api.get("/settings");
  const { used, included } = usage.calls;
  const count = (n: number) => n.toLocaleString("en-US");
  await as("busy");
  await page.goto("/");
  await expect(figure(page, /^Calls in /)).toContainText(
    `${count(used)}${included === null ? "No limit in your plan" : `of ${count(included)} in your plan`}`,
  );
  await expect(figure(page, "Plan used")).toContainText(
    included ? `${Math.round((used / included) * 100)} %` : "No limit",
  );
  await expect(figure(page, "Account")).toContainText(
    `${settings.plan_tier} plan, health ${settings.health_score} of 100`,
    { ignoreCase: true },
  );
  const latest = (await api.get("/calls?limit=8")) as { data: unknown[] };
  await expect(page.locator("tbody").getByRole("link")).toHaveCount(latest.data.length);
});

test("a call that begins counts at once, on the page that is open", async ({ page, as, business, stand }) => {
  await as(business.email);
  await page.goto("/");
  const month = figure(page, /^Calls in /);
  const now = figure(page, "Going on now");
  await expect(month).toContainText(/^Calls in [A-Z][a-z]+ \d{4}0of/);
  await expect(now).toContainText(/^Going on now0/);
  await page.evaluate(() => Object.assign(window, { isStillTheSame: true }));
  const call = placeCall(stand, business.number, "+19185550151", "--say", "Hello.", "--linger", "60");
  try {
    await expect(now).toContainText(/^Going on now1/, { timeout: 60_000 });
    await expect(month).toContainText(/^Calls in [A-Z][a-z]+ \d{4}1of/);
    await expect(page.locator("tbody")).toContainText("(918) 555-0151");
  } finally {
    call.hangUp();
  }
  await expect(now).toContainText(/^Going on now0/, { timeout: 60_000 });
  expect(await page.evaluate(() => "isStillTheSame" in window)).toBe(true);
  expect(await business.api.get("/usage")).toMatchObject({ calls: { used: 1 } });
});
