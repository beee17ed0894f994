// Who else looks at this claim: the page asks (hx-trigger) while somebody can see it, and at once when it is in sight again.

function line() {
  return document.getElementById("presence");
}

// A page out of sight is nobody's look. That it could not ask is no news either: nothing typed depends on it.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.detail.elt === line()) event.preventDefault();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) line()?.dispatchEvent(new CustomEvent("in-sight"));
});
