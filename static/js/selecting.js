// Rows that are selected for one act: how many, all of the page at once, and arrows from one to the next.

const boxes = () => [...document.querySelectorAll('input[type=checkbox][name="claim"]')];
const all = document.querySelector("[data-selects-all]");
const count = document.querySelector("[data-selected-count]");
const opener = document.querySelector(".bulk__opener");

function show() {
  const selected = boxes().filter((box) => box.checked).length;
  if (count) count.textContent = String(selected);
  if (opener && selected) opener.open = true;
  if (!all) return;
  all.checked = selected > 0 && selected === boxes().length;
  all.indeterminate = selected > 0 && !all.checked;
}

document.addEventListener("change", (event) => {
  if (event.target === all) for (const box of boxes()) box.checked = all.checked;
  if (event.target === all || event.target.name === "claim") show();
});

document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const here = boxes().indexOf(document.activeElement);
  if (!step || here < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  const next = boxes()[here + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
});

show();
