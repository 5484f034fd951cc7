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

// Who is there, for pages that ask: src/api/first takes the answers, src/api/session says why there is a lock.
(() => {
  const open = /^\/(login-link|accept-invite|choose-password|forgot-password|reset-password|shared)(\/|$)/;
  if (open.test(location.pathname)) return;
  const begin = () => fetch("/api/v1/auth/refresh", { method: "POST", credentials: "same-origin" });
  const session = navigator.locks ? navigator.locks.request("trunkline.refresh", begin) : begin();
  const said = (answer) => (answer.ok ? answer.clone().json() : Promise.reject(answer));
  const token = session
    .then(said)
    .then((to) => (to.must_change_password ? Promise.reject(to) : to.access_token));
  const read = async (path) => {
    const bearer = await token;
    return {
      bearer,
      answer: await fetch(`/api/v1${path}`, { headers: { Authorization: `Bearer ${bearer}` } }),
    };
  };
  const me = read("/me");
  const inTenant = me.then(({ answer }) => said(answer)).then(({ role }) => role && role !== "customer");
  // For the tenant's zone, which is in every time of a page.
  const settings = inTenant.then((is) => (is ? read("/settings") : Promise.reject(is)));
  window.trunklineFirst = { session, "/me": me, "/settings": settings };
  // What went wrong is told to who asks for it again.
  for (const asked of [token, ...Object.values(window.trunklineFirst)]) asked.catch(() => undefined);
})();

// The first date that is put into words takes a tenth of a second of a slow machine, now or later: now nobody waits.
setTimeout(() => Intl.DateTimeFormat().format() + (0).toLocaleString(), 0);
