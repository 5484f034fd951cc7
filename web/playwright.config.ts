import { defineConfig } from "@playwright/test";

// Debian's Chromium; without the flags it asks the world for updates.
const chromium = {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
};

export default defineConfig({
  testDir: "e2e",
  outputDir: "e2e/.results",
  globalSetup: "./e2e/stand/set-up.ts",
  reporter: [["list"], ["html", { outputFolder: "e2e/.report", open: "never" }]],
  fullyParallel: true,
  workers: 2,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  projects: [
    { name: "specs", testMatch: "*.spec.ts" },
    // Run by hand: `npm run pictures`, `npm run figures`, `npm run stand`.
    { name: "pictures", testMatch: "pictures.ts", use: { colorScheme: "light" } },
    // A trace takes the page down with each change of it, which is what would be measured.
    // With the protocol of the tools attached, V8 parses a file once more when the page calls the browser out of it, to
    // say where: most of what the first code takes to run. The flag has it keep that from the first time.
    {
      name: "figures",
      testMatch: "figures.ts",
      use: {
        trace: "off",
        screenshot: "off",
        launchOptions: {
          ...chromium,
          args: [...chromium.args, "--js-flags=--no-enable-lazy-source-positions"],
        },
      },
    },
    { name: "stand", testMatch: "stand/stay.ts" },
  ],
  forbidOnly: Boolean(process.env.CI),
  use: {
    browserName: "chromium",
    actionTimeout: 20_000,
    viewport: { width: 1280, height: 800 },
    launchOptions: chromium,
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    locale: "en-US",
    timezoneId: "Europe/Berlin",
  },
});
