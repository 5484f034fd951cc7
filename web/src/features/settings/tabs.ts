const TABS = ["company", "agent", "hours", "features"] as const;
export type SettingsTab = (typeof TABS)[number];

/** The part of the page that the address names. */
export function cleanTab(search: Record<string, unknown>): { tab?: SettingsTab } {
  const tab = TABS.find((known) => known === search.tab);
  return tab && tab !== "company" ? { tab } : {};
}
