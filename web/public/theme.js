// Before the first paint, so that no page flashes in the other theme. See src/lib/theme.
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
