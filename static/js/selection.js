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

document.addEventListener("mouseup", (event) => {
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
