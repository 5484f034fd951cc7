import { expect, test } from "./stand/test";

test("an owner works in a tenant's place, seen on every page, until they leave it", async ({
  page,
  as,
  apiAs,
}) => {
  await as("owner");
  await page.goto("/admin/tenants");
  await page.getByRole("button", { name: /View as Nothing Yet/ }).click();
  await page.getByLabel("Reason").fill("looks at an empty tenant");
  await page.getByRole("button", { name: "Begin" }).click();
  const banner = page.getByText("You are viewing as Nothing Yet");
  await expect(banner).toBeVisible();
  for (const name of ["Calls", "Appointments", "Contacts", "Messages"]) {
    await page.getByRole("link", { name, exact: true }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
    await expect(banner).toBeVisible();
  }
  await page.getByRole("button", { name: "Exit" }).click();
  await expect(banner).toBeHidden();
  const log = await (await apiAs("new")).list("/audit-log?limit=50");
  const actions = log.map((entry) => entry.action);
  expect(actions.filter((action) => String(action).startsWith("impersonation"))).toHaveLength(2);
});
