"""Finding, or making, the speaker that a name stands for."""

from collections.abc import Iterable

from django.db.models import Q

from articles.models import Outlet
from articles.services.outlets import ensure_outlets
from claims.choices import SpeakerKind
from claims.models import Speaker, SpeakerAlias

SpeakerKey = tuple[str, str]  # kind, name
Identity = tuple[str, str | None, int | None]  # kind, name key, outlet


def name_key(name: str) -> str:
    """The form in which names are compared: case and spaces folded, without a leading article."""
    words = name.casefold().split()
    return " ".join(words[1:] if len(words) > 1 and words[0] in ("the", "a", "an") else words)[:300]


def ensure_speakers(wanted: Iterable[SpeakerKey], *, quoted_by: Outlet) -> dict[SpeakerKey, Speaker]:
    """A speaker for each (kind, name), made where the desk has not met it. Call it inside a transaction.

    Unnamed sources are those of the outlet that quoted them. The outlet `quoted_by` speaks as itself. A name that is another
    name of a speaker stands for that one; so does the name of a speaker that was merged.
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
    known = _known(rows.values())
    missing = [candidate for candidate in rows.values() if _identity(candidate) not in known]
    if missing:
        known |= _by_alias(missing)
        missing = [candidate for candidate in missing if _identity(candidate) not in known]
    if missing:
        # A speaker that another worker is making right now is waited for, then simply found.
        Speaker.objects.bulk_create(missing, ignore_conflicts=True)
        known |= _known(missing)
    return {key: known[_identity(candidate)] for key, candidate in rows.items()}


def _identity(speaker: Speaker) -> Identity:
    """What the table knows a speaker by."""
    if speaker.kind == SpeakerKind.OUTLET:
        return speaker.kind, None, speaker.outlet_id
    return speaker.kind, speaker.name_key, speaker.outlet_id


def _known(candidates: Iterable[Speaker]) -> dict[Identity, Speaker]:
    """Those of them that are stored, by their identity; one statement, each part of it read from one index."""
    wanted: dict[str, list[Speaker]] = {}
    for candidate in candidates:
        own = candidate.kind in (SpeakerKind.OUTLET, SpeakerKind.UNNAMED)
        wanted.setdefault(candidate.kind if own else "", []).append(candidate)
    where = Q()
    if named := wanted.get(""):
        kinds, keys = {one.kind for one in named}, {one.name_key for one in named}
        where |= Q(outlet=None, kind__in=kinds, name_key__in=keys)
    if unnamed := wanted.get(SpeakerKind.UNNAMED):
        where |= Q(
            kind=SpeakerKind.UNNAMED,
            outlet__in={one.outlet_id for one in unnamed},
            name_key__in={one.name_key for one in unnamed},
        )
    if outlets := wanted.get(SpeakerKind.OUTLET):
        where |= Q(kind=SpeakerKind.OUTLET, outlet__in={one.outlet_id for one in outlets})
    if not where:
        return {}
    return {_identity(one): one.surviving() for one in Speaker.objects.filter(where).order_by()}


def _by_alias(candidates: Iterable[Speaker]) -> dict[Identity, Speaker]:
    """The speakers of whom they are other names."""
    named = [one for one in candidates if one.kind != SpeakerKind.OUTLET]
    where = Q(
        outlet=None,
        kind__in={one.kind for one in named if one.outlet_id is None},
        key__in={one.name_key for one in named if one.outlet_id is None},
    ) | Q(
        outlet__in={one.outlet_id for one in named if one.outlet_id is not None},
        key__in={one.name_key for one in named if one.outlet_id is not None},
    )
    aliases = SpeakerAlias.objects.filter(where).select_related("speaker").order_by() if named else []
    return {(alias.kind, alias.key, alias.outlet_id): alias.speaker.surviving() for alias in aliases}
