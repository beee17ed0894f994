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
