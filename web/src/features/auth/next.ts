/** Where somebody was before the sign-in page: a path of this dashboard, never another site's. */
export function ownPath(next: unknown): string | undefined {
  if (typeof next !== "string") return undefined;
  try {
    const url = new URL(next, window.location.origin);
    const path = url.pathname + url.search + url.hash;
    return url.origin === window.location.origin && next.startsWith("/") && path !== "/" ? path : undefined;
  } catch {
    return undefined;
  }
}

/** `token` of a link; nothing else of the address is kept. */
export const linkToken = (search: Record<string, unknown>): { token: string } => ({
  token: typeof search.token === "string" ? search.token : "",
});
