"""The moves that the decision panel offers besides judging: each a button, or a short form that asks what the move needs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.urls import reverse
from django.utils import timezone

from claims import permissions, workflow
from claims.bench import Workbench
from claims.choices import DONE
from claims.forms import (
    CorrectionNoteForm,
    DueForm,
    DuplicateForm,
    HandOverForm,
    HoldForm,
    NoteForm,
    ReasonForm,
    RetractForm,
    VersionedForm,
)
from claims.services import assigning, curating, planning, publishing, seconding, undoing
from claims.views.parts import PLAIN, Part, Parts
from factcheck.models import User

Answers = dict[str, Any]
END_OF_DAY = time(23, 59)


@dataclass(frozen=True, slots=True)
class Offer:
    """One move as the panel offers it. `key`: its single-key shortcut; `done`: what the page says afterwards."""

    name: str
    label: str
    form: type[VersionedForm]
    make: Callable[..., object]
    done: str
    key: str = ""
    tone: str = ""  # "primary", "danger" or plain

    def form_for(self, data: Any = None, **options: Any) -> VersionedForm:
        """Its form, with ids of its own: several forms of one page ask for a reason."""
        return self.form(data, auto_id=f"{self.name}_%s", **options)


def _hold(*, reason: str, until: Any, **common: Any) -> object:
    end = timezone.make_aware(datetime.combine(until, time())) if until else None
    return curating.hold_claim(reason=reason, until=end, **common)


def _hand_over(*, to: User, reason: str, expected_version: int, **common: Any) -> object:
    return assigning.hand_over(to=to, note=reason, **common)


def _set_due(*, due: Any, expected_version: int, **common: Any) -> object:
    end = timezone.make_aware(datetime.combine(due, END_OF_DAY)) if due else None
    return planning.set_due(due_at=end, **common)


OFFERS = {
    offer.name: offer
    for offer in [
        Offer(
            "approve",
            "Approve …",
            NoteForm,
            lambda *, reason, **common: seconding.vote_claim(note=reason, **common),
            "Approved.",
            "y",
            "primary",
        ),
        Offer(
            "send_back",
            "Send back …",
            ReasonForm,
            seconding.send_back,
            "Sent back to its author.",
            "b",
        ),
        Offer("publish", "Publish without a page", VersionedForm, publishing.publish_claim, "Published."),
        Offer(
            "correct",
            "Correct …",
            ReasonForm,
            publishing.open_correction,
            "Open for correction: change the verdict, then publish the correction.",
            "c",
        ),
        Offer(
            "publish_correction",
            "Publish the correction …",
            CorrectionNoteForm,
            lambda *, reason, **common: publishing.publish_correction(note=reason, **common),
            "The correction is published.",
            "p",
            "primary",
        ),
        Offer("retract", "Retract …", RetractForm, publishing.retract_claim, "Retracted.", tone="danger"),
        Offer("resume", "Take off hold", VersionedForm, curating.resume_claim, "Off hold.", "h", "primary"),
        Offer("hold", "Put on hold …", HoldForm, _hold, "On hold.", "h"),
        Offer(
            "mark_duplicate",
            "Duplicate …",
            DuplicateForm,
            lambda *, duplicate_of, **common: curating.mark_duplicate(of=duplicate_of, **common),
            "Marked as a duplicate.",
            "d",
        ),
        Offer("hand_over", "Hand over …", HandOverForm, _hand_over, "Handed over.", "g"),
        Offer("due", "Due date …", DueForm, _set_due, "Saved."),
        Offer("undo", "Undo", VersionedForm, undoing.undo_move, "Undone.", "u"),
    ]
}


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer as it is shown: a button, or where the move asks for something the `part` with its form."""

    offer: Offer
    label: str
    address: str
    part: Part | None


def offered(bench: Workbench, user: User, parts: Parts) -> list[Offered]:
    """What `user` may do now with the claim, in the order in which it is shown."""
    shown = []
    for offer in OFFERS.values():
        label = _label(offer, bench, user)
        if label or offer.name in parts.returned:
            label = label or offer.label
            address = reverse("review_move", args=[bench.claim.pk, offer.name])
            part = _part(offer, label, address, bench, parts) if offer.form is not VersionedForm else None
            shown.append(Offered(offer, label, address, part))
    return shown


def _part(offer: Offer, label: str, address: str, bench: Workbench, parts: Parts) -> Part:
    due = bench.case.due_at and timezone.localtime(bench.case.due_at).date()
    tone = f" button--{offer.tone}" if offer.tone else ""
    return parts.part(
        offer.name,
        label,
        lambda: offer.form_for(initial={"version": bench.case.version, "due": due}),
        address=address,
        look=f"button button--small{tone}",
        key=offer.key,
        fields="claims/parts/_claim_number.html" if offer.form is DuplicateForm else PLAIN,
        submit=label.removesuffix(" …"),
        submit_look=f"button{tone}",
    )


def make_move(offer: Offer, *, by: User, claim_id: int, answers: Answers) -> object:
    """Calls the offer's service with what its form was given."""
    given = {name: value for name, value in answers.items() if name != "version"}
    return offer.make(by=by, claim_id=claim_id, expected_version=answers["version"], **given)


def _label(offer: Offer, bench: Workbench, user: User) -> str:
    """The button's words; "" where the move is not for this user or this claim now."""
    state, holder = bench.case.state, bench.assignment.reviewer if bench.assignment else None
    if offer.name == "undo":
        event = undoing.undoable_move(bench.events, by=user)
        return f"Undo “{undoing.label_of(event).lower()}”" if event else ""
    if offer.name == "hand_over":
        may = permissions.may(user, "take") and (holder == user or permissions.may(user, "approve"))
        return offer.label if holder is not None and may else ""
    if offer.name == "publish" and bench.fact_checks:  # then its page publishes it
        return ""
    if offer.name == "due":
        may = state not in DONE and planning.may_set_due(user, bench.assignment)
        return offer.label if may else ""
    move = workflow.MOVES[offer.name]
    if state not in move.sources or not permissions.may(user, move.permission):
        return ""
    if "free" in move.guards and holder not in (None, user):
        return ""
    if "not_the_author" in move.guards and bench.case.author_id == user.pk:
        return ""
    if offer.name == "approve" and any(vote.editor_id == user.pk for vote in bench.decision.votes):
        return ""
    return offer.label
