/** Numbers, how each answers, and the menus that callers go through. */
import type { Locator, Page } from "@playwright/test";
import { aNumber } from "./stand/business";
import { expect, news, test } from "./stand/test";

/** A number as the dashboard writes it. */
const shown = (number: string) => number.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, "($1) $2-$3");
const card = (page: Page, number: string): Locator =>
  page
    .locator("main")
    .getByRole("listitem")
    .filter({ hasText: shown(number) });

async function save(page: Page): Promise<void> {
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
}

test("a new line rings a phone, then has a menu, then the agent answers it", async ({
  page,
  as,
  business,
}) => {
  const number = aNumber();
  const lineOf = async () =>
    (await business.api.list("/phone-configs")).find((line) => line.phone_number === number);
  await as(business.email);
  await page.goto("/lines");
  await page.getByRole("button", { name: "New line" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Number", { exact: true }).fill(shown(number));
  await dialog.getByRole("radio", { name: "Forward" }).click();
  await dialog.getByLabel("Rings", { exact: true }).fill("(918) 555-0177");
  await save(page);
  await expect(card(page, number)).toContainText("Forward");
  await expect(card(page, number)).toContainText("(918) 555-0177");
  expect(await lineOf()).toMatchObject({ ivr_mode: "simple", forward_to: "+19185550177" });

  await page.getByRole("button", { name: `Edit ${shown(number)}` }).click();
  await dialog.getByRole("radio", { name: "Menu" }).click();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByText("Choose the menu that answers.")).toBeVisible();
  await dialog.getByRole("combobox", { name: "Menu", exact: true }).selectOption("Main");
  await save(page);
  await expect(card(page, number).getByText("Menu", { exact: true }).first()).toBeVisible();
  await expect(card(page, number)).toContainText("Main");
  expect(await lineOf()).toMatchObject({ ivr_mode: "ivr" });

  await page.getByRole("button", { name: `Edit ${shown(number)}` }).click();
  await dialog.getByRole("radio", { name: "AI Voice (Beta)" }).click();
  await dialog.getByLabel("Agent", { exact: true }).selectOption("Front desk");
  await save(page);
  await page.reload();
  await expect(card(page, number).getByText("AI Voice (Beta)", { exact: true })).toBeVisible();
  await expect(card(page, number)).toContainText("Front desk");
  expect(await lineOf()).toMatchObject({ ivr_mode: "ai-voice" });
});

test("a line says what a call to it would do now, step by step, without placing one", async ({
  page,
  as,
  business,
}) => {
  const [line] = await business.api.list("/phone-configs");
  const trial = await business.api.post(`/phone-configs/${line?.id}/test`, {});
  const checks = trial.checks as { passed: boolean; detail: string }[];
  await as(business.email);
  await page.goto("/lines");
  await page.getByRole("button", { name: `Test ${shown(business.number)}` }).click();
  const dialog = page.getByRole("dialog", { name: `A call to ${shown(business.number)}, now` });
  await expect(dialog.getByText(String(trial.summary)).first()).toBeVisible();
  await expect(dialog.getByRole("listitem")).toHaveCount(checks.length);
  await expect(dialog.getByLabel("Passed")).toHaveCount(checks.filter((check) => check.passed).length);
  await expect(dialog.getByLabel("Failed")).toHaveCount(checks.filter((check) => !check.passed).length);
  expect(await business.api.list("/calls")).toEqual([]);
});

test("two people change the same line: the second is shown both, and overwrites on purpose", async ({
  page,
  as,
  business,
  expected,
}) => {
  expected.push(/412/);
  await as(business.email);
  await page.goto("/lines");
  await page.getByRole("button", { name: `Edit ${shown(business.number)}` }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Rings for, in seconds").fill("45");
  const [line] = await business.api.list("/phone-configs");
  await business.api.patch(`/phone-configs/${line?.id}`, { dial_timeout_s: 30 });
  await dialog.getByRole("button", { name: "Save" }).click();
  const clash = dialog.getByRole("alert");
  await expect(clash).toContainText("Somebody else changed this since you opened it");
  await expect(clash).toContainText("Saved: 30 s");
  await expect(clash).toContainText("Yours: 45 s");
  await clash.getByRole("button", { name: "Save mine over it" }).click();
  await expect(dialog).toBeHidden();
  expect(await business.api.get(`/phone-configs/${line?.id}`)).toMatchObject({ dial_timeout_s: 45 });
});

test("a menu is built and saved by keyboard alone", async ({ page, as, business }) => {
  await as(business.email);
  await page.goto("/menus");
  const tree = page.getByRole("tree", { name: "Menus" });
  const focused = tree.locator("[role=treeitem]:focus");
  await expect(tree).toBeVisible();
  for (let presses = 0; presses < 60 && (await focused.count()) === 0; presses += 1)
    await page.keyboard.press("Tab");
  await expect(focused).toContainText("Main");

  await page.keyboard.press("ArrowDown");
  await expect(focused).toContainText("Book");
  await page.keyboard.press("Delete");
  // The focus is not lost with what had it.
  await expect(focused).toContainText("Main");
  await expect(tree.getByText("Book")).toHaveCount(0);
  await page.keyboard.press("Control+z");
  await expect(tree.getByText("Book")).toBeVisible();

  await page.keyboard.press("Insert");
  await expect(focused).toContainText("4");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Key", { exact: true })).toBeFocused();
  await page.keyboard.press("Tab");
  await page.keyboard.type("Directions");
  await page.keyboard.press("Tab");
  await expect(page.getByLabel("What the key does")).toBeFocused();
  await page.keyboard.type("Say");
  await page.keyboard.press("Tab");
  await expect(page.getByLabel("What the caller hears")).toBeFocused();
  await page.keyboard.type("We are across from the station.");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(news(page, "Menus saved")).toBeVisible();
  const [menu] = await business.api.list("/ivr-menus");
  expect(menu?.options).toContainEqual({
    digit: "4",
    label: "Directions",
    action: { kind: "say", text: "We are across from the station." },
  });
});

test("a menu that leads in a circle or nowhere is not saved, and says why", async ({
  page,
  as,
  business,
}) => {
  await as(business.email);
  await page.goto("/menus");
  await page.locator("main").getByRole("button", { name: "Menu", exact: true }).click();
  await page.getByLabel("Name", { exact: true }).fill("Round");
  await page.getByLabel("Prompt", { exact: true }).fill("Press 1 to hear this again.");
  await page.getByRole("button", { name: "Key", exact: true }).click();
  await page.getByLabel("What the key does").selectOption("Go to another menu");
  await page.getByRole("combobox", { name: "Menu", exact: true }).selectOption("Round");
  await page.getByRole("treeitem").filter({ hasText: "No key" }).last().click();
  const without = page.getByLabel("When no key was pressed in all attempts");
  await without.selectOption("Go to another menu");
  await page.getByRole("combobox", { name: "Menu", exact: true }).selectOption("Round");

  const problems = page.getByRole("region", { name: "Problems" });
  await expect(problems).toContainText("Round is a dead end");
  await expect(problems).toContainText("led in a circle forever: Round → Round.");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Not saved yet")).toBeVisible();
  expect(await business.api.list("/ivr-menus")).toHaveLength(1);

  await page.getByRole("treeitem").filter({ hasText: "No key" }).last().click();
  await without.selectOption("Hang up");
  await expect(problems).not.toContainText("dead end");
  await expect(problems).not.toContainText("circle");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(news(page, "Menus saved")).toBeVisible();
  expect((await business.api.list("/ivr-menus")).map((menu) => menu.name).sort()).toEqual(["Main", "Round"]);
});
