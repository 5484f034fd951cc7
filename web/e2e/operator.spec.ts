/** What the platform's people do. */

import { randomBytes } from "node:crypto";
import type { Page } from "@playwright/test";
import { accept, aNumber } from "./stand/business";
import { expect, listen, news, test } from "./stand/test";

const aWord = () => randomBytes(4).toString("hex");
const next = (page: Page) => page.getByRole("button", { name: "Continue" }).click();

test("the concierge sets a tenant up in five steps, keeps what was typed, and hands it over", async ({
  page,
  as,
  apiAs,
  browser,
  context,
}) => {
  const platform = await apiAs("owner");
  const word = aWord();
  const number = aNumber();
  const email = `gail@gale-${word}.example`;
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await as("owner");
  await page.goto("/admin/concierge-setup");
  await page.getByLabel("Company name").fill(`Gale ${word}`);
  await expect(page.getByLabel("Subdomain")).toHaveValue(`gale-${word}`);
  await page.getByLabel("City").fill("Tulsa");
  await page.getByLabel("Address").fill("1 Main Street");
  await page.getByLabel("Contact", { exact: true }).fill("Gail Gale");
  await page.getByLabel("Contact’s e-mail").fill(email);
  await next(page);
  await page.getByRole("radio", { name: /^Elite/ }).click();
  await page.getByLabel("Industry", { exact: true }).fill("plumbing");
  await next(page);
  await page.getByLabel("Phone number").fill(number);
  await page.getByLabel("Forward to").fill("+19185550188");
  await page.getByLabel("The agent’s name").fill("Zoe");
  await next(page);
  await page.getByRole("button", { name: "Add an extra" }).click();
  await page.getByLabel("Extra", { exact: true }).fill("Help with the logo");
  await page.getByLabel("Private notes").fill("Pays by invoice.");

  for (const _ of ["telephony", "plan", "basics"]) await page.getByRole("button", { name: "Back" }).click();
  await expect(page.getByLabel("City")).toHaveValue("Tulsa");
  await next(page);
  await expect(page.getByRole("radio", { name: /^Elite/ })).toBeChecked();
  await next(page);
  await expect(page.getByLabel("Phone number")).toHaveValue(number);
  await next(page);
  await expect(page.getByLabel("Extra", { exact: true })).toHaveValue("Help with the logo");
  await next(page);
  const review = page.getByRole("form", { name: "Review" });
  const typed = [`Gale ${word}`, `gale-${word}`, "Tulsa", "1 Main Street", "Gail Gale", email, "Elite"];
  typed.push("plumbing", number, "+19185550188", "Zoe", "Help with the logo (open)", "Pays by invoice.");
  for (const words of typed) await expect(review).toContainText(words);
  await expect(review.getByText("AI Voice (Beta)", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Create" }).click();
  await expect(page.getByRole("heading", { name: `Gale ${word} is set up` })).toBeVisible();
  const [tenant] = await platform.list(`/admin/tenants?q=gale-${word}`);
  expect(tenant).toMatchObject({ company_name: `Gale ${word}`, plan_tier: "elite" });

  await page.getByRole("button", { name: "Send onboarding mail" }).click();
  await expect(page.getByRole("status").filter({ hasText: `On its way to ${email}` })).toBeVisible();
  const mails = await platform.list("/admin/mailbox?limit=200");
  expect(mails.filter((mail) => mail.recipient === email).length).toBeGreaterThan(1);

  await accept(platform, email, "Gail");
  await page.getByRole("button", { name: "Copy quick login link" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByLabel("Whose login")).toHaveValue(email);
  await dialog.getByLabel("Reason").fill("hands the new tenant over");
  await dialog.getByRole("button", { name: "Make the link" }).click();
  await dialog.getByRole("button", { name: "Copy quick login link" }).click();
  await expect(dialog.getByText("The link is copied.")).toBeVisible();
  const link = new URL(await page.evaluate(() => navigator.clipboard.readText()));
  await dialog.getByRole("button", { name: "Done" }).click();
  const baseURL = new URL(page.url()).origin;
  const gail = await (await browser.newContext({ baseURL })).newPage();
  const complaints = listen(gail);
  await gail.goto(link.pathname + link.search);
  await gail.getByRole("button", { name: "Sign in" }).click();
  await expect(gail.getByRole("heading", { level: 1 })).toHaveText("Dashboard");
  await expect(gail.getByRole("banner")).toContainText(`Gale ${word}`);
  expect(complaints).toEqual([]);
  await gail.context().close();
  const late = await (await browser.newContext({ baseURL })).newPage();
  await late.goto(link.pathname + link.search);
  await late.getByRole("button", { name: "Sign in" }).click();
  await expect(late.getByRole("alert")).toBeVisible();
  await expect(late).toHaveURL(/login-link/);
  await late.context().close();

  await page.getByRole("button", { name: "Open in impersonate mode" }).click();
  await dialog.getByLabel("Reason").fill("shows the new tenant around");
  await dialog.getByRole("button", { name: "Begin" }).click();
  await expect(page.getByText(`You are viewing as Gale ${word}`)).toBeVisible();
  await page.getByRole("button", { name: "Exit" }).click();
  await expect(page).toHaveURL(new RegExp(`/admin/tenants/${tenant?.id}`));
});

test("a tenant is suspended for a reason that it reads, and works again", async ({ page, as, business }) => {
  await as("owner");
  await page.goto(`/admin/tenants/${business.id}`);
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Suspend" }).click();
  const asked = page.getByRole("alertdialog");
  await asked.getByLabel("Reason").fill("The invoice of May is unpaid.");
  await asked.getByRole("button", { name: "Suspend" }).click();
  await expect(page.getByRole("heading", { name: "Standing: suspended" })).toBeVisible();
  await expect(page.getByText("The invoice of May is unpaid.")).toBeVisible();
  await expect(business.api.patch("/settings", { city: "Tulsa" })).rejects.toThrow("tenant_closed");
  const log = await business.api.list("/audit-log?limit=20");
  expect(JSON.stringify(log)).toContain("The invoice of May is unpaid.");

  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Reactivate" }).click();
  await asked.getByLabel("Reason").fill("It is paid now, all of it.");
  await asked.getByRole("button", { name: "Reactivate" }).click();
  await expect(page.getByRole("heading", { name: "Standing: active" })).toBeVisible();
  expect(await business.api.patch("/settings", { city: "Tulsa" })).toMatchObject({ city: "Tulsa" });
});

test("a tenant is cloned: a copy without its number and people", async ({ page, as, apiAs, business }) => {
  const word = aWord();
  await as("owner");
  await page.goto(`/admin/tenants/${business.id}`);
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Clone" }).click();
  const dialog = page.getByRole("dialog", { name: `Clone ${business.name}` });
  await dialog.getByLabel("Company name").fill(`Copy ${word}`);
  await dialog.getByRole("button", { name: "Clone" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Copy ${word}`);
  const [copy] = await (await apiAs("owner")).list(`/admin/tenants?q=copy-${word}`);
  expect(copy).toMatchObject({ slug: `copy-${word}`, plan_tier: "pro", lines: 0, members: 0 });
});

test("any tenant's line is set up, with the badge of the agent's mode", async ({ page, as, business }) => {
  await as("owner");
  await page.goto("/admin/phone-configs");
  await page
    .getByTestId("phone-config-tenant-select")
    .selectOption({ label: `${business.name} (${business.slug})` });
  const card = page.getByTestId("phone-config-card");
  await expect(card).toHaveCount(1);
  await expect(card.getByTestId("phone-config-phone-number-input")).toHaveValue(business.number);
  await expect(card.getByTestId("phone-config-ai-voice-badge")).toHaveText("AI Voice (Beta)");
  await card.getByTestId("phone-config-ivr-mode-select").selectOption("ivr");
  await expect(card.getByTestId("phone-config-ai-voice-badge")).toHaveCount(0);
  await card.getByTestId("phone-config-menu-select").selectOption({ label: "Main" });
  await card.getByTestId("phone-config-save-button").click();
  await expect(news(page, "The line is saved")).toBeVisible();
  expect((await business.api.list("/phone-configs"))[0]).toMatchObject({ ivr_mode: "ivr" });
  await page.reload();
  await expect(card.getByTestId("phone-config-ivr-mode-select")).toHaveValue("ivr");
});

test("a feature is off for everybody, and back", async ({ page, as, apiAs, business }) => {
  const ofTheTenant = async () =>
    (await business.api.list("/features")).find((one) => one.key === "advanced_analytics");
  expect(await ofTheTenant()).toMatchObject({ enabled: true });
  await as("owner");
  await page.goto("/admin/features");
  const card = page.getByRole("region", { name: "Advanced analytics" });
  const off = card.getByRole("switch", { name: "Off for everybody" });
  try {
    await off.click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Switch it off" }).click();
    await expect(card.getByText("Off for everybody").first()).toBeVisible();
    await expect.poll(ofTheTenant).toMatchObject({ enabled: false, reason: "platform_kill" });
    await off.click();
    await expect.poll(ofTheTenant).toMatchObject({ enabled: true });
  } finally {
    await (await apiAs("owner")).patch("/admin/features/advanced_analytics", { killed: false });
  }
});

test("who asked for a tenant is answered: one gets it, one is told why not", async ({ page, as, apiAs }) => {
  const platform = await apiAs("owner");
  const word = aWord();
  const request = (name: string) => ({
    company_name: `${name} ${word}`,
    contact_name: "Ira Inquirer",
    email: `${name.toLowerCase()}@${word}.example`,
    plan_tier: "starter",
  });
  await platform.post("/setup-requests", request("Wanted"));
  await platform.post("/setup-requests", request("Unwanted"));
  await as("owner");
  await page.goto("/admin/setup-requests");
  await page.getByRole("button", { name: `Reject Unwanted ${word}` }).click();
  const asked = page.getByRole("alertdialog");
  await asked.getByLabel("Reason").fill("We do not serve that town yet.");
  await asked.getByRole("button", { name: "Reject" }).click();
  await expect(news(page, `Unwanted ${word} is rejected`)).toBeVisible();
  await page.getByRole("button", { name: `Approve Wanted ${word}` }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Approve" }).click();
  await expect(dialog).toBeHidden();
  await page.getByLabel("State").selectOption("Approved");
  await page.getByRole("link", { name: `Open the tenant Wanted ${word}` }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Wanted ${word}`);
  const mails = await platform.list("/admin/mailbox?limit=200");
  const to = (name: string) => mails.find((mail) => mail.recipient === `${name}@${word}.example`);
  expect(String(to("wanted")?.body)).toContain("accept-invite");
  expect(String(to("unwanted")?.body)).toContain("We do not serve that town yet.");
});
