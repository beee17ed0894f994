"""How the desk works, as its editors set it."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction

from claims import permissions
from claims.choices import VERDICTS
from claims.models import DeskSettings
from claims.services.audit import record_event
from factcheck.lib.errors import DomainError
from factcheck.models import User

FIELDS = (
    "cross_check",
    "quorum",
    "min_evidence",
    "lease_minutes",
    "archive_evidence",
    "auto_assign",
    "auto_assign_most",
)
LONGEST_LABEL = 40
MOST = {"quorum": 20, "min_evidence": 20, "lease_minutes": 7 * 24 * 60, "auto_assign_most": 100}


@transaction.atomic
def configure_desk(*, by: User, **changes: Any) -> DeskSettings:
    """Changes the settings named in `changes` (of FIELDS); what is under way follows the new ones from its next move on.

    Raises Refused, DomainError `out_of_range`.
    """
    permissions.require(by, "configure")
    desk, _ = DeskSettings.objects.select_for_update().get_or_create(pk=1)
    before = {name: getattr(desk, name) for name in FIELDS}
    for name, value in changes.items():
        assert name in FIELDS, name
        least = 0 if name == "min_evidence" else 1
        if name in MOST and not least <= value <= MOST[name]:
            raise DomainError(
                "out_of_range",
                f"“{name.replace('_', ' ')}” takes a number from {least} to {MOST[name]:,}.",
            )
        setattr(desk, name, value)
    changed = {name: old for name, old in before.items() if getattr(desk, name) != old}
    if changed:
        desk.save()
        record_event(
            by=by,
            verb="configure_desk",
            target=desk,
            before=changed,
            after={name: getattr(desk, name) for name in changed},
        )
    return desk


@transaction.atomic
def name_verdicts(*, by: User, language: str, names: Mapping[str, str]) -> DeskSettings:
    """Sets what the desk calls its verdicts in `language` (a code as of settings.LANGUAGES), by verdict. One left out or
    empty has its built-in name; what a verdict means and its place on the scale stay.

    Raises Refused, DomainError (`unknown_language`, `unknown_verdict`, `name_too_long`, `name_twice`).
    """
    permissions.require(by, "configure")
    if language not in dict(settings.LANGUAGES):
        raise DomainError(
            "unknown_language", f"“{language}” is no language known here: use a code like “de”."
        )
    given = {verdict: " ".join(name.split()) for verdict, name in names.items()}
    built_in = {str(one): str(one.label) for scale in VERDICTS.values() for one in scale}
    if strangers := sorted(set(given) - set(built_in)):
        raise DomainError("unknown_verdict", f"There is no verdict “{strangers[0]}”.")
    for name in given.values():
        if len(name) > LONGEST_LABEL:
            raise DomainError(
                "name_too_long",
                f"“{name[:LONGEST_LABEL]}…” is too long: a verdict's name has {LONGEST_LABEL} characters at most.",
            )
    for kind, scale in VERDICTS.items():
        taken: dict[str, str] = {}
        for verdict in scale:
            name = given.get(verdict) or str(verdict.label)
            if other := taken.get(name.casefold()):
                raise DomainError(
                    "name_twice",
                    f"“{kind.label}” would have “{name}” twice, for “{other}” and “{verdict.label}”: give each its own name.",
                )
            taken[name.casefold()] = str(verdict.label)
    own = {verdict: name for verdict, name in given.items() if name and name != built_in[verdict]}
    desk, _ = DeskSettings.objects.select_for_update().get_or_create(pk=1)
    before = desk.labels.get(language, {})
    if own != before:
        others = {code: labels for code, labels in desk.labels.items() if code != language}
        desk.labels = {**others, language: own} if own else others
        desk.save(update_fields=["labels"])
        record_event(
            by=by,
            verb="name_verdicts",
            target=desk,
            before={"language": language, "names": before},
            after={"language": language, "names": own},
        )
    return desk
