"""How the desk works, as its editors set it."""

from typing import Any

from django.db import transaction

from claims import permissions
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
