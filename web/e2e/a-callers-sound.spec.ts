/** A call of somebody with an unusual name, and what stays of it once its sound is taken away. */
import { placeCall } from "./stand/call";
import { expect, news, test } from "./stand/test";

test("a caller's name never runs, and a recording that was purged says so", async ({
  page,
  as,
  business,
  stand,
}) => {
  const from = "+19185550152";
  const name = `<script>document.title="it ran"</script><img src=x onerror="document.title='it ran'">`;
  await business.api.post("/contacts", { number: from, name });
  await placeCall(stand, business.number, from, "--say", "Hello, are you open?", "--hang-up").over;
  const recorded = async () => (await business.api.list("/calls?has_recording=true"))[0]?.id;
  await expect.poll(recorded, { timeout: 30_000 }).toBeDefined();
  const id = await recorded();

  await as(business.email);
  await page.goto(`/calls/${id}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
  await expect(page.getByRole("slider", { name: "Place in the recording" })).toBeVisible();
  await page.getByRole("button", { name: "Delete the conversation recording" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete recording" }).click();
  await expect(news(page, "The recording is deleted.")).toBeVisible();
  await expect(page.getByText(/Its sound was deleted on/)).toBeVisible();
  await expect(page.getByRole("slider")).toHaveCount(0);
  await page.reload();
  await expect(page.getByText(/Its sound was deleted on/)).toBeVisible();
  await expect(page.getByRole("slider")).toHaveCount(0);
  await expect(page.getByRole("list", { name: "Transcript" }).getByRole("listitem").first()).toBeVisible();
  expect(await page.title()).not.toBe("it ran");
});
