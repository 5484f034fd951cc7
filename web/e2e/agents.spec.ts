/** An agent's versions: written, compared, published, and rolled back. */
import { expect, news, test } from "./stand/test";

test("a version is written, compared with what callers meet, published, and rolled back", async ({
  page,
  as,
  business,
}) => {
  const agent = (await business.api.list("/agents")).find((one) => one.name === "Front desk");
  const published = async () => {
    const { published_version_id } = await business.api.get(`/agents/${agent?.id}`);
    const versions = await business.api.list(`/agents/${agent?.id}/versions`);
    return versions.find((version) => version.id === published_version_id)?.version;
  };
  expect(await published()).toBe(1);
  await as(business.email);
  await page.goto("/agents");
  await page.getByRole("link", { name: "Front desk" }).click();
  await page.getByRole("link", { name: "Edit" }).click();
  await page.getByLabel("Name for itself").fill("Zoe");
  await page.getByRole("button", { name: "Save as a draft" }).click();
  await expect(news(page, "Version 2 is saved. Calls do not have it yet.")).toBeVisible();
  expect(await published()).toBe(1);

  await page.getByRole("link", { name: "Compare with the published one" }).click();
  await expect(page.getByRole("heading", { name: "1 difference" })).toBeVisible();
  await expect(page.getByRole("definition").filter({ hasText: "After" })).toContainText("Zoe");
  await page.getByRole("link", { name: "Front desk" }).click();

  await page.getByRole("button", { name: "What to do with version 2" }).click();
  await page.getByRole("menuitem", { name: "Publish" }).click();
  const asked = page.getByRole("alertdialog", { name: "Publish version 2?" });
  await expect(asked).toContainText("Name for itself");
  await asked.getByRole("button", { name: "Publish" }).click();
  await expect(page.getByRole("button", { name: "Roll back to version 1" })).toBeVisible();
  expect(await published()).toBe(2);

  await page.getByRole("button", { name: "Roll back to version 1" }).click();
  await expect(news(page, "Rolled back to version 1.")).toBeVisible();
  expect(await published()).toBe(1);
});

test("who writes a version while somebody else does keeps their words", async ({ page, as, business }) => {
  const agent = (await business.api.list("/agents")).find((one) => one.name === "Front desk");
  await as(business.email);
  await page.goto(`/agents/${agent?.id}/edit`);
  await page.getByLabel("Name for itself").fill("Mine");
  await business.api.post(`/agents/${agent?.id}/versions`, {
    ...(agent?.settings as object),
    agent_name: "Theirs",
  });
  await page.getByRole("button", { name: "Save as a draft" }).click();
  await expect(page.getByText("Somebody wrote version 2 while you were here")).toBeVisible();
  await expect(page.getByLabel("Name for itself")).toHaveValue("Mine");
  await page.getByRole("button", { name: "Save as a draft" }).click();
  await expect(news(page, "Version 3 is saved. Calls do not have it yet.")).toBeVisible();
});

test("a voice is listened to before it is taken", async ({ page, as, business, expected }) => {
  const agent = (await business.api.list("/agents")).find((one) => one.name === "Front desk");
  const voice = (await business.api.list("/voices")).find((one) => one.is_default);
  await as(business.email);
  await page.goto(`/agents/${agent?.id}/edit`);
  await page.getByLabel("Voice", { exact: true }).selectOption(String(voice?.name));
  // Calls come first: while one has the place, nothing is spoken.
  expected.push(/503.*\/voices\/preview/);
  await expect(async () => {
    const spoken = page.waitForResponse((answer) => answer.url().endsWith("/voices/preview"));
    await page.getByRole("button", { name: "Listen" }).click();
    expect((await spoken).headers()["content-type"]).toBe("audio/wav");
  }).toPass({ timeout: 60_000 });
  await page.getByRole("button", { name: "Save and publish" }).click();
  await expect(page.getByText("What callers meet")).toBeVisible();
  expect(await business.api.get(`/agents/${agent?.id}`)).toMatchObject({ settings: { voice: voice?.name } });
});
