/** Calls to the stand's server, as the carrier would bring them. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Stand } from "./stand";

export interface Placed {
  /** Until the caller is gone. */
  over: Promise<unknown>;
  hangUp: () => void;
}

export function placeCall(stand: Stand, to: string, from: string, ...does: string[]): Placed {
  const args = ["call", "--server", stand.url, "--data-dir", stand.data, "--no-transcript"];
  const caller: ChildProcess = spawn(stand.bin, [...args, "--to", to, "--from", from, ...does], {
    stdio: "ignore",
  });
  return { over: once(caller, "exit"), hangUp: () => void caller.kill() };
}
