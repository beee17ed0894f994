"""What newer extractors propose, and the desk's yes or no to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect

from claims import articlequeries, permissions
from claims.choices import Form, HopRole, SpeakerKind
from claims.models import ExtractionProposal
from claims.services import proposing
from claims.services.readings import FIELDS, Reading
from factcheck.lib.errors import DomainError
from factcheck.lib.keys import read_key
from factcheck.lib.requests import DeskRequest

LABELS = {
    "content": "Words",
    "source": "Who is named",
    "cue": "Said with",
    "speaker": "Speaker",
    "chain": "Chain",
    "form": "Form",
    "checkable": "Checkable",
}
AROUND = 120  # characters of the text shown before and after a claim that would be new
DECIDE = {
    "accept": proposing.accept_proposal,
    "reject": proposing.reject_proposal,
    "reopen": proposing.reopen_proposal,
}
DONE = {
    "accept": "Accepted.",
    "reject": "Rejected: everything stays as it is.",
    "reopen": "Open again.",
}
DECIDE_ALL = {"accept": proposing.accept_all, "reject": proposing.reject_all}

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Line:
    """One field of a proposal: how it stands and how it was found; one of them alone for a claim to add or to take out."""

    label: str
    before: str
    found: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A proposal as its page has it. `refusal` says why a decision on it was not possible."""

    proposal: ExtractionProposal
    text: str
    lines: list[Line]
    refusal: str = ""


def returns_after_login(view: View) -> View:
    """A request without a session, an htmx one too, goes to the log-in page and comes back to the run's proposals."""

    @login_not_required
    @wraps(view)
    def wrapped(request: HttpRequest, run_id: int, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, run_id=run_id, **kwargs)
        response = redirect_to_login(reverse("proposals", args=[run_id]))
        is_htmx = "HX-Request" in request.headers
        return HttpResponseClientRedirect(response["Location"]) if is_htmx else response

    return wrapped


@require_GET
def proposal_list(request: DeskRequest) -> HttpResponse:
    """The texts for which a newer extractor has something to propose."""
    page = articlequeries.rereading_page(
        before=request.GET.get("before", ""), after=request.GET.get("after", "")
    )
    return render(request, "claims/proposal_list.html", {"page": page})


@returns_after_login
@vary_on_headers("HX-Request")
@require_http_methods(["GET", "HEAD", "POST"])
def proposals(request: DeskRequest, run_id: int) -> HttpResponse:
    """What one run proposes; POST accepts or rejects all that is open (`action`), and says which could not be."""
    if request.method != "POST":
        return _show(request, run_id)
    action = request.POST.get("action", "")
    try:
        decided = DECIDE_ALL[action](by=request.user, run_id=run_id) if action in DECIDE_ALL else []
    except DomainError as error:
        return _show(request, run_id, refusal=error)
    refused = {decision.proposal_id: decision.message for decision in decided if not decision.done}
    done = len(decided) - len(refused)
    words = {"accept": "accepted", "reject": "rejected"}.get(action, "")
    if done:
        messages.success(request, f"{done} {words}.")
    if refused:
        messages.error(request, f"{len(refused)} could not be {words}; beside each it says why.")
    if request.htmx or refused:
        return _show(request, run_id, refused=refused)
    return redirect(_address(request, run_id))


@returns_after_login
@require_POST
def decide(request: DeskRequest, run_id: int, proposal_id: int) -> HttpResponse:
    """Accepts, rejects or reopens (`action`) one proposal; `version` is that of its claim when the page was made."""
    action = request.POST.get("action", "")
    given = {"expected_version": read_key(request.POST.get("version", ""))} if action == "accept" else {}
    if action not in DECIDE:
        raise Http404("A proposal is accepted or rejected, nothing else.")
    try:
        DECIDE[action](by=request.user, proposal_id=proposal_id, **given)
    except DomainError as error:
        return _show(request, run_id, refusal=error, refused={proposal_id: error.message})
    messages.success(request, DONE[action])
    return _show(request, run_id) if request.htmx else redirect(_address(request, run_id))


def _show(
    request: DeskRequest,
    run_id: int,
    *,
    refusal: DomainError | None = None,
    refused: dict[int, str] | None = None,
) -> HttpResponse:
    view = articlequeries.proposals_view(
        run_id, before=request.GET.get("before", ""), after=request.GET.get("after", "")
    )
    if view is None:
        raise Http404("There is no such extraction.")
    refused = refused or {}
    shown = [_shown(proposal, view.version.text, refused.get(proposal.pk, "")) for proposal in view.page.rows]
    beside = any(one.refusal for one in shown)
    context = {
        "view": view,
        "shown": shown,
        "refusal": refusal if refusal and not beside else None,
        "may_decide": permissions.may(request.user, "decide_proposals"),
    }
    is_part = request.htmx and not request.htmx.history_restore_request
    template = "claims/_proposals_answer.html" if is_part else "claims/proposals.html"
    status = 200
    if refusal:  # only these are shown in place by htmx
        status = refusal.status if refusal.status in (403, 409) else 422
    return render(request, template, context, status=status)


def _shown(proposal: ExtractionProposal, text: str, refusal: str) -> Shown:
    before, found = proposal.before, proposal.found
    fields = proposing.changes(proposal) if before and found else _telling(found or before or {})
    lines = [
        Line(LABELS[field], _words(before, found, field, text), _words(found, before, field, text, new=True))
        for field in fields
    ]
    if found and not before:
        lines.insert(0, Line("In the text", "", _in_context(text, found["content"])))
    return Shown(proposal, (before or found or {})["text"], lines, refusal)


def _in_context(text: str, spans: Sequence[Sequence[int]]) -> SafeString:
    """The stretch that `spans` are in, with what stands around it; what is in none of them is not marked."""
    start, end = max(0, spans[0][0] - AROUND), min(len(text), spans[-1][1] + AROUND)
    parts = [format_html("{}", "…" if start else "")]
    at = start
    for left, right in spans:
        parts += [format_html("{}", text[at:left]), format_html("<mark>{}</mark>", text[left:right])]
        at = right
    parts.append(format_html("{}{}", text[at:end], "…" if end < len(text) else ""))
    return format_html_join("", "{}", ((part,) for part in parts))


def _telling(reading: Reading) -> list[str]:
    """The fields worth showing of a claim that is new or gone."""
    return [
        field for field in FIELDS if field not in ("content", "source") and reading[field] not in ([], None)
    ]


def _words(
    reading: Reading | None, other: Reading | None, field: str, text: str, *, new: bool = False
) -> str | SafeString:
    """A field of a reading in words; of words of the text, what only this reading has is marked. "" without a reading."""
    if not reading:
        return ""
    value = reading[field]
    if field in ("content", "source", "cue"):
        return _marked(text, value, other[field] if other else value, "ins" if new else "del")
    if field == "speaker":
        if value is None:
            return "not known"
        return f"{value['name']} ({SpeakerKind(value['kind']).label.lower()})"
    if field == "chain":
        return " → ".join(f"{HopRole(hop['role']).label} {hop['name']}" for hop in value)
    if field == "form":
        return Form(value).label
    return "yes" if value else "no"


def _marked(
    text: str, spans: Sequence[Sequence[int]], others: Sequence[Sequence[int]], tag: str
) -> str | SafeString:
    """The words in `spans`, those outside of `others` wrapped in `tag`."""
    if not spans:
        return "none"
    edges = {edge for span in others for edge in span}
    parts: list[SafeString] = []
    for n, (start, end) in enumerate(spans):
        if n:
            parts.append(format_html(" … "))
        cuts = [start, *sorted(edge for edge in edges if start < edge < end), end]
        for left, right in pairwise(cuts):
            is_common = any(begin <= left and right <= finish for begin, finish in others)
            words = text[left:right]
            parts.append(
                format_html("{}", words) if is_common else format_html(f"<{tag}>{{}}</{tag}>", words)
            )
    return format_html_join("", "{}", ((part,) for part in parts))


def _address(request: DeskRequest, run_id: int) -> str:
    query = request.GET.urlencode()
    return reverse("proposals", args=[run_id]) + (f"?{query}" if query else "")
