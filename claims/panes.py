"""What the workbench shows beside the claim that is judged: the claims of its text, in a list and as marks in it.

These panes are the same for every claim of a text. A step from claim to claim sends one only where it is not as the
reader's page shows it, which its digest tells: the database makes it of what there is each time, so that none is ever
stale.
"""

from hashlib import blake2b
from typing import NamedTuple, cast

from claims.choices import Form
from claims.highlighting import MarkSpan, Role
from claims.models import Appearance, Span
from factcheck.lib.prepared import Prepared, prepared_row


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


_LISTED = Prepared(
    lambda version: (
        Appearance.objects.filter(version_id=version)
        .order_by("position")
        .values_list(
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
    )
)
_SPANS = Prepared(
    lambda version: (
        Span.objects.filter(appearance__version_id=version)
        .order_by("appearance__position", "start")
        .values_list("appearance__claim_id", "role", "start", "end", "appearance__form")
    )
)


def listed_claims(version_id: int) -> list[Listed]:
    """The claims of one text, in its order."""
    return [Listed(*row) for row in _LISTED(version_id)]


def version_spans(version_id: int) -> list[MarkSpan]:
    """Every span of every claim in one text."""
    return [
        MarkSpan(claim, cast(Role, role), start, end, form == Form.OWN_VOICE)
        for claim, role, start, end, form in _SPANS(version_id)
    ]


class Shown(NamedTuple):
    """What both panes of a text show, in short: the claims in the list's order, and a name for each pane's content."""

    claims: list[int]
    list_name: str
    text_name: str


# Column by column what `Listed` and `MarkSpan` hold, so that nothing of it need be fetched to tell whether it changed.
_SHOWN = """
    SELECT array_agg(a.claim_id ORDER BY a.position, a.id),
           sum(hash_record_extended(
               ROW(a.position, a.claim_id, c.text, s.name, a.speaker_confidence, a.form, a.decided_by, a.attribution,
                   cs.state, cs.veracity), 0))::text,
           (SELECT sum(hash_record_extended(ROW(b.position, b.claim_id, x.role, x.start, x."end", b.form), 0))::text
              FROM claims_span x JOIN claims_appearance b ON b.id = x.appearance_id
             WHERE b.version_id = %s)
      FROM claims_appearance a
      JOIN claims_claim c ON c.id = a.claim_id
      JOIN claims_claimstate cs ON cs.claim_id = a.claim_id
      LEFT JOIN claims_speaker s ON s.id = c.speaker_id
     WHERE a.version_id = %s
"""


def shown_of(version_id: int) -> Shown:
    """One query, whose answer is small however many claims the text has."""
    claims, list_name, text_name = prepared_row(_SHOWN, version_id, version_id)
    return Shown(claims or [], list_name or "", text_name or "")


def digest(*shown: object) -> str:
    """A short name for plain values; other values, another name."""
    return blake2b(repr(shown).encode(), digest_size=9).hexdigest()
