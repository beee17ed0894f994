"""What the decision panel shows: the claim as it stands, what may be done with it, and the forms of what is open."""

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.conf import settings
from django.urls import reverse

from claims import permissions, presence
from claims.bench import Workbench
from claims.changes import changes_of
from claims.checks import contrary_evidence
from claims.choices import Form, ReviewKind, ReviewStage, State
from claims.deskforms import TagForm
from claims.editforms import new_form
from claims.evidenceforms import EvidenceForm
from claims.forms import DismissForm, JudgementForm, VersionedForm
from claims.models import Tag
from claims.previews import preview_of
from claims.services import editing, rewordings
from claims.views import moves
from claims.views.hoprows import hop_rows
from claims.views.keeping import KeptInput
from claims.views.marking import changed_words
from claims.views.parts import Parts
from claims.views.talkpanel import talk_panel
from claims.wordchanges import changed_since
from factcheck.lib.errors import DomainError
from factcheck.lib.requests import DeskRequest

# How a field is called where its own label would not say which question it belongs to.
QUESTIONS = {
    "attribution": str(ReviewKind.ATTRIBUTION.label),
    "attribution_rationale": f"{ReviewKind.ATTRIBUTION.label} Why",
    "veracity": str(ReviewKind.VERACITY.label),
    "veracity_rationale": f"{ReviewKind.VERACITY.label} Why",
}
DISMISSIBLE = (State.NEW, State.QUEUED, State.IN_REVIEW)


@dataclass
class Panel:
    """What is particular about this showing of the decision panel."""

    returned: dict[str, VersionedForm] = field(default_factory=dict)  # forms given back with what was typed
    refusal: DomainError | None = None
    opened: Collection[str] = ()  # parts that somebody opened
    kept: KeptInput | None = None  # typed before the session ended, put back now

    @property
    def status(self) -> int:
        if self.refusal is None:
            return 422 if any(form.is_bound for form in self.returned.values()) else 200
        # Only these are shown in place by htmx (see base.html).
        return self.refusal.status if self.refusal.status in (403, 409) else 422


def panel_context(request: DeskRequest, bench: Workbench, panel: Panel) -> dict[str, Any]:
    user, case, state = request.user, bench.case, bench.case.state
    parts = Parts(request, bench, panel.returned, panel.opened, panel.kept)
    previous, following = bench.neighbours()
    holder = bench.assignment.reviewer if bench.assignment else None
    mine = holder == user
    is_author = case.author_id == user.pk
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
    # A form that was refused is shown in any case, with what was typed into it.
    may_judge = may_judge or may_check or "judgement" in panel.returned
    stage = ReviewStage.CROSS_CHECK if may_check else ReviewStage.AUTHOR
    standing = {kind.value: bench.standing(kind, stage) for kind in ReviewKind}
    linked = sum(link.withdrawn_at is None for link in bench.evidence)
    may_link = permissions.may(user, "link_evidence") or "evidence" in panel.returned
    may_triage = (permissions.may(user, "triage") and (holder is None or mine)) or "dismiss" in panel.returned
    judgement = panel.returned.get("judgement") or JudgementForm(initial={"version": case.version})
    return {
        "bench": bench,
        "case": case,
        "claim": bench.claim,
        "article": bench.article,
        "number": bench.number,
        "previous": previous,
        "following": following,
        "judgement": judgement if may_judge else None,
        "judgement_draft": draft_key(request, "judgement", bench.claim.pk),
        "returned": panel.returned,
        "refusal": panel.refusal,
        "changes": [
            (one, changed_words(one.before, one.now) if one.now else "")
            for one in (changes_of(bench.claim.pk) if case.edited else [])
        ],
        "may_confirm": bool(case.edited) and rewordings.may_confirm(user, case),
        "conflict": panel.refusal.details if panel.refusal and panel.refusal.code == "stale" else None,
        "yours": _typed(panel.returned),
        "kept": panel.kept is not None,
        "standing": standing,
        "word_changes": {
            kind: (change, changed_words(*change.words) if change.words else "")
            for kind, review in standing.items()
            if review and (change := changed_since(bench.claim, review.created_at, bench.events[::-1]))
        },
        "contrary": contrary_evidence(case.veracity, bench.evidence)
        if state == State.IN_VOTE and permissions.may(user, "approve")
        else "",
        "original": preview_of(case.duplicate_of_id) if state == State.DUPLICATE else None,
        "decision": bench.decision,
        "hops": hop_rows(bench, user, parts),
        "edits": _edits(bench, parts, panel),
        "tag": _tag(bench, parts, panel),
        "talk": talk_panel(bench.talk, bench.claim.pk, user, case.version, parts),
        "offers": moves.offered(bench, user, parts),
        "add_evidence": _add_evidence(bench, parts) if may_link else None,
        "dismiss": _dismiss(bench, parts)
        if may_triage and (state in DISMISSIBLE or "dismiss" in panel.returned)
        else None,
        "history": _history(bench, parts),
        "may_match": permissions.may(user, "match_checks"),
        "parts": parts.made,
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
        "may_judge": may_judge,
        "may_link": may_link,
        "may_triage": may_triage,
        "may_take": permissions.may(user, "take")
        and holder is None
        and (state == State.QUEUED or (state == State.IN_CROSS_CHECK and not is_author)),
    }


def draft_key(request: DeskRequest, name: str, claim_id: int) -> str:
    """Where the browser keeps what is typed: per form, claim and person."""
    return f"{name}-{claim_id}-{request.user.pk}"


_EDITS: dict[str, dict[str, str]] = {
    "edit": {
        "label": "Change …",
        "title": "Change what was extracted",
        "key": "m",
        "key_label": "Change words, speaker or chain",
        "fields": "claims/parts/_edit.html",
        "submit": "Change it",
        "submit_look": "button button--primary",
    },
    "split": {
        "label": "Split …",
        "title": "Split the claim",
        "key": "l",
        "key_label": "Split into several claims",
        "submit": "Split it",
    },
    "merge": {
        "label": "Merge …",
        "title": "Merge the claim into another",
        "fields": "claims/parts/_claim_number.html",
        "submit": "Merge them",
    },
}


def _edits(bench: Workbench, parts: Parts, panel: Panel) -> list[object]:
    """The parts that change what was extracted, as far as they would not be refused."""
    open_to = editing.edits_open_to(
        parts.request.user, bench.case, bench.assignment, appears=1 + len(bench.elsewhere)
    )
    return [
        parts.part(
            name,
            make=partial(new_form, name, bench.appearance, bench.case.version),
            address=reverse(f"review_{name}", args=[bench.claim.pk]),
            **words,
        )
        for name, words in _EDITS.items()
        if name in open_to or name in panel.returned
    ]


def _tag(bench: Workbench, parts: Parts, panel: Panel) -> object | None:
    if not permissions.may(parts.request.user, "tag") and "tag" not in panel.returned:
        return None
    return parts.part(
        "tag",
        "Tag …",
        lambda: TagForm(initial={"version": bench.case.version}, auto_id="tag_%s"),
        address=reverse("review_tags", args=[bench.claim.pk]),
        title="Add a tag",
        key="#",
        key_label="Add a tag",
        fields="claims/parts/_tag.html",
        more={"offered_tags": Tag.objects.filter(retired_at=None).order_by("name")},
    )


def _add_evidence(bench: Workbench, parts: Parts) -> object:
    return parts.part(
        "evidence",
        "Add evidence",
        lambda: EvidenceForm(initial={"version": bench.case.version}),
        address=reverse("review_evidence", args=[bench.claim.pk]),
        key="e",
        fields="claims/parts/_evidence.html",
        submit="Link it",
    )


def _dismiss(bench: Workbench, parts: Parts) -> object:
    return parts.part(
        "dismiss",
        "Dismiss …",
        lambda: DismissForm(initial={"version": bench.case.version}),
        address=reverse("review_dismiss", args=[bench.claim.pk]),
        title="Dismiss the claim",
        fields="claims/parts/_dismiss.html",
        submit="Dismiss",
        submit_look="button button--danger",
    )


def _history(bench: Workbench, parts: Parts) -> object | None:
    if not bench.events:
        return None
    return parts.part(
        "history",
        f"Everything that happened ({len(bench.events)})",
        None,
        look="button button--plain button--small",
        fields="claims/parts/_events.html",
    )


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
