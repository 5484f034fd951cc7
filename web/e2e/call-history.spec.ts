import { expect, test } from "./stand/test";

test("somebody sorts thousands of calls and scrolls through them", async ({ page, as }) => {
  await as("busy");
  await page.goto("/calls");
  const rows = page.locator("tbody tr");
  await expect(rows.first()).toBeVisible();
  await page.getByRole("button", { name: "Duration" }).click();
  await expect(page).toHaveURL(/sort=-duration_ms/);
  await expect(page.getByRole("columnheader", { name: "Duration" })).toHaveAttribute(
    "aria-sort",
    "descending",
  );
  const seen = async () => Number(await rows.last().getAttribute("aria-rowindex"));
  const further = async () => {
    await page.mouse.wheel(0, 6000);
    return seen();
  };
  await expect.poll(further, { timeout: 60_000 }).toBeGreaterThan(300);
  // What is out of sight is not on the page.
  expect(await rows.count()).toBeLessThan(120);
});

test("the time of a call is not cut off where there is room for a table", async ({ page, as }) => {
  await as("busy");
  await page.goto("/calls");
  const times = page.locator("tbody td:has(time)");
  await expect(times.first()).toBeVisible();
  expect(
    await times.evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth).length),
  ).toBe(0);
});

test("a call opens by Enter, and its list is where it was", async ({ page, as }) => {
  await as("busy");
  await page.goto("/calls?status=completed");
  const first = page.locator("tbody").getByRole("link").first();
  await first.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/calls\/[0-9a-f-]{36}/);
  await page.goBack();
  await expect(page).toHaveURL(/status=completed/);
  await expect(first).toBeVisible();
});

test("the table to take along has the calls of the list", async ({ page, as, apiAs }) => {
  await as("vic");
  await page.goto("/calls?ivr_mode=simple");
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "CSV" }).click();
  const text = await (await (await saved).createReadStream())
    .toArray()
    .then((all) => Buffer.concat(all).toString());
  const calls = await (await apiAs("vic")).list("/calls?ivr_mode=simple&limit=200");
  const lines = text.trim().split("\r\n").slice(1);
  expect(lines.map((line) => line.split(",")[0]).sort()).toEqual(calls.map((call) => call.id).sort());
});

test("calls are read on a small telephone", async ({ page, as }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await as("busy");
  await page.goto("/calls");
  await expect(page.locator("tbody tr").first()).toBeVisible();
  const wider = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(wider).toBe(0);
});
