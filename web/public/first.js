// What does not wait for the page's code.

// The theme, so that no page flashes in the other one. See src/lib/theme.
(() => {
  let wish = "system";
  try {
    wish = localStorage.getItem("trunkline.theme") ?? "system";
  } catch {
    // No storage: the system's wish holds.
  }
  const dark = wish === "dark" || (wish === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.classList.toggle("dark", dark);
})();

// Who is there, on pages behind the sign-in: src/api/session takes the answer, and says why there is a lock.
(() => {
  const open =
    /^\/(login|login-link|accept-invite|choose-password|forgot-password|reset-password|shared)(\/|$)/;
  if (open.test(location.pathname)) return;
  const ask = () => fetch("/api/v1/auth/refresh", { method: "POST", credentials: "same-origin" });
  window.trunklineRefresh = navigator.locks ? navigator.locks.request("trunkline.refresh", ask) : ask();
  // It is told to whoever takes it.
  window.trunklineRefresh.catch(() => undefined);
})();
