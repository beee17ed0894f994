"""What the workbench shows beside the claim that is judged: the claims of its text, in a list and as marks in it.

These panes are the same for every claim of a text. A step from claim to claim sends one only where it is not as the
reader's page shows it, which its digest tells: what it is made of is read anew each time, so that none is ever stale.
"""

from hashlib import blake2b
from typing import NamedTuple, cast

from claims.choices import Form
from claims.highlighting import MarkSpan, Role
from claims.models import Appearance, Span


class Listed(NamedTuple):
    """A line of the list of claims: plain values, for a text may have hundreds."""

    claim_id: int
    text: str
    speaker: str | None
    speaker_confidence: float | None
    form: str
    decided_by: str
    attribution: str
    state: str
    veracity: str


def listed_claims(version_id: int) -> list[Listed]:
    """The claims of one text, in its order."""
    rows = Appearance.objects.filter(version_id=version_id).order_by("position")
    return [
        Listed(*row)
        for row in rows.values_list(
            "claim_id",
            "claim__text",
            "claim__speaker__name",
            "speaker_confidence",
            "form",
            "decided_by",
            "attribution",
            "claim__case__state",
            "claim__case__veracity",
        )
    ]


def version_spans(version_id: int) -> list[MarkSpan]:
    """Every span of every claim in one text."""
    spans = Span.objects.filter(appearance__version_id=version_id).order_by("appearance__position", "start")
    return [
        MarkSpan(claim, cast(Role, role), start, end, form == Form.OWN_VOICE)
        for claim, role, start, end, form in spans.values_list(
            "appearance__claim_id", "role", "start", "end", "appearance__form"
        )
    ]


def digest(*shown: object) -> str:
    """A short name for plain values; other values, another name."""
    return blake2b(repr(shown).encode(), digest_size=9).hexdigest()
