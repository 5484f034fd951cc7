/** Keys for a tenant's own programs. */
import { expect, news, test } from "./stand/test";

test("a key is made, shown once, used, and refused once it is revoked", async ({
  page,
  as,
  business,
  stand,
}) => {
  await as(business.email);
  await page.goto("/keys");
  await page.getByRole("button", { name: "New key" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("Till");
  await dialog.getByRole("button", { name: "Make key" }).click();
  await expect(dialog.getByText("choose at least one")).toBeVisible();
  await dialog.getByRole("checkbox", { name: "Read contacts" }).check();
  await dialog.getByRole("button", { name: "Make key" }).click();
  const key = (await dialog.locator("code").textContent()) ?? "";
  expect(key).toMatch(/^tk_live_/);
  await page.keyboard.press("Escape");
  // It is not closed by accident: it is not shown again.
  await expect(dialog.locator("code")).toBeVisible();
  await dialog.getByRole("button", { name: "I have kept it" }).click();
  await expect(dialog).toBeHidden();
  const use = async (path: string) =>
    (await fetch(`${stand.url}/api/v1${path}`, { headers: { authorization: `Bearer ${key}` } })).status;
  expect(await use("/contacts")).toBe(200);
  expect(await use("/phone-configs")).toBe(403);

  await page.reload();
  await expect(page.getByText("Till", { exact: true })).toBeVisible();
  expect(await page.locator("body").textContent()).not.toContain(key);
  await page.getByRole("button", { name: "Revoke Till" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Revoke key" }).click();
  await expect(news(page, "“Till” is revoked.")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Revoked or run out" })).toBeVisible();
  expect(await use("/contacts")).toBe(401);
});

test("keys are neither seen nor made by who may not administer", async ({ page, as }) => {
  await as("vic");
  await page.goto("/keys");
  await expect(page.getByText("This is not open to you")).toBeVisible();
  await expect(page.getByRole("button", { name: "New key" })).toHaveCount(0);
});
