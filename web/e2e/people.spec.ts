/** Who works with a business. */
import { invitation } from "./stand/business";
import { PASSWORD } from "./stand/stand";
import { expect, listen, news, test } from "./stand/test";

test("somebody is invited, accepts in their browser, and gets another role while they work", async ({
  page,
  as,
  apiAs,
  business,
  browser,
}) => {
  const email = `mia@${business.slug}.example`;
  await as(business.email);
  await page.goto("/people");
  await page.getByRole("button", { name: "Invite somebody" }).click();
  await page.getByLabel("E-mail").fill(email);
  await page.getByRole("radio", { name: "Viewer" }).click();
  await page.getByRole("button", { name: "Send invitation" }).click();
  await expect(news(page, `An invitation is on its way to ${email}.`)).toBeVisible();
  await expect(page.getByRole("button", { name: `Take back the invitation of ${email}` })).toBeVisible();

  const link = new URL(await invitation(await apiAs("owner"), email));
  const hers = await (await browser.newContext({ baseURL: new URL(page.url()).origin })).newPage();
  const complaints = listen(hers);
  await hers.goto(link.pathname + link.search);
  await hers.getByLabel("Your name").fill("Mia");
  await hers.getByLabel("Password").fill(PASSWORD);
  await hers.getByLabel("The same again").fill(PASSWORD);
  await hers.getByRole("button", { name: "Accept" }).click();
  await expect(hers.getByRole("status").filter({ hasText: business.name })).toBeVisible();
  await hers.getByRole("link", { name: "Sign in" }).click();
  await hers.getByLabel("E-mail").fill(email);
  await hers.getByLabel("Password").fill(PASSWORD);
  await hers.getByRole("button", { name: "Sign in" }).click();
  await hers.getByRole("link", { name: "Contacts", exact: true }).click();
  await expect(hers.getByRole("heading", { level: 1 })).toHaveText("Contacts");
  await expect(hers.getByRole("button", { name: "New contact" })).toHaveCount(0);

  await page.reload();
  await page.getByRole("button", { name: "What to do with Mia" }).click();
  await page.getByRole("menuitem", { name: "Change role" }).click();
  const dialog = page.getByRole("dialog", { name: "Role of Mia" });
  await dialog.getByRole("radio", { name: "Administrator" }).click();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(news(page, "Mia: Administrator, from now on.")).toBeVisible();
  await hers.reload();
  await expect(hers.getByRole("button", { name: "New contact" }).first()).toBeVisible();
  expect(complaints).toEqual([]);
  await hers.context().close();
});

test("what somebody did is told in numbers, and leads to the log", async ({ page, as, business }) => {
  for (const name of ["Ada", "Ben"]) {
    await business.api.post("/contacts", { name, number: name === "Ada" ? "+19185550161" : "+19185550162" });
  }
  await as(business.email);
  await page.goto("/people");
  await page
    .getByRole("button", { name: /^What to do with/ })
    .first()
    .click();
  await page.getByRole("menuitem", { name: "Performance" }).click();
  const dialog = page.getByRole("dialog", { name: /^What .* did$/ });
  const contacts = dialog.getByRole("listitem").filter({ hasText: "created 2" });
  await expect(contacts).toContainText("Contact");
  await dialog.getByLabel("In the last").selectOption("7 days");
  await contacts.getByRole("link", { name: "Contact" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Audit log");
  await expect(page.getByText("Contact: created")).toHaveCount(2);
});

test("an invitation that was taken back lets nobody in", async ({ page, as, apiAs, business, expected }) => {
  expected.push(/40\d.*\/auth\/invites\/accept/);
  const email = `noah@${business.slug}.example`;
  await business.api.post("/invites", { email, role: "user" });
  const link = new URL(await invitation(await apiAs("owner"), email));
  await as(business.email);
  await page.goto("/people");
  await page.getByRole("button", { name: `Take back the invitation of ${email}` }).click();
  await expect(page.getByRole("button", { name: `Take back the invitation of ${email}` })).toHaveCount(0);
  await page.goto(link.pathname + link.search);
  await page.getByLabel("Your name").fill("Noah");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByLabel("The same again").fill(PASSWORD);
  await page.getByRole("button", { name: "Accept" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  expect((await business.api.list("/users")).map((one) => one.email)).not.toContain(email);
});

test("the only one who can administer cannot be removed", async ({ page, as, business }) => {
  await as(business.email);
  await page.goto("/people");
  await page.getByRole("button", { name: "What to do with Olive Owner" }).click();
  await expect(page.getByRole("menuitem", { name: "Change role" })).toHaveAttribute("aria-disabled", "true");
  await expect(page.getByRole("menuitem", { name: "Leave this business" })).toHaveAttribute(
    "aria-disabled",
    "true",
  );
});
