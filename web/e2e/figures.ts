/** Measures what the page is to be held to; nothing here is asserted, a slow machine is no defect. */
import { spawn } from "node:child_process";
import { expect, test } from "./stand/test";

interface Painted extends PerformanceEntry {
  startTime: number;
}

test("largest contentful paint, four times slowed down", async ({ page, as, context }) => {
  await as("ann");
  const session = await context.newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  const times: number[] = [];
  for (const address of ["/", "/calls", "/", "/calls", "/", "/calls"]) {
    await page.goto(address);
    await page.waitForLoadState("networkidle");
    times.push(
      await page.evaluate(
        () =>
          new Promise<number>((told) => {
            new PerformanceObserver((list) => told((list.getEntries().at(-1) as Painted).startTime)).observe({
              type: "largest-contentful-paint",
              buffered: true,
            });
          }),
      ),
    );
  }
  say("largest contentful paint, ms", times);
});

test("scrolling through a long list of calls", async ({ page, as }) => {
  await as("busy");
  await page.goto("/calls");
  await expect(page.getByRole("row").nth(3)).toBeVisible();
  await page.evaluate(() => {
    const tasks: number[] = [];
    Object.assign(window, { tasks });
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map((e) => e.duration))).observe({
      type: "longtask",
    });
  });
  await page.mouse.move(640, 500);
  for (let n = 0; n < 200; n += 1) {
    await page.mouse.wheel(0, 900);
    await page.waitForTimeout(30);
  }
  say(
    "tasks over 50 ms while scrolling, ms",
    await page.evaluate(() => (window as unknown as { tasks: number[] }).tasks),
  );
});

test("a turn shows after its end", async ({ page, as, stand }) => {
  test.setTimeout(240_000);
  await as("ann");
  await page.goto("/live");
  await page.evaluate(() => {
    const seen: Record<string, number> = {};
    Object.assign(window, { seen });
    new MutationObserver(() => {
      for (const turn of document.querySelectorAll("[data-turn]")) {
        const id = turn.getAttribute("data-turn") ?? "";
        seen[id] ??= Date.now();
      }
    }).observe(document.body, { childList: true, subtree: true });
  });
  const args = ["call", "--server", stand.url, "--data-dir", stand.data, "--no-transcript"];
  const says = ["--say", "Hello, how much is a cleaning?", "--say", "And when are you open?", "--hang-up"];
  const caller = spawn(stand.bin, [...args, "--to", "+19185550103", "--from", "+19185550148", ...says], {
    stdio: "ignore",
  });
  await new Promise((done) => caller.once("exit", done));
  say("turns seen", await page.evaluate(() => Object.keys((window as unknown as { seen: object }).seen)));
});

function say(what: string, figures: unknown): void {
  process.stdout.write(`${what}: ${JSON.stringify(figures)}\n`);
}
