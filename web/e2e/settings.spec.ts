/** What holds for the business as a whole. */
import type { Page } from "@playwright/test";
import { expect, news, test } from "./stand/test";

const company = (page: Page) => page.locator("form").filter({ has: page.getByLabel("City") });

test("the company's facts are saved and there after a reload", async ({ page, as, business }) => {
  await as(business.email);
  await page.goto("/settings");
  await page.getByLabel("City").fill("Tulsa");
  await page.getByLabel("Recordings, in days").fill("30");
  await company(page).getByRole("button", { name: "Save" }).click();
  await expect(news(page, "Company saved")).toBeVisible();
  await page.reload();
  await expect(page.getByLabel("City")).toHaveValue("Tulsa");
  await expect(page.getByLabel("Recordings, in days")).toHaveValue("30");
  expect(await business.api.get("/settings")).toMatchObject({ city: "Tulsa", retention: { audio_days: 30 } });
});

test("what is typed is not lost by a step elsewhere, and what is wrong is not saved", async ({
  page,
  as,
  business,
}) => {
  await as(business.email);
  await page.goto("/settings");
  await page.getByLabel("Company name").fill("");
  await company(page).getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Type the company's name.")).toBeVisible();
  await page.getByRole("link", { name: "Calls", exact: true }).click();
  const asked = page.getByRole("alertdialog", { name: "Leave without saving?" });
  await asked.getByRole("button", { name: "Stay" }).click();
  await expect(page).toHaveURL(/\/settings/);
  await company(page).getByRole("button", { name: "Discard" }).click();
  await expect(page.getByLabel("Company name")).toHaveValue(business.name);
});

test("hours are set by day, with a date that differs, by keyboard alone", async ({ page, as, business }) => {
  await as(business.email);
  await page.goto("/settings?tab=hours");
  const closed = page.getByRole("switch", { name: "Friday Closed" });
  await closed.focus();
  await page.keyboard.press("Space");
  await expect(closed).toBeChecked();
  await page.getByLabel("Monday, span 1, opens").focus();
  await page.keyboard.type("1030AM");
  await expect(page.getByLabel("Monday, span 1, opens")).toHaveValue("10:30");

  const year = new Date().getFullYear() + 1;
  const date = page.getByLabel("Date", { exact: true });
  await date.focus();
  await page.keyboard.type(`1225${year}`);
  await expect(date).toHaveValue(`${year}-12-25`);
  await page.getByLabel("Reason", { exact: true }).focus();
  await page.keyboard.type("Christmas");
  await page.keyboard.press("Enter");
  const christmas = page.getByRole("group", { name: new RegExp(`25.*${year}`) });
  await expect(christmas).toBeVisible();
  await page.getByRole("button", { name: "Save" }).focus();
  await page.keyboard.press("Enter");
  await expect(news(page, "Business hours saved")).toBeVisible();

  await page.reload();
  await expect(page.getByRole("switch", { name: "Friday Closed" })).toBeChecked();
  await expect(page.getByLabel("Monday, span 1, opens")).toHaveValue("10:30");
  await expect(christmas).toBeVisible();
  const hours = await business.api.get("/business-hours");
  expect(hours.friday).toEqual([]);
  expect(hours.monday).toEqual([{ opens: "10:30", closes: "17:00" }]);
  expect(hours.exceptions).toMatchObject({ [`${year}-12-25`]: { reason: "Christmas" } });
});

test("two tabs with the hours: the second sees both and takes what is saved", async ({
  page,
  as,
  business,
  expected,
}) => {
  expected.push(/412/);
  await as(business.email);
  await page.goto("/hours");
  await page.getByLabel("Monday, span 1, opens").fill("08:00");
  await business.api.patch("/business-hours", { monday: [{ opens: "11:00", closes: "17:00" }] });
  await page.getByRole("button", { name: "Save" }).click();
  const clash = page.getByRole("alert");
  await expect(clash).toContainText("Somebody else changed this since you opened it");
  await clash.getByRole("button", { name: "Take what is saved" }).click();
  await expect(page.getByLabel("Monday, span 1, opens")).toHaveValue("11:00");
});

test("sandbox and beta features are named in the agreed words, and turn", async ({ page, as, business }) => {
  await as(business.email);
  await page.goto("/settings?tab=features");
  await expect(
    page.getByText("Test without affecting production data or billing", { exact: true }),
  ).toBeVisible();
  const cloning = "AI Voice Cloning — Use ElevenLabs for custom voice";
  const analytics = "Advanced Analytics — Sentiment analysis & call insights";
  await expect(page.getByRole("switch", { name: cloning, exact: true })).toBeVisible();
  await expect(page.getByRole("switch", { name: analytics, exact: true })).toBeVisible();
  await page.getByRole("switch", { name: "Sandbox mode" }).click();
  await expect(news(page, "Sandbox mode is on")).toBeVisible();
  expect(await business.api.get("/settings")).toMatchObject({ is_test_mode: true });
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("switch", { name: "Sandbox mode" })).not.toBeChecked();
  await expect.poll(async () => (await business.api.get("/settings")).is_test_mode).toBe(false);
});
