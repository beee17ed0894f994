// The theme switch, and what every page needs of htmx: which refused answers are shown, and where the focus goes.

const root = document.documentElement;
const THEMES = ["system", "light", "dark"];

function store(name, value) {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    // Storage is off: the setting lasts for this page.
  }
}

function showTheme(button) {
  const theme = root.dataset.theme ?? "system";
  button.querySelector("[data-theme-name]").textContent = theme;
  button.title = `Colours: ${theme}. Press to change.`;
}

for (const button of document.querySelectorAll("[data-theme-switch]")) {
  showTheme(button);
  button.addEventListener("click", () => {
    const now = THEMES.indexOf(root.dataset.theme ?? "system");
    const next = THEMES[(now + 1) % THEMES.length];
    if (next === "system") delete root.dataset.theme;
    else root.dataset.theme = next;
    store("theme", next === "system" ? null : next);
    showTheme(button);
  });
}

// A list that changes with its filters needs no extra press when scripts are on.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-submit-on-change]");
  if (form && event.target.matches("select, [type=checkbox]")) form.requestSubmit();
});

function showCurrentMark(scope) {
  const mark = scope.querySelector(".pane--text .current-content, .pane--text .current-source");
  const pane = mark?.closest(".pane");
  if (!pane) return;
  // Only the pane scrolls: on a narrow screen, where panes are stacked, the page stays where the reader put it.
  if (pane.scrollHeight > pane.clientHeight) {
    const offset = mark.getBoundingClientRect().top - pane.getBoundingClientRect().top;
    pane.scrollTop += offset - pane.clientHeight * 0.3;
  }
  const item = scope.querySelector(".claim-list [aria-current]");
  item?.scrollIntoView({ block: "nearest" });
}

showCurrentMark(document);
document.addEventListener("htmx:afterSettle", (event) => {
  showCurrentMark(document);
  const first = event.target.querySelector?.("[data-focus-first], [aria-invalid=true]");
  first?.focus();
  // Focused already, by htmx and before the panel began anew at its top: then focus() alone does not show it.
  first?.scrollIntoView({ block: "center" });
});

// The network failed: say so where the page speaks, and leave everything typed as it is.
function sayUnsent(event) {
  if (event.detail.elt.id === "presence") return; // asked by the page itself: nobody sent anything
  const messages = document.getElementById("messages");
  const template = document.getElementById("unsent-message");
  if (!messages || !template || messages.querySelector("[data-unsent]")) return;
  messages.append(template.content.cloneNode(true));
}
document.addEventListener("htmx:sendError", sayUnsent);
document.addEventListener("htmx:responseError", sayUnsent);
