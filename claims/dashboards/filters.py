"""What an address asks a page of the dashboards for. What nothing can be done with is told in a sentence, never guessed."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from articles.models import Outlet
from claims.choices import ReviewKind
from claims.dashboards.verdicts import PERIODS, Asked, Scope, Subject
from claims.models import Speaker, Tag
from factcheck.lib.keys import read_key

MODELS: dict[str, type[Outlet] | type[Speaker] | type[Tag]] = {
    Scope.OUTLET: Outlet,
    Scope.SPEAKER: Speaker,
    Scope.TAG: Tag,
}
WORDS: dict[str, str] = {Scope.OUTLET: "outlet", Scope.SPEAKER: "speaker", Scope.TAG: "topic"}
SHOWN = 60  # characters of what was asked for


def period_asked(given: Mapping[str, str], offered: Mapping[str, str], default: str) -> tuple[str, list[str]]:
    """A key of `offered`, and what was wrong."""
    period = given.get("period", "") or default
    if period in offered:
        return period, []
    choices = ", ".join(f"{key} ({words})" for key, words in offered.items())
    return default, [f"There is no period “{period[:SHOWN]}”: choose one of {choices}."]


def verdicts_asked(given: Mapping[str, str]) -> tuple[Asked, list[str]]:
    """What the page of verdicts is narrowed to. An outlet, a speaker or a tag is given by its number or its name."""
    period, problems = period_asked(given, PERIODS, "12")
    scale = given.get("scale", "") or ReviewKind.VERACITY.value
    if scale not in ReviewKind.values:
        problems.append(f"There is no scale “{scale[:SHOWN]}”: choose veracity or attribution.")
        scale = ReviewKind.VERACITY.value
    named = [scope for scope in MODELS if given.get(scope, "").strip()]
    subjects = [(scope, _found(scope, given[scope].strip(), problems)) for scope in named]
    found = [Subject(scope, one.pk, str(one)) for scope, one in subjects if one is not None]
    if len(found) > 1:
        left_out = " and ".join(WORDS[one.scope] for one in found[1:])
        problems.append(
            f"Verdicts are counted by one of outlet, speaker and topic at a time: the {left_out} is left out."
        )
    subject = found[0] if found else Subject()
    if scale == ReviewKind.ATTRIBUTION and subject.scope in (Scope.SPEAKER, Scope.TAG):
        problems.append(
            f"Whether they said it is counted of the desk and of outlets: the {WORDS[subject.scope]} is left out."
        )
        subject = Subject()
    return Asked(period, scale, subject), problems


def _found(scope: str, words: str, problems: list[str]) -> Outlet | Speaker | Tag | None:
    rows: QuerySet[Any] = MODELS[scope]._default_manager.all()
    key = read_key(words)
    named = words.replace("\0", "")
    one: Outlet | Speaker | Tag | None = (
        rows.filter(pk=key).first()
        if key is not None
        else rows.filter(name__iexact=named).order_by("pk").first()
    )
    if one is None:
        problems.append(
            f"There is no {WORDS[scope]} “{words[:SHOWN]}”: give its number, or its whole name. Nothing is narrowed by it."
        )
    elif isinstance(one, Speaker):
        return one.surviving()
    elif isinstance(one, Tag):
        return one.merged_into or one
    return one
