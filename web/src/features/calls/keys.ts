/** Names of what is kept about calls; events are written by them. */
export const callKeys = {
  all: ["calls"] as const,
  lists: ["calls", "list"] as const,
  list: (filters: object) => ["calls", "list", filters] as const,
  search: (q: string) => ["calls", "search", q] as const,
  one: (id: string) => ["calls", "one", id] as const,
  detail: (id: string) => ["calls", "one", id, "detail"] as const,
  turns: (id: string) => ["calls", "one", id, "turns"] as const,
  events: (id: string) => ["calls", "one", id, "events"] as const,
  recordings: (id: string) => ["calls", "one", id, "recordings"] as const,
  notes: (id: string) => ["calls", "one", id, "notes"] as const,
  related: (id: string) => ["calls", "one", id, "related"] as const,
  shares: (id: string) => ["calls", "one", id, "shares"] as const,
  tags: ["calls", "tags"] as const,
  latency: (days: number) => ["calls", "latency", days] as const,
  peaks: (id: string, recording: string) => ["calls", "sound", id, recording, "peaks"] as const,
  link: (id: string, recording: string) => ["calls", "sound", id, recording, "link"] as const,
  /** Long lists, page by page. An event changes rows of them and never has all of them read again. */
  longLists: ["long-call-lists"] as const,
  longList: (filters: object) => ["long-call-lists", filters] as const,
};
