"""The record of one outlet, and of one speaker: what they said, how much of it was checked, and what came of it."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from articles.models import Outlet
from claims.choices import Form, ReviewKind
from claims.dashboards.figures import SMALL, Board, Cell, Chart, Column, count, share
from claims.dashboards.reading import (
    busiest,
    claims_address,
    of_keys,
    verdict_columns,
    verdicts_by_month,
    verdicts_of,
)
from claims.dashboards.verdicts import Subject, by_verdict, over_time
from claims.models import Speaker, VerdictTally

Scope = VerdictTally.Scope
MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class Record:
    """`claims` are all of its claims, `judged` those with a verdict."""

    board: Board
    subject: Outlet | Speaker
    claims: int
    judged: int

    @property
    def checked(self) -> str:
        return share(self.judged, self.claims)


@dataclass(frozen=True, slots=True)
class Found:
    """Whom the page of records offers: those whose name has the words, or else those with most claims."""

    outlets: list[tuple[int, str]]
    speakers: list[tuple[int, str]]


def records_found(words: str) -> Found:
    """Two queries. Names are found by their trigram indexes."""
    if not words:
        return Found(
            *(
                [(one.key, one.name) for one in busiest(scope, MOST_FOUND)]
                for scope in (Scope.OUTLET, Scope.SPEAKER)
            )
        )
    named = Q(name__icontains=words)
    outlets = Outlet.objects.filter(named).order_by("name")
    speakers = Speaker.objects.filter(named, merged_into=None).order_by("name")
    return Found(*(list(rows.values_list("pk", "name")[:MOST_FOUND]) for rows in (outlets, speakers)))


def outlet_record(outlet_id: int) -> Record | None:
    """Six queries at most. None: there is no such outlet."""
    outlet = Outlet.objects.filter(pk=outlet_id).first()
    if outlet is None:
        return None
    counted = of_keys(["outlet", "outlet_own"], [outlet_id])
    claims = counted["outlet"].get(str(outlet_id), 0)
    own = counted["outlet_own"].get(str(outlet_id), 0)
    months = verdicts_by_month(Scope.OUTLET, outlet_id, ReviewKind.VERACITY, None)
    all_verdicts = sum(months.values(), Counter[str]())
    own_verdicts = verdicts_of(Scope.OWN, [outlet_id], ReviewKind.VERACITY, None)[outlet_id]
    attributions = verdicts_by_month(Scope.OUTLET, outlet_id, ReviewKind.ATTRIBUTION, None)
    board = Board(
        "outlet",
        [
            _voices(outlet, (own, own_verdicts), (claims - own, all_verdicts - own_verdicts)),
            over_time(ReviewKind.VERACITY, months),
            _quoting(attributions),
        ],
        {"outlet": str(outlet_id)},
    )
    return Record(board, outlet, claims, all_verdicts.total())


def _voices(outlet: Outlet, *voices: tuple[int, Counter[str]]) -> Chart:
    """Its own voice, which readers take for fact, beside what it says that others said."""
    columns = [
        one
        for one in verdict_columns(ReviewKind.VERACITY)
        if any(verdicts[one.key] for _, verdicts in voices)
    ]
    (own, own_verdicts), (attributed, attributed_verdicts) = voices
    rows = []
    for key, label, claims, verdicts in (
        ("own", "In its own voice", own, own_verdicts),
        ("attributed", "Attributed to others", attributed, attributed_verdicts),
    ):
        listed = {"outlet": outlet.pk, "form": Form.OWN_VOICE.value if key == "own" else ""}
        judged = verdicts.total()
        rows.append(
            [
                Cell(key, label),
                # The list knows no “any form but one”: what is attributed has no list of its own.
                Cell(claims, href=claims_address(**listed) if key == "own" and claims else ""),
                Cell(judged),
                Cell(round(judged / claims, 4) if claims >= SMALL else None, share(judged, claims)),
                *(
                    Cell(
                        verdicts[one.key],
                        href=claims_address(veracity=one.key, **listed)
                        if key == "own" and verdicts[one.key]
                        else "",
                    )
                    for one in columns
                ),
            ]
        )
    return Chart(
        "voices",
        "Own voice beside what others said",
        f"{share(own, own + attributed).capitalize()} of its claims are in its own voice; checked: {share(own_verdicts.total(), own)} of "
        f"these, {share(attributed_verdicts.total(), attributed)} of the attributed ones."
        if own + attributed
        else "No claim of this outlet has come in yet.",
        [
            Column("voice", "Voice", wide=True),
            Column("claims", "Claims"),
            Column("judged", "Checked"),
            Column("share", "Share checked", wide=True),
            *columns,
        ],
        rows if own + attributed else [],
        shape="stack",
        note="In its own voice: the outlet states it as fact, with nobody named. Desks choose what they check, so that no share says how "
        "often the outlet is right.",
        empty="No claim of this outlet has come in yet.",
    )


def _quoting(by_month: dict[date, Counter[str]]) -> Chart:
    totals = sum(by_month.values(), Counter[str]())
    whole = totals.total()
    columns = verdict_columns(ReviewKind.ATTRIBUTION)
    return Chart(
        "quoting",
        "Did they say it?",
        f"{count(whole, 'attribution')} in its texts judged: {share(totals['confirmed'], whole)} confirmed at the primary source."
        if whole
        else "No attribution in its texts has been judged yet.",
        [
            Column("verdict", "Verdict", wide=True),
            Column("appearances", "Appearances", True, "accent"),
            Column("share", "Share", wide=True),
        ],
        [
            [
                Cell(one.key, one.label),
                Cell(totals[one.key]),
                Cell(
                    round(totals[one.key] / whole, 4) if whole >= SMALL else None,
                    share(totals[one.key], whole),
                ),
            ]
            for one in columns
        ]
        if whole
        else [],
        tones=[one.tone for one in columns],
        empty="No attribution in its texts has been judged yet.",
    )


def speaker_record(speaker_id: int) -> Record | None:
    """Three queries. None: there is no such speaker. One that was merged has no claims any more."""
    speaker = Speaker.objects.select_related("outlet", "merged_into").filter(pk=speaker_id).first()
    if speaker is None:
        return None
    claims = of_keys(["speaker"], [speaker_id])["speaker"].get(str(speaker_id), 0)
    months = verdicts_by_month(Scope.SPEAKER, speaker_id, ReviewKind.VERACITY, None)
    judged = sum(months.values(), Counter[str]()).total()
    subject = Subject(Scope.SPEAKER, speaker_id, speaker.name)
    board = Board(
        "speaker",
        [
            _checked(subject, claims, judged),
            by_verdict(subject, ReviewKind.VERACITY, months, None, "so far"),
            over_time(ReviewKind.VERACITY, months),
        ],
        {"speaker": str(speaker_id)},
    )
    return Record(board, speaker, claims, judged)


def _checked(subject: Subject, claims: int, judged: int) -> Chart:
    return Chart(
        "checked",
        "How much was checked",
        f"{share(judged, claims).capitalize()} of the claims attributed to this speaker have a verdict."
        if claims
        else "No claim is attributed to this speaker.",
        [Column("what", "What", wide=True), Column("claims", "Claims", True, "accent")],
        [
            [Cell("judged", "With a verdict"), Cell(judged)],
            [Cell("open", "Without one"), Cell(claims - judged)],
            [
                Cell("all", "All"),
                Cell(claims, href=claims_address(**subject.listed(ReviewKind.VERACITY)) if claims else ""),
            ],
        ],
        shape="table",
        note="Who said it is what texts say; whether they did is judged by itself. Desks choose what they check, so that no share says "
        "how often a speaker is right.",
    )
