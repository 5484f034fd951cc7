/**
 * Who is signed in, in this tab. The access token lives in memory alone; the refresh token is in a cookie that
 * no script can read and works once, so that tabs take turns at refreshing.
 *
 * A session that ends while somebody works does not throw the page away: requests wait until the same person
 * has signed in again, and then go on.
 */
import { useSyncExternalStore } from "react";
import { firstSession } from "@/api/first/first";
import type { components } from "@/api/schema";

export type Session = components["schemas"]["SessionView"];
type Begun = components["schemas"]["BegunView"];

export type State =
  | { kind: "unknown" }
  | { kind: "out" }
  /** `left`: the tenant whose place was over by itself, until it is seen. */
  | { kind: "in"; session: Session; place: Begun | null; left?: string }
  /** It ended in mid-work; what is on the page stays. */
  | { kind: "ended" };

const BASE = "/api/v1";
/** In the tab's own storage: the id of the impersonation that it is in. The token is nowhere but in memory. */
const MARK = "trunkline.place";
let state: State = { kind: "unknown" };
let starting: Promise<State> | null = null;
let renewing: Promise<boolean> | null = null;
const listeners = new Set<() => void>();
const tabs = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("trunkline.session");

function become(next: State): void {
  state = next;
  for (const told of [...listeners]) told();
}

function subscribe(told: () => void): () => void {
  listeners.add(told);
  return () => listeners.delete(told);
}

export const getState = (): State => state;
export const useSession = (): State => useSyncExternalStore(subscribe, getState);

/** The token to send now: that of the tenant's place while an operator works in one. */
export function token(): string | null {
  if (state.kind !== "in") return null;
  return state.place?.access_token ?? state.session.access_token;
}

/** One tab at a time: a refresh token that is shown twice ends the session. */
async function underLock<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks ? navigator.locks.request("trunkline.refresh", work) : work();
}

async function askForToken(): Promise<Session | null> {
  const answer =
    (await firstSession()) ??
    (await underLock(() => fetch(`${BASE}/auth/refresh`, { method: "POST", credentials: "same-origin" })));
  if (answer.ok) return (await answer.json()) as Session;
  if (answer.status === 401 || answer.status === 400) return null;
  throw new TypeError(`refresh answered ${answer.status}`);
}

/** Once, when the page is opened: whoever has a session goes on with it. */
export function start(): Promise<State> {
  if (state.kind !== "unknown") return Promise.resolve(state);
  starting ??= askForToken()
    .then((session) => {
      become(session ? { kind: "in", session, place: null } : { kind: "out" });
      return state;
    })
    .finally(() => {
      starting = null;
    });
  return starting;
}

/** Another token after a 401, however many requests ask for it at once. False: nobody is signed in. */
export function renew(refused: string | null): Promise<boolean> {
  if (state.kind === "ended") return untilSignedIn();
  // Another request was faster.
  if (state.kind === "in" && token() !== refused) return Promise.resolve(true);
  if (state.kind !== "in") return Promise.resolve(false);
  if (state.place) {
    // A place is not renewed: when its hour is over, the operator is the operator again.
    leavePlace(true);
    return Promise.resolve(false);
  }
  renewing ??= askForToken()
    .then((session) => {
      if (session) {
        become({ kind: "in", session, place: null });
        return true;
      }
      become({ kind: "ended" });
      return untilSignedIn();
    })
    .finally(() => {
      renewing = null;
    });
  return renewing;
}

function untilSignedIn(): Promise<boolean> {
  return new Promise((done) => {
    const stop = subscribe(() => {
      if (state.kind === "in" || state.kind === "out") {
        stop();
        done(state.kind === "in");
      }
    });
  });
}

export function signedIn(session: Session): void {
  become({ kind: "in", session, place: null });
}

export function enterPlace(place: Begun): void {
  if (state.kind !== "in") return;
  mark(place.id);
  become({ kind: "in", session: state.session, place });
}

/** Out of the tenant's place; `byItself` when nobody pressed Exit, so that it can be said. */
export function leavePlace(byItself = false): void {
  if (state.kind !== "in") return;
  mark(null);
  const left = byItself && state.place ? { left: state.place.tenant_id } : {};
  become({ kind: "in", session: state.session, place: null, ...left });
}

/** A place that this tab was in before it was loaded again cannot be entered any more. */
export function placeLost(tenant: string): void {
  mark(null);
  if (state.kind === "in") become({ ...state, left: tenant });
}

export function seenLeft(): void {
  if (state.kind === "in") become({ kind: "in", session: state.session, place: state.place });
}

function mark(id: string | null): void {
  try {
    if (id) sessionStorage.setItem(MARK, id);
    else sessionStorage.removeItem(MARK);
  } catch {
    // No storage: a reload leaves the place.
  }
}

/** The impersonation that this tab was in when it was loaded again. */
export function markedPlace(): string | null {
  if (state.kind !== "in" || state.place) return null;
  try {
    return sessionStorage.getItem(MARK);
  } catch {
    return null;
  }
}

export function signedOut(tellTabs = true): void {
  mark(null);
  become({ kind: "out" });
  if (tellTabs) tabs?.postMessage("out");
}

if (tabs) tabs.onmessage = (message) => message.data === "out" && state.kind === "in" && signedOut(false);

/** For tests. */
export function forget(): void {
  starting = null;
  renewing = null;
  become({ kind: "unknown" });
}
