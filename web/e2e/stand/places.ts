/** Every address of the dashboard, read from the routes, so that no page is forgotten. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Api } from "./api";
import type { Person } from "./test";

export interface Place {
  /** As the route has it: `/calls/$callId`. */
  route: string;
  who: Person | null;
}

const ROUTES = join(import.meta.dirname, "../../src/routes");

export function places(): Place[] {
  const files = readdirSync(ROUTES, { recursive: true, encoding: "utf8" });
  const routes = files
    .filter((file) => file.endsWith(".tsx") && !file.startsWith("__root"))
    .map((file) => file.replace(/\.tsx$/, "").replaceAll(".", "/"))
    // A layout has its pages below it.
    .filter(
      (route) =>
        route !== "_app" &&
        !files.some((file) => file.startsWith(`${route}.`) && !file.endsWith(`${route}.tsx`)),
    )
    .map((route) =>
      `/${route}`
        .replace(/\/_app/, "")
        .replace(/\/index$/, "")
        .replace(/^$/, "/"),
    );
  return [...new Set(routes)].sort().map((route) => ({ route, who: visitor(route) }));
}

function visitor(route: string): Person | null {
  if (OPEN.has(route)) return null;
  if (route.startsWith("/admin")) return "owner";
  return route === "/portal" ? "carl" : "ann";
}

/** For whoever has not signed in. */
const OPEN = new Set([
  "/login",
  "/forgot-password",
  "/reset-password",
  "/accept-invite",
  "/login-link",
  "/choose-password",
  "/shared/$token",
]);

/** The address with something real in it. */
export async function addressOf({ route }: Place, api: Api): Promise<string> {
  let address = route;
  for (const [part] of route.matchAll(/\$\w+/g)) {
    const find = PARTS[part];
    if (!find) throw new Error(`no example for ${part}: add one to e2e/stand/places.ts`);
    address = address.replace(part, await find(api));
  }
  return address;
}

const first = (path: string) => async (api: Api) => String((await api.list(path))[0]?.id);

const PARTS: Record<string, (api: Api) => Promise<string>> = {
  $callId: first("/calls?ivr_mode=ai-voice"),
  $agentId: first("/agents"),
  $tenantId: first("/admin/tenants?q=bright-dental"),
  $packKey: async (api) => String((await api.list("/industry-packs"))[0]?.key),
  $token: async () => "nobody-has-this-token",
};
