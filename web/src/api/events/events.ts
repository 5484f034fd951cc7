/**
 * Calls as they happen: GET /events, read as a stream because a bearer is needed (EventSource can send none).
 * Connects again by itself; `ready` and `missed` tell the reader to look at the lists again.
 */
import { sessionFetch } from "@/api/client/client";

export interface ServerEvent {
  name: string;
  data: string;
}

/** Server-sent events out of a stream of text, as they become whole. */
export class Reader {
  private rest = "";

  read(text: string): ServerEvent[] {
    this.rest += text;
    const blocks = this.rest.split(/\r?\n\r?\n/);
    this.rest = blocks.pop() ?? "";
    return blocks.flatMap((block) => {
      let name = "message";
      const data: string[] = [];
      for (const line of block.split(/\r?\n/)) {
        if (line.startsWith("event:")) name = line.slice(6).trim();
        else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
      }
      return data.length > 0 || name !== "message" ? [{ name, data: data.join("\n") }] : [];
    });
  }
}

export type Standing = "connecting" | "live" | "waiting";

const LONGEST_WAIT_MS = 30_000;

/** Reads until `signal` is aborted. A server without the route (404) or that refuses (403) is not asked again. */
export async function watch(
  signal: AbortSignal,
  told: (event: ServerEvent) => void,
  standing: (now: Standing) => void,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    standing("connecting");
    try {
      const url = new URL("/api/v1/events", window.location.origin);
      const answer = await sessionFetch(
        new Request(url, { signal, headers: { Accept: "text/event-stream" } }),
      );
      if ([401, 403, 404].includes(answer.status)) break;
      if (answer.ok && answer.body) {
        await readAll(answer.body, (event) => {
          failures = 0;
          standing("live");
          told(event);
        });
      }
    } catch {
      // No connection, or an abort: the loop's condition tells which.
    }
    if (signal.aborted) break;
    standing("waiting");
    failures += 1;
    await pause(Math.min(LONGEST_WAIT_MS, 500 * 2 ** failures) * (0.5 + Math.random() / 2), signal);
  }
  if (!signal.aborted) standing("waiting");
}

async function readAll(body: ReadableStream<Uint8Array>, told: (event: ServerEvent) => void): Promise<void> {
  const reader = new Reader();
  const decoder = new TextDecoder();
  const source = body.getReader();
  for (;;) {
    const { done, value } = await source.read();
    if (done) return;
    for (const event of reader.read(decoder.decode(value, { stream: true }))) told(event);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      done();
    });
  });
}
