export const TABS = ["services", "questions"] as const;
export type Tab = (typeof TABS)[number];
