import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";
import { forget } from "@/api/session/session";
import { forgetToasts } from "@/components/ui/toast/toast";

// A machine that builds at the same time is slow; what never comes still fails.
configure({ asyncUtilTimeout: 8_000 });
// Test files share a page, which takes longer to make than most of them to run: each leaves it as it was.
afterEach(() => {
  cleanup();
  forgetToasts();
  forget();
  localStorage.clear();
  sessionStorage.clear();
});

// Looking for a role costs time for each of four hundred zones that a list of them holds.
Intl.supportedValuesOf = () => ["America/New_York", "Asia/Jerusalem", "UTC"];

class Unobserving {
  observe() {}
  unobserve() {}
  disconnect() {}
}
globalThis.ResizeObserver ??= Unobserving as typeof ResizeObserver;
Element.prototype.scrollIntoView ??= () => {};
Element.prototype.hasPointerCapture ??= () => false;
window.scrollTo = () => {};
