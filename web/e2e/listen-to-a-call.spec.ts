import type { Page } from "@playwright/test";
import { expect, news, test } from "./stand/test";

/** The page of the stand's conversation with the agent, with its player. */
async function openCall(page: Page): Promise<void> {
  await page.goto("/calls?ivr_mode=ai-voice");
  await page.locator("tbody").getByRole("link").last().click();
  await expect(page.getByRole("slider", { name: "Place in the recording" })).toBeVisible();
  // There is sound: the element knows how long it is.
  await expect(page.getByRole("tabpanel").first()).toContainText("Agent");
}

test("somebody goes through the turns of a recording by keys", async ({ page, as }) => {
  await as("vic");
  await openCall(page);
  const slider = page.getByRole("slider", { name: "Place in the recording" });
  await expect(slider).toHaveAttribute("aria-valuetext", /^0 s of /);
  await page.keyboard.press("ArrowRight");
  await expect(slider).toHaveAttribute("aria-valuetext", /^5 s of /);
  await page.keyboard.press("]");
  await expect(page.locator("[aria-current=true]")).toHaveCount(1);
  await page.keyboard.press("Space");
  await expect(page.getByRole("button", { name: "Pause" })).toBeVisible();
  await page.keyboard.press("Space");
  await expect(page.getByRole("button", { name: "Play", exact: true })).toBeVisible();
});

test("a link to a moment opens the call there", async ({ page, as }) => {
  await as("vic");
  await openCall(page);
  await page.goto(`${page.url().split("?")[0]}?t=6.5`);
  await expect(page.getByRole("slider")).toHaveAttribute("aria-valuenow", "7");
  await expect(page.locator("li[aria-current=true]")).toBeInViewport();
});

test("a call is shared with somebody who has no login, until it is ended", async ({ page, as, browser }) => {
  await as("ann");
  await openCall(page);
  await page.getByRole("button", { name: "Share" }).click();
  await page.getByRole("checkbox", { name: /listen/ }).check();
  await page.getByRole("button", { name: "Make a link" }).click();
  const link = await page.getByLabel("Link", { exact: true }).inputValue();
  const stranger = await (await browser.newContext()).newPage();
  await stranger.goto(link);
  await expect(stranger.getByRole("heading", { level: 1 })).toContainText("Call with");
  await expect(stranger.getByText(/•+0142/)).toBeVisible();
  await expect(stranger.locator("audio")).toBeVisible();
  await page.getByRole("button", { name: "End it" }).first().click();
  await expect(news(page, "The link shows nothing any more.")).toBeVisible();
  await stranger.reload();
  await expect(stranger.getByText("This link shows nothing any more")).toBeVisible();
  await stranger.context().close();
});

test("notes and tags stay with a call", async ({ page, as }) => {
  await as("ann");
  await openCall(page);
  const words = `Call back <b>${Date.now()}</b>`;
  await page.getByRole("textbox", { name: "New note" }).fill(words);
  await page.getByRole("button", { name: "Add note" }).click();
  const tag = `T${Date.now()}`;
  await page.getByRole("combobox", { name: "New tag" }).fill(tag);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("link", { name: tag })).toBeVisible();
  await page.reload();
  await expect(page.getByText(words)).toBeVisible();
  await page.getByRole("link", { name: tag }).click();
  await expect(page.locator("tbody").getByRole("link")).toHaveCount(1);
});
