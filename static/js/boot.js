// Runs before the first paint: the stored theme and keys setting, and the mark that scripts are on.
// A classic script on purpose (a module would run after the page is drawn and flash the wrong theme).
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    root.dataset.keys = localStorage.getItem("keys") === "off" ? "off" : "on";
  } catch {
    root.dataset.keys = "on";
  }
})();
