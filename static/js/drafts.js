// What is typed into <form data-draft="review:12"> is kept on this computer until the server has it.
//
// Kept on every input; put back when the same form is shown again with nothing typed in it (a reload, a crash, a
// log-in in between); let go when a page says so with data-draft-done="review:12". Fields the server filled in
// itself (after an error or a conflict) are newer than the draft and win.

const PREFIX = "draft:";
const SKIPPED = new Set(["csrfmiddlewaretoken", "version", "next"]);

const storageKey = (form) => PREFIX + form.dataset.draft;

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

function write(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Storage is full or off: the form still works, only without a safety net.
  }
}

const fields = (form) =>
  [...form.elements].filter(
    (field) => field.name && !SKIPPED.has(field.name) && !["hidden", "password", "file", "submit", "button"].includes(field.type),
  );

const isChoice = (field) => field.type === "radio" || field.type === "checkbox";

function typed(form) {
  const values = {};
  for (const field of fields(form)) {
    if (isChoice(field)) {
      if (field.checked !== field.defaultChecked && field.checked) values[field.name] = field.value;
    } else if (field.tagName === "SELECT") {
      const preset = [...field.options].find((option) => option.defaultSelected) ?? field.options[0];
      if (preset && field.value !== preset.value) values[field.name] = field.value;
    } else if (field.value !== field.defaultValue) {
      values[field.name] = field.value;
    }
  }
  return values;
}

function keep(form) {
  const values = typed(form);
  write(storageKey(form), Object.keys(values).length ? { at: Date.now(), values } : null);
}

function restore(form) {
  if (form.dataset.draftReady) return;
  form.dataset.draftReady = "yes";
  // The server gave back what was typed (an error, a conflict): that is the newest, keep it as the draft.
  if (form.hasAttribute("data-draft-returned")) {
    const values = {};
    for (const field of fields(form)) {
      if (isChoice(field) ? field.checked : field.value) values[field.name] = field.value;
    }
    write(storageKey(form), { at: Date.now(), values });
    return;
  }
  const draft = read(storageKey(form));
  if (!draft) return;
  let restored = false;
  for (const field of fields(form)) {
    if (!(field.name in draft.values)) continue;
    const value = draft.values[field.name];
    if (isChoice(field)) {
      if (field.value === value && !field.checked) restored = field.checked = true;
    } else if (field.value !== value) {
      field.value = value;
      restored = true;
    }
    if (restored) field.closest("details")?.setAttribute("open", "");
  }
  const notice = form.querySelector("[data-draft-notice]");
  if (restored && notice) notice.hidden = false;
}

function letGo(scope) {
  for (const done of scope.querySelectorAll("[data-draft-done]")) {
    write(PREFIX + done.dataset.draftDone, null);
    done.removeAttribute("data-draft-done");
  }
}

// A form that is not here yet is fetched where there is a draft for it: <a data-part data-draft="..."> takes its place.
// Resolves once the form is here. What comes back so takes no focus: see workbench.js.
function fetchForm(link) {
  link.setAttribute("data-returns", "");
  return htmx.ajax("GET", link.getAttribute("hx-get"), { source: link, target: link, swap: "outerHTML" });
}

function refresh(scope) {
  letGo(document);
  for (const link of scope.querySelectorAll("a[data-part]:not([data-returns])")) if (read(storageKey(link))) fetchForm(link);
  for (const form of scope.querySelectorAll("form[data-draft]")) restore(form);
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-draft]")) keep(form);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-draft-discard]");
  if (!button) return;
  const form = button.form;
  write(storageKey(form), null);
  form.reset();
  form.querySelector("[data-draft-notice]").hidden = true;
});

// <form data-when-typed="NAME"> acts at once, but not on top of unsaved words: then it fills in the form of that part of
// the panel, and its reader decides there.
async function instead(quick) {
  const link = document.querySelector(`a#part-${quick.dataset.whenTyped}`);
  if (link) await fetchForm(link);
  const form = document.getElementById(`form-${quick.dataset.whenTyped}`);
  if (!form) return;
  for (const answer of quick.querySelectorAll("[name=reason]")) form.elements[answer.name].value = answer.value;
  form.closest("details").open = true;
  form.querySelector("[data-instead-notice]").hidden = false;
  form.querySelector("button:not([type=button])").focus();
}

const hasTyping = (form) => form.hasAttribute("data-draft-returned") || Object.keys(typed(form)).length > 0;

document.addEventListener(
  "submit",
  (event) => {
    if (!event.target.matches("[data-when-typed]")) return;
    if (![...document.querySelectorAll("form[data-draft]")].some(hasTyping)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    instead(event.target);
  },
  true, // before htmx sends it
);

document.addEventListener("htmx:afterSettle", () => refresh(document));
refresh(document);
