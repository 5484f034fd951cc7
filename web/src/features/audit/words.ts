/** The log's words, as people read them. A word that is not known here is shown as it is. */
import type { Entry } from "@/features/audit/queries";

export const KINDS: Record<string, string> = {
  agent: "Agent",
  api_key: "API key",
  appointment: "Appointment",
  automation: "Automation",
  business_hours: "Business hours",
  call: "Call",
  contact: "Contact",
  faq: "Question",
  feature: "Feature",
  impersonation: "Visit in your place",
  industry_pack: "Industry pack",
  invite: "Invitation",
  ivr_menu: "Menu",
  login: "Login",
  login_link: "Sign-in link",
  member: "Person",
  phone_config: "Line",
  phone_number: "Number",
  service: "Service",
  settings: "Settings",
  tenant: "Business",
};

export const kindName = (kind: string): string => KINDS[kind] ?? sentence(kind);

const sentence = (word: string): string => {
  const spaced = word.replace(/[_.-]/g, " ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
};

/** `agent.version_written` → "Agent: version written" */
export function deed(action: string): string {
  const [kind, done] = action.split(".");
  return kind && done ? `${kindName(kind)}: ${verb(action)}` : sentence(action);
}

/** `agent.version_written` → "version written" */
export const verb = (action: string): string => (action.split(".")[1] ?? action).replaceAll("_", " ");

/** What the thing is called, as far as the entry tells. */
export function called(entry: Pick<Entry, "after" | "before">): string | null {
  for (const side of [entry.after, entry.before]) {
    if (side === null || typeof side !== "object") continue;
    for (const key of ["name", "question", "phone_number", "email", "company_name", "key"]) {
      const value = (side as Record<string, unknown>)[key];
      if (typeof value === "string" && value) return value;
    }
  }
  return null;
}

const ACTORS: Record<string, string> = {
  platform: "The platform",
  operator: "The operator",
  call: "An agent, in a call",
  worker: "Trunkline, by itself",
  system: "Trunkline, by itself",
};

export function actor(entry: Pick<Entry, "actor_kind" | "actor_name">): string {
  if (entry.actor_kind === "api_key")
    return `API key ${entry.actor_name ? `“${entry.actor_name}”` : ""}`.trim();
  return entry.actor_name ?? ACTORS[entry.actor_kind] ?? sentence(entry.actor_kind);
}

export interface Change {
  /** "Turn, min delay ms" */
  name: string;
  before: string;
  after: string;
  /** Too long or too many lines for one line. */
  long: boolean;
}

/** What became different between two values, leaf by leaf. */
export function changes(before: unknown, after: unknown): Change[] {
  const [was, is] = [leaves(before), leaves(after)];
  return [...new Set([...was.keys(), ...is.keys()])]
    .map((path) => ({ path, before: was.get(path) ?? "", after: is.get(path) ?? "" }))
    .filter((change) => change.before !== change.after)
    .map(({ path, ...change }) => ({
      ...change,
      name: path === "" ? "Value" : sentence(path.replaceAll("/", ", ")),
      long: [change.before, change.after].some((text) => text.length > 80 || text.includes("\n")),
    }));
}

function leaves(value: unknown, path = "", into = new Map<string, string>()): Map<string, string> {
  if (value === null || value === undefined) return into;
  if (Array.isArray(value)) {
    // Lists of words are read whole; of other things, one by one.
    if (value.every((one) => typeof one !== "object")) into.set(path, value.map(plain).join("\n"));
    else value.forEach((one, n) => void leaves(one, path ? `${path}/${n + 1}` : `${n + 1}`, into));
  } else if (typeof value === "object")
    for (const [key, one] of Object.entries(value)) leaves(one, path ? `${path}/${key}` : key, into);
  else into.set(path, plain(value));
  return into;
}

const plain = (value: unknown): string => (value === true ? "Yes" : value === false ? "No" : String(value));
