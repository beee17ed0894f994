// Keys are declared on the control they press: <button data-key="u">Undo</button>, <a data-key="j">, <input data-key="3">.
// A combination is written "ctrl+enter" (Command on a Mac too). One list, the page itself: `?` reads its help from it.
//
// - Single keys never act while something is being typed, nor anywhere in a form of typing (data-typing), and a visible switch turns them off (WCAG 2.1.4).
// - Where a key stands twice (two verdict scales numbered from 1), the scale last used wins, then the first.

const root = document.documentElement;
const TEXT_ENTRY = "textarea, select, [contenteditable=true], input:not([type=radio], [type=checkbox], [type=button], [type=submit])";

// In a field of text, or on any control of a form that is for typing: what is pressed next may be meant as words.
const isTyping = () => Boolean(document.activeElement?.matches(TEXT_ENTRY) || document.activeElement?.closest("[data-typing]"));

const singleKeysOn = () => root.dataset.keys !== "off";

function keyName(event) {
  const key = event.key.toLowerCase();
  return event.ctrlKey || event.metaKey ? `ctrl+${key}` : key;
}

function usable(control) {
  return !control.disabled && control.getAttribute("aria-disabled") !== "true" && control.checkVisibility();
}

let lastScope = null;
document.addEventListener("focusin", (event) => {
  lastScope = event.target.closest("[data-key-scope]") ?? lastScope;
});

function controlFor(key) {
  // In a form of its own (a move, evidence) Ctrl+Enter sends that form, not the verdicts.
  const own = document.activeElement?.closest("form[data-typing]");
  if (own && key === "ctrl+enter") return own.querySelector("button:not([type=button])");
  const controls = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].filter(
    // A control inside a closed <details> can be reached by its key: press() opens it.
    (control) => usable(control) || control.closest("details:not([open])"),
  );
  const scope = document.activeElement?.closest("[data-key-scope]") ?? lastScope;
  return controls.find((control) => scope?.contains(control)) ?? controls[0];
}

function press(control) {
  const closed = control.closest("details:not([open])");
  if (closed) closed.open = true;
  if (control.matches("summary")) {
    control.parentElement.querySelector("input:not([type=hidden]), textarea, select")?.focus();
  } else if (control.matches("input[type=radio], input[type=checkbox]")) {
    control.focus();
    control.click();
  } else if (control.matches("fieldset")) {
    const choice = control.querySelector("input:checked") ?? control.querySelector("input, textarea, select");
    choice?.focus();
  } else if (control.matches("input, textarea, select")) {
    control.focus();
    control.select?.();
  } else {
    control.focus();
    control.click();
  }
}

// A part of the panel that was fetched because somebody opened it: on to its first field, with what was pressed while
// it was on its way, as if it had been there.
const enter = (part) => {
  const first = part.querySelector("form :is(input:not([type=hidden]), textarea, select)");
  (first ?? part.querySelector("summary")).focus();
  return first;
};
let early = [];
document.addEventListener("htmx:afterSettle", (event) => {
  const part = event.target;
  if (!part.matches?.("details.part") || event.detail.requestConfig?.elt.hasAttribute("data-returns")) return;
  const first = enter(part);
  const words = early.filter((key) => key.length === 1).join("");
  if (words && first?.matches("textarea, input:not([type=radio], [type=checkbox], [type=file])")) {
    first.value += words;
    first.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const sends = early.at(-1) === "ctrl+enter" || (early.at(-1) === "Enter" && first?.matches("input"));
  if (sends) part.querySelector("form button:not([type=button])")?.click();
  early = [];
});

// The same part by its address, as a link that was opened before the page was ready for it.
const opened = document.getElementById(location.hash.slice(1));
if (opened?.matches("details.part[open]")) enter(opened);

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.repeat || event.altKey) return;
  const key = keyName(event);
  const single = !key.startsWith("ctrl+");
  if (!isTyping() && document.querySelector("a[data-part].htmx-request:not([data-returns])")) {
    early.push(key === "ctrl+enter" ? key : single ? event.key : "");
    event.preventDefault();
    return;
  }
  early = [];
  if (single) {
    if (!singleKeysOn() || isTyping()) return;
    if (document.querySelector("dialog[open]")) return;
  }
  const control = controlFor(key);
  if (!control) return;
  event.preventDefault();
  press(control);
});

// Escape leaves a text field or a form of typing, so that the single keys work again.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && isTyping()) document.activeElement.blur();
});

// ---- Help, built from the page -----------------------------------------------------------------

const shown = (key) =>
  key.length === 1 ? key : key.split("+").map((part) => part[0].toUpperCase() + part.slice(1)).join(" ");

function label(control) {
  return (
    control.dataset.keyLabel ??
    control.getAttribute("aria-label") ??
    control.labels?.[0]?.dataset.keyLabel ??
    [...(control.labels?.[0] ?? control).childNodes]
      .filter((node) => !node.matches?.("kbd, input, .visually-hidden"))
      .map((node) => node.textContent)
      .join(" ")
  )
    .replace(/\s+/g, " ")
    .trim();
}

function fillHelp(dialog) {
  const groups = new Map();
  for (const control of document.querySelectorAll("[data-key]")) {
    const group = control.closest("[data-key-group]")?.dataset.keyGroup ?? "This page";
    if (!groups.has(group)) groups.set(group, new Map());
    groups.get(group).set(control.dataset.key, label(control));
  }
  const list = dialog.querySelector("[data-key-list]");
  list.replaceChildren();
  for (const [group, keys] of groups) {
    const heading = document.createElement("h3");
    heading.textContent = group;
    list.append(heading);
    for (const [key, what] of keys) {
      const term = document.createElement("dt");
      const cap = document.createElement("kbd");
      cap.textContent = shown(key);
      term.append(cap);
      const text = document.createElement("dd");
      text.textContent = what;
      list.append(term, text);
    }
  }
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens-dialog]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.opensDialog);
    if (dialog.querySelector("[data-key-list]")) fillHelp(dialog);
    dialog.showModal();
  }
  if (event.target.closest("[data-closes-dialog]") || event.target.matches("dialog")) {
    event.target.closest("dialog")?.close();
  }
});

// ---- The switch ---------------------------------------------------------------------------------

function showSwitch() {
  for (const button of document.querySelectorAll("[data-keys-switch]")) {
    button.setAttribute("aria-pressed", String(singleKeysOn()));
    button.querySelector("[data-keys-state]").textContent = singleKeysOn() ? "on" : "off";
  }
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-keys-switch]")) return;
  root.dataset.keys = singleKeysOn() ? "off" : "on";
  try {
    localStorage.setItem("keys", root.dataset.keys);
  } catch {
    // Storage is off: the setting lasts for this page.
  }
  showSwitch();
});

showSwitch();
