/** Light, dark, or as the system wishes. The first paint is public/first.js's, with the same rule. */
import { useSyncExternalStore } from "react";

export type Theme = "light" | "dark" | "system";
const KEY = "trunkline.theme";
const listeners = new Set<() => void>();
const wish = window.matchMedia?.("(prefers-color-scheme: dark)");

export function theme(): Theme {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === "light" || kept === "dark" ? kept : "system";
  } catch {
    return "system";
  }
}

function show(): void {
  const dark = theme() === "dark" || (theme() === "system" && (wish?.matches ?? false));
  document.documentElement.classList.toggle("dark", dark);
  for (const told of listeners) told();
}

export function setTheme(next: Theme): void {
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // No storage: it holds until the page is left.
  }
  show();
}

wish?.addEventListener("change", show);
window.addEventListener("storage", (event) => event.key === KEY && show());

export function useTheme(): Theme {
  return useSyncExternalStore((told) => {
    listeners.add(told);
    return () => listeners.delete(told);
  }, theme);
}
