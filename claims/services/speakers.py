"""Finding, or making, the speaker that a name stands for."""

from collections.abc import Iterable

from articles.models import Outlet
from articles.services.outlets import ensure_outlets
from claims.choices import SpeakerKind
from claims.models import Speaker

SpeakerKey = tuple[str, str]  # kind, name


def name_key(name: str) -> str:
    """The form in which names are compared: case and spaces folded, without a leading article."""
    words = name.casefold().split()
    return " ".join(words[1:] if len(words) > 1 and words[0] in ("the", "a", "an") else words)[:300]


def ensure_speakers(wanted: Iterable[SpeakerKey], *, quoted_by: Outlet) -> dict[SpeakerKey, Speaker]:
    """A speaker for each (kind, name), made where the desk has not met it. Call it inside a transaction.

    Unnamed sources are those of the outlet that quoted them. The outlet `quoted_by` speaks as itself.
    """
    # In one order for all writers: that of the keys by which the table knows them.
    keys = sorted(set(wanted), key=lambda key: (key[0], name_key(key[1]), key[1]))
    outlet_names = {name for kind, name in keys if kind == SpeakerKind.OUTLET and name != quoted_by.name}
    outlets = ensure_outlets(outlet_names) | {quoted_by.name: quoted_by}

    def row(kind: str, name: str) -> Speaker:
        outlet = {SpeakerKind.OUTLET: outlets.get(name), SpeakerKind.UNNAMED: quoted_by}.get(
            SpeakerKind(kind)
        )
        return Speaker(kind=kind, name=name[:300], name_key=name_key(name), outlet=outlet)

    rows = {key: row(*key) for key in keys}
    # A speaker that another worker is making right now is waited for, then simply found.
    Speaker.objects.bulk_create(rows.values(), ignore_conflicts=True)
    return {key: _find(candidate) for key, candidate in rows.items()}


def _find(candidate: Speaker) -> Speaker:
    if candidate.kind == SpeakerKind.OUTLET:
        return Speaker.objects.get(kind=candidate.kind, outlet=candidate.outlet)
    return Speaker.objects.get(kind=candidate.kind, name_key=candidate.name_key, outlet=candidate.outlet)
