/** A call that goes on: it appears by itself, its words as they are said, and it can be ended. */
import { placeCall } from "./stand/call";
import { expect, test } from "./stand/test";

test("a simulated call is watched live and ended by hand", async ({ page, as, stand }) => {
  test.setTimeout(180_000);
  await as("ann");
  await page.goto("/live");
  const says = ["--say", "Hello, what are your hours?", "--linger", "60"];
  const caller = placeCall(stand, "+19185550103", "+19185550147", ...says);
  try {
    const call = page.getByText("(918) 555-0147").first();
    await expect(call).toBeVisible({ timeout: 60_000 });
    await call.click();
    await expect(page.getByText(/hours/i).first()).toBeVisible({ timeout: 90_000 });
    await page
      .getByRole("button", { name: /Hang up/ })
      .first()
      .click();
    await page
      .getByRole("dialog")
      .or(page.getByRole("alertdialog"))
      .getByRole("button", { name: /Hang up|End/ })
      .click();
    await expect(page.getByRole("button", { name: /Hang up/ })).toHaveCount(0, { timeout: 30_000 });
  } finally {
    caller.hangUp();
  }
});
