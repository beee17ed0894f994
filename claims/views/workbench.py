"""The workbench: one claim, the text it stands in, and what the desk decides about it.

Every write goes to a service; what it refuses (a mistake, a missing role, somebody else's newer version) gives the
same panel back with everything that was typed still in it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect

from claims import permissions, presence, queries
from claims.changes import changes_of
from claims.checks import contrary_evidence
from claims.choices import Form, ReviewKind, ReviewStage, State
from claims.deskforms import TagForm
from claims.editforms import edit_forms
from claims.evidenceforms import EvidenceForm, HopCheckForm, hop_rows
from claims.forms import DismissForm, JudgementForm, VersionedForm
from claims.ledger import contradictions_with, roles_then
from claims.models import Tag
from claims.previews import preview_of
from claims.priorreads import matches_of
from claims.services import assigning, curating, notices, reviewing, rewordings, seconding
from claims.views import moves
from claims.views.keeping import KeptInput, keeps_input, take_kept_input
from claims.views.marking import changed_words, marked_text
from claims.views.panes import claim_items
from claims.views.talkpanel import talk_panel
from claims.wordchanges import changed_since
from factcheck.lib.errors import Conflict, DomainError
from factcheck.lib.keys import read_key
from factcheck.lib.requests import DeskRequest

STEP = "claims/_step.html"
FORMS: dict[str, type[VersionedForm]] = {
    "judgement": JudgementForm,
    "evidence": EvidenceForm,
    "dismiss": DismissForm,
}
# How a field is called where its own label would not say which question it belongs to.
QUESTIONS = {
    "attribution": str(ReviewKind.ATTRIBUTION.label),
    "attribution_rationale": f"{ReviewKind.ATTRIBUTION.label} Why",
    "veracity": str(ReviewKind.VERACITY.label),
    "veracity_rationale": f"{ReviewKind.VERACITY.label} Why",
}


@dataclass
class Panel:
    """What is particular about this showing of the decision panel."""

    returned: dict[str, VersionedForm] = field(default_factory=dict)  # forms given back with what was typed
    refusal: DomainError | None = None
    kept: bool = False  # typed before the session ended, put back now
    kept_edit: KeptInput | None = None  # the same, of one of the forms that change what was extracted

    @property
    def status(self) -> int:
        if self.refusal is None:
            return 422 if any(form.is_bound for form in self.returned.values()) else 200
        # Only these are shown in place by htmx (see base.html).
        return self.refusal.status if self.refusal.status in (403, 409) else 422


@keeps_input("judgement")
@vary_on_headers("HX-Request", "Workbench-Shows")
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: DeskRequest, claim_id: int) -> HttpResponse:
    """The workbench of a claim; POST records verdicts (`action`: save, submit, or next: submit and take the next)."""
    if request.method != "POST":
        if request.method == "GET":
            notices.mark_claim_read(by=request.user, claim_id=claim_id)
        return _show(request, claim_id, _panel_with_kept_input(request, claim_id))
    form = JudgementForm(request.POST)
    if request.POST.get("action", "").startswith("check"):
        return _cross_check(request, claim_id, form)
    return write(
        request,
        claim_id,
        "judgement",
        form,
        lambda data: reviewing.record_review(
            by=request.user,
            claim_id=claim_id,
            expected_version=data["version"],
            judgements=form.judgements(appearance_id=_appearance_id(request) or 0),
            submit=form.submitting,
            evidence_exception=data["evidence_exception"],
        ),
        done="Submitted." if form.submitting else "Saved.",
        onward=(lambda: _next_claim(request)) if request.POST.get("action") == "next" else None,
    )


def _cross_check(request: DeskRequest, claim_id: int, form: JudgementForm) -> HttpResponse:
    """Records the second reviewer's own verdicts; the page then shows both, whatever became of the claim."""
    return write(
        request,
        claim_id,
        "judgement",
        form,
        lambda data: seconding.cross_check(
            by=request.user,
            claim_id=claim_id,
            expected_version=data["version"],
            judgements=form.judgements(appearance_id=_appearance_id(request) or 0),
        ),
        done=lambda check: (
            "You agree: it goes on to the editors."
            if check.agreed
            else "You differ: it went back to its author, with both your reasons."
        ),
        onward=(lambda: _next_claim(request)) if request.POST["action"] == "check_next" else None,
    )


@keeps_input()
@require_POST
def move(request: DeskRequest, claim_id: int, name: str) -> HttpResponse:
    """Any move that asks for no more than a short form: see claims.views.moves."""
    offer = moves.OFFERS.get(name)
    if offer is None:
        raise Http404("There is no such move.")
    return write(
        request,
        claim_id,
        name,
        offer.form_for(request.POST),
        lambda data: moves.make_move(offer, by=request.user, claim_id=claim_id, answers=data),
        done=offer.done,
        whole=name == "undo",  # of an edit, perhaps
    )


@keeps_input()
@require_POST
def confirm(request: DeskRequest, claim_id: int) -> HttpResponse:
    return write(
        request,
        claim_id,
        "",
        VersionedForm(request.POST),
        lambda data: rewordings.confirm_verdict(
            by=request.user, claim_id=claim_id, expected_version=data["version"]
        ),
        done="The verdict stands.",
    )


@keeps_input()
@require_POST
def take(request: DeskRequest, claim_id: int) -> HttpResponse:
    return write(
        request,
        claim_id,
        "",
        VersionedForm(request.POST),
        lambda data: assigning.take_claim(by=request.user, claim_id=claim_id),
        done="It is yours to review.",
    )


@keeps_input()
@require_POST
def release(request: DeskRequest, claim_id: int) -> HttpResponse:
    return write(
        request,
        claim_id,
        "",
        VersionedForm(request.POST),
        lambda data: assigning.release_claim(by=request.user, claim_id=claim_id),
        done="Put back into the queue.",
    )


@keeps_input()
@require_POST
def enqueue(request: DeskRequest, claim_id: int) -> HttpResponse:
    return write(
        request,
        claim_id,
        "",
        VersionedForm(request.POST),
        lambda data: curating.queue_claim(
            by=request.user, claim_id=claim_id, expected_version=data["version"]
        ),
        done="Put into the queue.",
    )


@keeps_input("dismiss")
@require_POST
def dismiss(request: DeskRequest, claim_id: int) -> HttpResponse:
    return write(
        request,
        claim_id,
        "dismiss",
        DismissForm(request.POST),
        lambda data: curating.dismiss_claim(
            by=request.user,
            claim_id=claim_id,
            reason=data["reason"],
            note=data["note"],
            expected_version=data["version"],
        ),
        done="Dismissed. “Put into the queue” undoes it.",
    )


# ---- One way to write, one way to show ---------------------------------------------------------------


def write(
    request: DeskRequest,
    claim_id: int,
    name: str,
    form: VersionedForm,
    call: Callable[[dict[str, Any]], Any],
    *,
    done: str | Callable[[Any], str],
    onward: Callable[[], HttpResponse] | None = None,
    whole: bool = False,
) -> HttpResponse:
    """Calls the service with the form's answers; what is refused comes back with everything that was typed.

    `whole`: what was written shows in the text and the list of claims too, so that the whole workbench is loaded anew.
    """
    if not form.is_valid():
        return _show(request, claim_id, Panel(returned={name: form}))
    try:
        result = call(form.cleaned_data)
    except DomainError as error:
        if isinstance(error, Conflict) and "current" in error.details:
            form = form.on_top_of(error.details["current"]["version"])
        return _show(request, claim_id, Panel(returned={name: form}, refusal=error))
    said = done if isinstance(done, str) else done(result)
    messages.success(request, said, extra_tags=f"draft:{_draft_key(request, name, claim_id)}" if name else "")
    if onward:
        response = onward()
        return HttpResponseClientRedirect(response["Location"]) if request.htmx else response
    if request.htmx and whole:
        return HttpResponseClientRedirect(_address(request, claim_id))
    if request.htmx:
        return _show(request, claim_id, Panel())
    return redirect(_address(request, claim_id))


def _show(request: DeskRequest, claim_id: int, panel: Panel) -> HttpResponse:
    bench = queries.workbench(claim_id, viewer=request.user, appearance_id=_appearance_id(request))
    if bench is None and (other := queries.went_into(claim_id)):
        return redirect("review", other)
    if bench is None:
        raise Http404("There is no such claim: check the number, or look for it in the list.")
    template, panes = _panes(request, bench)
    response = render(request, template, _context(request, bench, panel) | panes, status=panel.status)
    if template == STEP:
        response["HX-Retarget"] = "#decision"
    return response


def _panes(request: DeskRequest, bench: queries.Workbench) -> tuple[str, dict[str, Any]]:
    """The template that answers, and the panes beside the decision that go with it: those that the page does not show."""
    sends_list, sends_text = True, True
    template = "claims/review.html"
    if request.htmx and not request.htmx.history_restore_request:
        # Of the page that asks, as workbench.js tells it: digests of its list of claims and of its text.
        shown = request.headers.get("Workbench-Shows", "").split(" ")
        sends_list, sends_text = shown[0] != bench.list_digest, shown[-1] != bench.text_digest
        if request.method == "POST":
            template, sends_text = "claims/_answer.html", False
        elif sends_list and sends_text:
            template = "claims/_workbench.html"
        else:
            template = STEP
    current = bench.claim.pk
    text = marked_text(bench.version.text, bench.spans, bench.beside, current=current) if sends_text else ""
    return template, {
        "sends_list": sends_list,
        "sends_text": sends_text,
        "items": claim_items(bench.beside, current=current) if sends_list else "",
        "text": mark_safe(text),
    }


def _context(request: DeskRequest, bench: queries.Workbench, panel: Panel) -> dict[str, Any]:
    user = request.user
    previous, following = bench.neighbours()
    holder = bench.assignment.reviewer if bench.assignment else None
    mine = holder == user
    state = bench.case.state
    is_author = bench.case.author_id == user.pk
    may_check = (
        state == State.IN_CROSS_CHECK
        and not is_author
        and (mine or holder is None)
        and permissions.may(user, "review")
    )
    may_judge = permissions.may(user, "review") and (
        (state == State.QUEUED and holder is None)
        or (state == State.IN_REVIEW and (mine or holder is None))
        or (state == State.IN_CROSS_CHECK and is_author and holder is None)
        or (state == State.CORRECTING and permissions.may(user, "publish"))
    )
    stage = ReviewStage.CROSS_CHECK if may_check else ReviewStage.AUTHOR
    standing = {kind.value: bench.standing(kind, stage) for kind in ReviewKind}
    linked = sum(link.withdrawn_at is None for link in bench.evidence)
    forms_shown = {
        name: panel.returned.get(name) or kind(initial={"version": bench.case.version})
        for name, kind in FORMS.items()
    }
    numbers = list(dict.fromkeys(appearance.claim_id for appearance in bench.beside))
    return {
        "bench": bench,
        "case": bench.case,
        "claim": bench.claim,
        "article": bench.article,
        "number": numbers.index(bench.claim.pk) + 1,
        "previous": previous,
        "following": following,
        "forms": forms_shown,
        "drafts": {name: _draft_key(request, name, bench.claim.pk) for name in FORMS},
        "returned": panel.returned,
        "refusal": panel.refusal,
        "changes": [
            (one, changed_words(one.before, one.now) if one.now else "")
            for one in (changes_of(bench.claim.pk) if bench.case.edited else [])
        ],
        "may_confirm": bool(bench.case.edited) and rewordings.may_confirm(user, bench.case),
        "conflict": panel.refusal.details if panel.refusal and panel.refusal.code == "stale" else None,
        "yours": _typed(panel.returned),
        "kept": panel.kept,
        "standing": standing,
        "word_changes": {
            kind: (change, changed_words(*change.words) if change.words else "")
            for kind, review in standing.items()
            if review and (change := changed_since(bench.claim, review.created_at, bench.events[::-1]))
        },
        "contrary": contrary_evidence(bench.case.veracity, bench.evidence)
        if state == State.IN_VOTE and permissions.may(user, "approve")
        else "",
        "original": preview_of(bench.case.duplicate_of_id) if state == State.DUPLICATE else None,
        "checked": {kind.value: bench.standing(kind, ReviewStage.CROSS_CHECK) for kind in ReviewKind},
        "decision": bench.decision,
        "hops": [
            (row, changed_words(row.check.wording, bench.words) if row.check and row.check.wording else "")
            for row in hop_rows(bench, user, panel.returned)
        ],
        "may_check_hops": permissions.may(user, "check_hops"),
        "editing": edit_forms(
            bench.appearance, user, bench.case.version, panel.returned, kept=panel.kept_edit
        ),
        "tags": queries.tags_of([bench.claim.pk]).get(bench.claim.pk, []),
        "tag_form": (
            panel.returned.get("tag") or TagForm(initial={"version": bench.case.version}, auto_id="tag_%s")
        )
        if permissions.may(user, "tag") or "tag" in panel.returned
        else None,
        "offered_tags": Tag.objects.filter(retired_at=None).order_by("name"),
        "elsewhere": matches_of(bench.claim.pk) if bench.is_elsewhere else [],
        "may_match": permissions.may(user, "match_checks"),
        "talk": talk_panel(bench.claim.pk, user, bench.case.version, panel.returned, panel.kept_edit),
        "roles_then": roles_then(bench.appearance, bench.claim.speaker),
        "contradictions": contradictions_with(bench.claim.pk),
        "offers": moves.offered(bench, user, panel.returned),
        "may_write": state in (State.APPROVED, State.PUBLISHED, State.CORRECTING)
        and permissions.may(user, "write_fact_check"),
        "public_site": settings.PUBLIC_SITE,
        "is_author": is_author,
        "may_check": may_check,
        # Asked for only where it is missing, and where somebody has answered already.
        "asks_exception": (
            state in (State.QUEUED, State.IN_REVIEW) and linked < bench.decision.desk.min_evidence
        )
        or (panel.refusal is not None and panel.refusal.code == "evidence_missing"),
        "linked": linked,
        "own_voice": bench.appearance.form == Form.OWN_VOICE,
        "holder": holder,
        "mine": mine,
        "also_here": ", ".join(presence.look(bench.claim.pk, by=user)),
        "presence_seconds": presence.POLL_SECONDS,
        # A form that was refused is shown in any case, with what was typed into it.
        "may_judge": may_judge or may_check or "judgement" in panel.returned,
        "may_link": permissions.may(user, "link_evidence") or "evidence" in panel.returned,
        "may_triage": (permissions.may(user, "triage") and (holder is None or mine))
        or "dismiss" in panel.returned,
        "may_take": permissions.may(user, "take")
        and holder is None
        and (state == State.QUEUED or (state == State.IN_CROSS_CHECK and not is_author)),
    }


def _typed(returned: dict[str, VersionedForm]) -> list[tuple[str, str]]:
    """What the reader had typed or chosen, field by field, in words."""
    typed = []
    for form in returned.values():
        for bound in form:
            value = bound.value()
            if value and not bound.is_hidden:
                choices = dict(getattr(bound.field, "choices", ()))
                typed.append((QUESTIONS.get(bound.name, str(bound.label)), str(choices.get(value, value))))
    return typed


def _panel_with_kept_input(request: DeskRequest, claim_id: int) -> Panel:
    kept = take_kept_input(request, claim_id=claim_id)
    if kept is None:
        return Panel()
    if kept.form == HopCheckForm.KEPT:
        form = HopCheckForm(initial=kept.fields, auto_id=HopCheckForm.ids_at(kept.fields.get("position", "")))
        return Panel(returned={form.name: form}, kept=True)
    if kept.form not in FORMS:
        return Panel(kept=True, kept_edit=kept)
    return Panel(returned={kept.form: FORMS[kept.form](initial=kept.fields)}, kept=True)


def _next_claim(request: DeskRequest) -> HttpResponse:
    assignment = assigning.take_next(by=request.user)
    if assignment is None:
        messages.info(request, "That was the last one: the queue is empty.")
        return redirect("queue")
    return redirect("review", assignment.claim_id)


def _appearance_id(request: DeskRequest) -> int | None:
    return read_key(request.POST.get("appearance", "") or request.GET.get("appearance", ""))


def _address(request: DeskRequest, claim_id: int) -> str:
    appearance = _appearance_id(request)
    query = f"?appearance={appearance}" if appearance else ""
    return reverse("review", args=[claim_id]) + query


def _draft_key(request: DeskRequest, name: str, claim_id: int) -> str:
    """Where the browser keeps what is typed: per form, claim and person."""
    return f"{name}-{claim_id}-{request.user.pk}"
