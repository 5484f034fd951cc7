/** Everybody's password on the stand. */
export const PASSWORD = "a sentence for the tests";

/** What every spec may rely on. */
export interface Stand {
  url: string;
  /** The id of the demo tenant, a dental clinic with a line in each mode. */
  demo: string;
  data: string;
  bin: string;
}

export const PEOPLE = {
  /** The platform's owner. */
  owner: "owner@localhost",
  /** Owner of the demo tenant. */
  ann: "ann@bright.example",
  /** May look in the demo tenant, and change nothing. */
  vic: "vic@bright.example",
  /** Administrator of the demo tenant, whose sessions end. */
  eve: "eve@bright.example",
  /** A customer of the demo tenant. */
  carl: "carl@home.example",
  /** Owner of a tenant that has nothing yet. */
  new: "new@nothing.example",
  /** Administrator of a tenant with thousands of calls. */
  busy: "admin@load-001.example",
} as const;

export function stand(): Stand {
  const told = process.env.TRUNKLINE_STAND;
  if (!told) throw new Error("no stand: run through `npm run e2e`");
  return JSON.parse(told) as Stand;
}
