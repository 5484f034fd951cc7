/** What goes wrong while somebody works, and that nothing they typed is lost by it. */
import { PASSWORD } from "./stand/stand";
import { expect, news, test } from "./stand/test";

const NUMBER = () => `+1918555${String(1000 + Math.floor(Math.random() * 8999))}`;

test("a session that ends in mid-edit asks again and goes on with what was typed", async ({
  page,
  as,
  apiAs,
  expected,
}) => {
  expected.push(/401/);
  await as("eve");
  await page.goto("/contacts");
  await page.getByRole("button", { name: "New contact" }).click();
  const number = NUMBER();
  await page.getByLabel("Number").fill(number);
  await page.getByLabel("Name").fill("Typed before it ended");
  const api = await apiAs("eve");
  for (const session of await api.list("/me/sessions")) {
    if (!session.is_this) await api.delete(`/me/sessions/${session.id}`);
  }
  await page.getByRole("button", { name: "Save" }).click();
  const again = page.getByRole("dialog", { name: "Your session has ended" });
  await again.getByLabel("Password").fill(PASSWORD);
  await again.getByRole("button", { name: "Sign in" }).click();
  await expect(again).toBeHidden();
  await expect(page.getByText("Typed before it ended")).toBeVisible();
});

test("a server that fails is said, with a way to try again", async ({ page, as, expected }) => {
  expected.push(/500/);
  await as("ann");
  await page.route("**/api/v1/contacts*", (route) =>
    route.fulfill({
      status: 500,
      contentType: "application/problem+json",
      body: JSON.stringify({
        status: 500,
        code: "internal",
        title: "x",
        detail: "x",
        request_id: "id-of-it",
      }),
    }),
  );
  await page.goto("/contacts");
  await expect(page.getByRole("alert")).toContainText("id-of-it", { timeout: 30_000 });
  await page.unroute("**/api/v1/contacts*");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByText("Carl Customer")).toBeVisible();
});

test("without a connection the page says so, and a change that failed is still there to send", async ({
  page,
  context,
  as,
  expected,
}) => {
  expected.push(/ERR_INTERNET_DISCONNECTED/);
  await as("ann");
  await page.goto("/contacts");
  await page.getByRole("button", { name: "New contact" }).click();
  await page.getByLabel("Number").fill(NUMBER());
  await page.getByLabel("Name").fill("Typed without a connection");
  await context.setOffline(true);
  await expect(page.getByText("No connection")).toBeVisible();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("dialog").getByRole("alert")).toBeVisible();
  await expect(page.getByLabel("Name")).toHaveValue("Typed without a connection");
  await context.setOffline(false);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Typed without a connection")).toBeVisible();
});

test("two tabs that change the same contact: the second is told, and keeps its words", async ({
  page,
  as,
  apiAs,
  expected,
}) => {
  expected.push(/412/);
  const api = await apiAs("ann");
  const contact = await api.post("/contacts", { number: NUMBER(), name: "Before" });
  await as("ann");
  await page.goto("/contacts");
  await page.getByLabel("Find a contact").fill(String(contact.number));
  await page.getByRole("button", { name: /Before/ }).click();
  await expect(page.getByLabel("Name")).toHaveValue("Before");
  await api.patch(`/contacts/${contact.id}`, { name: "Changed elsewhere" });
  await page.getByLabel("Name").fill("Changed here");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("alert")).toContainText(/changed/i);
  await expect(page.getByLabel("Name")).toHaveValue("Changed here");
});

test("two tabs that change the same menu: the second says what differs, and saves over it only when told", async ({
  page,
  context,
  as,
  business,
  expected,
}) => {
  expected.push(/412/);
  await as(business.email);
  const other = await context.newPage();
  for (const tab of [page, other]) {
    await tab.goto("/menus");
    await expect(tab.getByLabel("Prompt", { exact: true })).toBeVisible();
  }
  await other.getByLabel("Prompt", { exact: true }).fill("Press 1 for the other tab.");
  await other.getByRole("button", { name: "Save" }).click();
  await expect(news(other, "Menus saved")).toBeVisible();
  await page.getByLabel("Prompt", { exact: true }).fill("Press 1 for this tab.");
  await page.getByRole("button", { name: "Save" }).click();
  const told = page.getByRole("alert").filter({ hasText: "Somebody else changed this" });
  await expect(told).toContainText("Press 1 for the other tab.");
  await expect(page.getByLabel("Prompt", { exact: true })).toHaveValue("Press 1 for this tab.");
  const prompts = async () => (await business.api.list("/ivr-menus")).map((menu) => menu.prompt);
  expect(await prompts()).toEqual(["Press 1 for the other tab."]);
  await told.getByRole("button", { name: "Save mine over it" }).click();
  await expect(news(page, "Menus saved")).toBeVisible();
  expect(await prompts()).toEqual(["Press 1 for this tab."]);
});

test("a business with endless names from right to left fits its pages at 320 px", async ({
  page,
  as,
  business,
}) => {
  const hebrew = "מרפאת השיניים של דנה כהן־לוי ובניה ".repeat(3).trim();
  const endless = "Wolfeschlegelsteinhausenbergerdorff".repeat(3);
  const { api } = business;
  await api.patch("/settings", { company_name: hebrew });
  await api.post("/agents", { name: endless.slice(0, 60), kind: "booking" });
  await api.post("/contacts", { number: NUMBER(), name: endless });
  await api.post("/knowledge/services", { name: endless.slice(0, 100), price_minor: 100, duration_min: 30 });
  await as(business.email);
  await page.setViewportSize({ width: 320, height: 740 });
  for (const address of [
    "/",
    "/calls",
    "/contacts",
    "/agents",
    "/knowledge",
    "/lines",
    "/menus",
    "/settings",
  ]) {
    await page.goto(address);
    await expect(page.locator("h1").first()).toBeVisible();
    await expect(page.getByText("Loading")).toHaveCount(0);
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth),
      `${address} is not wider than the window`,
    ).toBeLessThanOrEqual(320);
    await expect(page.getByRole("banner").getByText(hebrew)).toBeVisible();
  }
});

test("what a caller is called is text and never runs, however long and whichever way it reads", async ({
  page,
  as,
  apiAs,
}) => {
  const api = await apiAs("ann");
  const script = `<img src=x onerror="document.title='it ran'"><script>document.title='it ran'</script>`;
  await api.post("/contacts", { number: NUMBER(), name: script });
  await api.post("/contacts", { number: NUMBER(), name: "דנה כהן־לוי מרחוב הנביאים" });
  await api.post("/contacts", {
    number: NUMBER(),
    name: "Wolfeschlegelsteinhausenbergerdorff".repeat(5).slice(0, 160),
  });
  await as("ann");
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto("/contacts");
  await expect(page.getByText(script)).toBeVisible();
  await expect(page.getByText("דנה כהן־לוי")).toBeVisible();
  expect(await page.title()).not.toBe("it ran");
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
});

test("a tenant with nothing yet is told what to do first", async ({ page, as }) => {
  await as("new");
  await page.goto("/calls");
  await expect(page.getByRole("main")).toContainText(/no calls/i);
  await page.goto("/appointments");
  await expect(page.getByRole("main")).toContainText(/nothing|no appointments/i);
});

test("a tenant with thousands of calls gets them as it scrolls", async ({ page, as, apiAs }) => {
  const api = await apiAs("busy");
  const first = await api.get("/calls?limit=200");
  expect(first.has_more).toBe(true);
  await as("busy");
  await page.goto("/calls");
  const rows = page.getByRole("row");
  await expect(rows.nth(5)).toBeVisible();
  await page.mouse.move(640, 600);
  const further = async () => {
    await page.mouse.wheel(0, 3000);
    return Number(await rows.last().getAttribute("aria-rowindex"));
  };
  // Beyond the first page of them.
  await expect.poll(further, { timeout: 60_000 }).toBeGreaterThan(200);
  // However far it went, the page holds what is seen and a little more.
  expect(await rows.count()).toBeLessThan(120);
});

test("an address that leads nowhere says so and leads back", async ({ page, as, expected }) => {
  expected.push(/404/);
  await as("ann");
  await page.goto("/no-such-page");
  await expect(page.getByText(/not found|nothing here|no such page/i).first()).toBeVisible();
  await page.goto("/calls/01900000-0000-7000-8000-00000000ffff");
  await expect(page.getByRole("alert")).toBeVisible();
});

test("somebody who may only look is offered nothing to change", async ({ page, as }) => {
  await as("vic");
  await page.goto("/contacts");
  await expect(page.getByText("Carl Customer")).toBeVisible();
  await expect(page.getByRole("button", { name: "New contact" })).toHaveCount(0);
});
