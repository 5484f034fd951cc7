/** Measures what the page is to be held to; nothing here is asserted, a slow machine is no defect. */
import type { Row } from "./stand/api";
import { placeCall } from "./stand/call";
import { expect, test } from "./stand/test";

interface Painted extends PerformanceEntry {
  startTime: number;
}

test("largest contentful paint, four times slowed down", async ({ page, as, context }) => {
  const session = await context.newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  const painted = async (address: string) => {
    await page.goto(address);
    await expect(page.locator("h1").first()).toBeVisible();
    await expect(page.locator('main [role="status"]:has-text("Loading")')).toHaveCount(0);
    return page.evaluate(
      () =>
        new Promise<number>((told) => {
          new PerformanceObserver((list) =>
            told(Math.round((list.getEntries().at(-1) as Painted).startTime)),
          ).observe({ type: "largest-contentful-paint", buffered: true });
        }),
    );
  };
  // Whoever has nothing of the page yet signs in first.
  say("largest contentful paint of the sign-in page, a browser just started, ms", await painted("/login"));
  await as("ann");
  const times: number[] = [];
  for (const address of ["/", "/calls", "/", "/calls", "/", "/calls", "/", "/calls", "/", "/calls"]) {
    times.push(await painted(address));
  }
  say("largest contentful paint of the dashboard and the calls after it, in turn, ms", times);
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
  const rows = await page
    .locator("[aria-rowindex]")
    .evaluateAll((all) => Math.max(...all.map((row) => Number(row.getAttribute("aria-rowindex")))));
  const tasks = await page.evaluate(() => (window as unknown as { tasks: number[] }).tasks);
  say(`tasks over 50 ms while scrolling down ${rows} rows, ms`, tasks);
});

test("choosing a word seeks to its time", async ({ page, as }) => {
  // The player's element is not in the page.
  await page.addInitScript(() => {
    const Own = window.Audio;
    const sounds: HTMLAudioElement[] = [];
    Object.assign(window, { sounds });
    window.Audio = new Proxy(Own, {
      construct: (of, args) => {
        const sound = new of(...(args as [])) as HTMLAudioElement;
        sounds.push(sound);
        return sound;
      },
    });
  });
  await as("vic");
  await page.goto("/calls?ivr_mode=ai-voice");
  await page.locator("tbody").getByRole("link").last().click();
  await expect(page.locator("[data-word]").first()).toBeVisible();
  const words = page.locator("[data-word]");
  const off: number[] = [];
  const took: number[] = [];
  for (let n = 0; n < (await words.count()); n += 1) {
    const [at, reached, ms] = await words.nth(n).evaluate(async (word) => {
      const sound = (window as unknown as { sounds: HTMLAudioElement[] }).sounds.at(-1) as HTMLAudioElement;
      const there = new Promise((done) => sound.addEventListener("seeked", done, { once: true }));
      const began = performance.now();
      (word as HTMLElement).click();
      await there;
      return [Number((word as HTMLElement).dataset.at), sound.currentTime * 1000, performance.now() - began];
    });
    off.push(Math.round(Math.abs((reached as number) - (at as number))));
    took.push(Math.round(ms as number));
  }
  say("from a word's stored time to where it plays, ms", spread(off));
  say("from the click until the sound is there, ms", spread(took));
});

test("a turn shows after its end", async ({ page, as, apiAs, stand }) => {
  test.setTimeout(240_000);
  await as("ann");
  await page.goto("/live");
  await page.evaluate(() => {
    const seen: Record<string, number> = {};
    Object.assign(window, { seen });
    new MutationObserver(() => {
      for (const turn of document.querySelectorAll("[data-turn]")) {
        seen[turn.getAttribute("data-turn") ?? ""] ??= Date.now();
      }
    }).observe(document.body, { childList: true, subtree: true });
  });
  const says = ["Hello, how much is a cleaning?", "And when are you open?", "And where are you?", "Thanks."];
  const caller = placeCall(stand, "+19185550103", "+19185550148", ...says.flatMap((say) => ["--say", say]));
  // The caller's words are made into sound before it calls.
  await expect(page.getByText("(918) 555-0148").first()).toBeVisible({ timeout: 90_000 });
  await page.getByText("(918) 555-0148").first().click();
  await caller.over;
  const api = await apiAs("ann");
  const [placed] = await api.list("/calls?from=%2B19185550148");
  const call = await api.get(`/calls/${placed?.id}`);
  const began = Date.parse(call.answered_at as string);
  const turns = await api.list(`/calls/${call.id}/turns`);
  const seen = await page.evaluate(() => (window as unknown as { seen: Record<string, number> }).seen);
  const late = (speaker: string, over: (turn: Row) => number | undefined) =>
    turns.flatMap((turn) => {
      const [at, end] = [seen[String(turn.seq)], over(turn)];
      return turn.speaker === speaker && at && end !== undefined ? [at - began - end] : [];
    });
  // The agent's turn is over when it was heard.
  say(
    "from the end of a turn of the agent to its text on the page, ms",
    late("agent", (turn) => turn.end_ms as number),
  );
  // The caller's is over when that was decided and its words were known, both of which its answer tells.
  const known = (turn: Row) => {
    const answer = turns.find((one) => one.speaker === "agent" && (one.seq as number) > (turn.seq as number));
    return (
      answer && (turn.end_ms as number) + Math.max(Number(answer.endpoint_ms), Number(answer.asr_final_ms))
    );
  };
  say("from the end of a turn of the caller to its text on the page, ms", late("caller", known));
  say(
    "from the caller's last sound to the text on the page, ms",
    late("caller", (turn) => turn.end_ms as number),
  );
});

function spread(values: number[]): object {
  const sorted = values.toSorted((a, b) => a - b);
  return { words: sorted.length, median: sorted[Math.floor(sorted.length / 2)], most: sorted.at(-1) };
}

function say(what: string, figures: unknown): void {
  process.stdout.write(`${what}: ${JSON.stringify(figures)}\n`);
}
