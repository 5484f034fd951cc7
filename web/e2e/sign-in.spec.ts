import { PASSWORD, PEOPLE } from "./stand/stand";
import { expect, test } from "./stand/test";

test("somebody signs in and comes to where they wanted", async ({ page }) => {
  await page.goto("/contacts");
  await expect(page).toHaveURL(/\/login/);
  await page.getByLabel("E-mail").fill(PEOPLE.ann);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/contacts$/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Contacts");
});

test("a wrong password is said, and what was typed stays", async ({ page, expected }) => {
  expected.push(/401.*\/auth\/login/);
  await page.goto("/login");
  await page.getByLabel("E-mail").fill(PEOPLE.ann);
  await page.getByLabel("Password").fill("not hers at all");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page.getByLabel("E-mail")).toHaveValue(PEOPLE.ann);
});

test("a reload keeps the session, signing out ends it", async ({ page, as }) => {
  await as("ann");
  await page.goto("/calls");
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Calls");
  await page.getByRole("button", { name: /Ann/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/login/);
  await page.goto("/calls");
  await expect(page).toHaveURL(/\/login/);
});

test("the page comes with a policy that lets no foreign script run", async ({ page }) => {
  const answer = await page.goto("/login");
  const policy = answer?.headers()["content-security-policy"] ?? "";
  expect(policy).toContain("default-src 'self'");
  expect(policy).not.toContain("unsafe");
  expect(answer?.headers()["content-encoding"]).toBe("br");
});
