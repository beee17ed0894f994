// A step to another claim of the same text brings its decision panel alone: what marks the claim in the list and in the
// text moves here. The request says which panes the page shows, so that one that has changed meanwhile comes along.

const ROLES = ["content", "cue", "source"];

document.addEventListener("htmx:configRequest", (event) => {
  const shown = ["claims", "text"].map((id) => document.getElementById(id)?.dataset.shows);
  if (shown.every(Boolean)) event.detail.headers["Workbench-Shows"] = shown.join(" ");
});

// What a claim's words are in a marked stretch: where several claims share it, data-roles goes by data-claims.
function rolesOf(mark, claim) {
  const claims = mark.dataset.claims.split(" ");
  const roles = mark.dataset.roles?.split(" ")[claims.indexOf(claim)].split("+");
  return roles ?? ROLES.filter((role) => mark.classList.contains(role));
}

function showCurrent(claim) {
  for (const link of document.querySelectorAll("#claims .claim-list a")) {
    if (link.pathname.endsWith(`/${claim}/`)) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  for (const mark of document.querySelectorAll("#text [data-claims]")) {
    const isCurrent = mark.dataset.claims.split(" ").includes(claim);
    mark.classList.remove(...ROLES.map((role) => `current-${role}`));
    if (isCurrent) mark.classList.add(...rolesOf(mark, claim).map((role) => `current-${role}`));
    if (isCurrent) mark.closest("a")?.setAttribute("aria-current", "true");
    else mark.closest("a")?.removeAttribute("aria-current");
  }
}

document.addEventListener("htmx:afterSwap", () => {
  const claim = document.getElementById("decision")?.dataset.claim;
  if (claim) showCurrent(claim);
});
