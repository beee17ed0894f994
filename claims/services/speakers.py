"""Finding, or making, the speaker that a name stands for."""

from collections.abc import Iterable, Mapping

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
    identities = {key: _identity_of(key, outlets, quoted_by) for key in keys}
    known = _known(identities.values())
    missing = [key for key in keys if identities[key] not in known]
    if missing:
        known |= _by_alias([identities[key] for key in missing])
        missing = [key for key in missing if identities[key] not in known]
    if missing:
        # A speaker that another worker is making right now is waited for, then simply found.
        Speaker.objects.bulk_create(
            [
                Speaker(
                    kind=key[0], name=key[1][:300], name_key=name_key(key[1]), outlet_id=identities[key][2]
                )
                for key in missing
            ],
            ignore_conflicts=True,
        )
        known |= _known([identities[key] for key in missing])
    return {key: known[identity] for key, identity in identities.items()}


def _identity_of(key: SpeakerKey, outlets: Mapping[str, Outlet], quoted_by: Outlet) -> Identity:
    kind, name = SpeakerKind(key[0]), key[1]
    if kind == SpeakerKind.OUTLET:
        return kind.value, None, outlets[name].pk
    return kind.value, name_key(name), quoted_by.pk if kind == SpeakerKind.UNNAMED else None


def _identity(speaker: Speaker) -> Identity:
    """What the table knows a speaker by."""
    if speaker.kind == SpeakerKind.OUTLET:
        return speaker.kind, None, speaker.outlet_id
    return speaker.kind, speaker.name_key, speaker.outlet_id


# Each part is read from one index.
_KNOWN = """
    SELECT s.* FROM unnest(%s::text[], %s::text[]) AS named (kind, key)
      JOIN claims_speaker s ON s.outlet_id IS NULL AND s.kind = named.kind AND s.name_key = named.key
     UNION ALL
    SELECT s.* FROM claims_speaker s WHERE s.kind = 'unnamed' AND s.outlet_id = ANY(%s::bigint[]) AND s.name_key = ANY(%s)
     UNION ALL
    SELECT s.* FROM claims_speaker s WHERE s.kind = 'outlet' AND s.outlet_id = ANY(%s::bigint[])
"""


def _known(identities: Iterable[Identity]) -> dict[Identity, Speaker]:
    """Those of them that are stored."""
    named: list[tuple[str, str | None]] = []
    unnamed: list[tuple[int | None, str | None]] = []
    outlets: list[int | None] = []
    for kind, key, outlet in identities:
        if kind == SpeakerKind.OUTLET:
            outlets.append(outlet)
        elif kind == SpeakerKind.UNNAMED:
            unnamed.append((outlet, key))
        else:
            named.append((kind, key))
    if not (named or unnamed or outlets):
        return {}
    params = [
        [kind for kind, _ in named],
        [key for _, key in named],
        list({outlet for outlet, _ in unnamed}),
        [key for _, key in unnamed],
        outlets,
    ]
    return {_identity(one): one.surviving() for one in Speaker.objects.raw(_KNOWN, params)}


def _by_alias(identities: Iterable[Identity]) -> dict[Identity, Speaker]:
    """The speakers of whom they are other names."""
    named = [one for one in identities if one[0] != SpeakerKind.OUTLET]
    where = Q(
        outlet=None,
        kind__in={kind for kind, _, outlet in named if outlet is None},
        key__in={key for _, key, outlet in named if outlet is None},
    ) | Q(
        outlet__in={outlet for _, _, outlet in named if outlet is not None},
        key__in={key for _, key, outlet in named if outlet is not None},
    )
    aliases = SpeakerAlias.objects.filter(where).select_related("speaker").order_by() if named else []
    return {(alias.kind, alias.key, alias.outlet_id): alias.speaker.surviving() for alias in aliases}
