// Words selected in the article go into the field that is being filled.
//
// The text of the page is the text of the article, character for character, so that a selection has offsets in it: in
// code points, as everywhere. Fields for words carry data-selection; their form's data-selection-places keeps where the
// words stand, for words that stand there twice.

const codePoints = (text) => [...text].length;

let field = null;

document.addEventListener("focusin", (event) => {
  if (event.target.matches?.("[data-selection]")) field = event.target;
  else if (!event.target.closest?.(".article-text, #text")) field = null;
});

// The stretch that is selected in the article: its words and their offsets; null when there is none.
function selected() {
  const selection = getSelection();
  if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const text = document.querySelector(".article-text");
  if (!text?.contains(range.commonAncestorContainer)) return null;
  const before = document.createRange();
  before.setStart(text, 0);
  before.setEnd(range.startContainer, range.startOffset);
  const raw = range.toString();
  const words = raw.trim();
  if (!words) return null;
  const start = codePoints(before.toString()) + codePoints(raw.slice(0, raw.indexOf(words)));
  return { words: words.replace(/\s+/g, " "), start, end: start + codePoints(words) };
}

function take() {
  if (!field?.isConnected || !field.closest("details[open], form:not(details form)")) return;
  const found = selected();
  if (!found) return;
  // What stood there as a whole is replaced; where a line was begun by hand, the words make the next one.
  const untouched = field.value === field.defaultValue || field.dataset.taken === field.value;
  const more = field.dataset.taken && field.dataset.more === "yes";
  field.value = untouched && !more ? found.words : `${field.value.trimEnd()}\n${found.words}`;
  field.dataset.taken = field.value;
  const places = field.form?.querySelector("[data-selection-places]");
  if (places) places.value = [...places.value.split(",").filter(Boolean), `${found.start}-${found.end}`].slice(-40).join(",");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

// A browser begins no selection inside a link, and a claim's words are a link to their claim. So while the button is
// down they are none; where nothing was selected by the time it is up, it was a click on the link, as ever.
let link = null;
let href = "";

function restoreLink() {
  link?.setAttribute("href", href);
  link = null;
}

document.addEventListener("mousedown", (event) => {
  restoreLink();
  if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  link = event.target.closest?.(".article-text a[href]") ?? null;
  if (!link) return;
  href = link.getAttribute("href");
  link.removeAttribute("href");
});

document.addEventListener("mouseup", (event) => {
  // The click comes right after this: a link again by then, or only once it is over.
  if (selected()) setTimeout(restoreLink);
  else restoreLink();
  if (event.target.closest?.(".article-text")) {
    if (field) field.dataset.more = event.ctrlKey || event.metaKey ? "yes" : "no";
    take();
  }
});
document.addEventListener("keyup", (event) => {
  if (event.key === "Enter" && event.target.closest?.("#text")) take();
});

// What is marked in the text goes into the field that takes it: data-takes-selection names the text's element.

for (const field of document.querySelectorAll("[data-takes-selection]")) {
  const text = document.getElementById(field.dataset.takesSelection);
  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    const words = selection.toString().trim();
    if (words && text && selection.rangeCount && text.contains(selection.getRangeAt(0).commonAncestorContainer)) {
      field.value = words;
    }
  });
}
