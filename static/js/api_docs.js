// Swagger's dark style follows the reader's theme, like everything else.
const root = document.documentElement;
const systemIsDark = matchMedia("(prefers-color-scheme: dark)");

function follow() {
  const isDark = root.dataset.theme ? root.dataset.theme === "dark" : systemIsDark.matches;
  root.classList.toggle("dark-mode", isDark);
}

follow();
systemIsDark.addEventListener("change", follow);
new MutationObserver(follow).observe(root, { attributes: true, attributeFilter: ["data-theme"] });
