"""How a claim travelled: which outlets have it, from whom, since when, and where its attribution was lost.

The same claim is what the desk says is one (a claim, its duplicates), and what articles of one story say in the same words. Each of
its appearances is a place on a page; its chain says through whom it came there.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import Prefetch, QuerySet
from django.db.models.functions import Lower, Trim
from django.urls import reverse
from django.utils import timezone

from articles.models import Placement
from claims.choices import Form, HopRole
from claims.dashboards.figures import Board, Cell, Chart, Column, count
from claims.models import Appearance, Claim, ClaimState, Hop
from factcheck.lib.prepared import Prepared

MOST_APPEARANCES = 200  # the first seen
_AROUND = " .,;:!?…“”\"'‘’«»()"
SHORT = 110


@dataclass(frozen=True, slots=True)
class Stop:
    """The claim on one page. `upstream`: whom its chain names before the publisher, nearest the page first."""

    claim: int
    appearance: int
    outlet: str
    article: str
    address: str
    at: datetime
    is_published_then: bool
    form: str
    speaker: str
    upstream: tuple[str, ...]

    @property
    def is_own_voice(self) -> bool:
        return self.form == Form.OWN_VOICE

    @property
    def is_attributed(self) -> bool:
        return not self.is_own_voice


@dataclass(frozen=True, slots=True)
class Leg:
    """One step from place to place. `how`: cited (the chain says so) or copied (one story; it was seen there first)."""

    start: str
    end: str
    how: str


@dataclass(frozen=True, slots=True)
class Loss:
    """An outlet states in its own voice what another had attributed before, or what it cites that other for."""

    here: Stop
    there: Stop


@dataclass(frozen=True, slots=True)
class Travel:
    board: Board
    claim: Claim
    outlets: int
    origins: list[str]
    losses: list[Loss]
    more: bool  # there are more appearances than are shown

    @property
    def in_words(self) -> str:
        return f"{count(self.outlets, 'outlet')}, {count(len(self.origins), 'origin')}"


_CLAIM = Prepared(
    lambda claim: Claim.objects.select_related("speaker", "case").defer("search").filter(pk=claim)
)


def travel(claim_id: int) -> Travel | None:
    """Nine queries at most, of a few rows. None: there is no such claim."""
    claim = next(iter(_CLAIM(claim_id)), None)
    if claim is None:
        return None
    found = _appearances(claim)
    stops = _first_of_each(_stop(one) for one in found[:MOST_APPEARANCES])
    legs = _legs(stops)
    origins = _origins(stops, legs)
    losses = _losses(stops, legs)
    return Travel(
        board=Board(
            "travel",
            [_graph(stops, legs, origins), _stops(stops), _loss_table(losses)],
            {"claim": str(claim_id)},
        ),
        claim=claim,
        outlets=len({stop.outlet for stop in stops}),
        origins=origins,
        losses=losses,
        more=len(found) > MOST_APPEARANCES,
    )


# ---- The appearances of one claim ------------------------------------------------------------------


def _appearances(claim: Claim) -> list[Appearance]:
    """Those of the claim, of its duplicates, and in its stories of the same words; the first seen first."""
    case = claim.case
    root = case.duplicate_of_id or claim.pk
    # Their keys first: asked for in one condition over two tables, both would be read through.
    claims = sorted({claim.pk, root, *_DUPLICATES(root)})
    known = _known(len(claims))(*claims)
    stories = Placement.objects.filter(article__in={article for _, article in known}, story__isnull=False)
    articles = Placement.objects.filter(story__in=list(stories.values_list("story", flat=True).distinct()))
    same = _saying(claim.text, Appearance.objects.filter(version__current_of__in=articles.values("article")))
    keys = {pk for pk, _ in known} | set(same.values_list("pk", flat=True)[:MOST_APPEARANCES])
    rows = Appearance.objects.filter(pk__in=keys).select_related("claim__speaker", "version__article__outlet")
    rows = rows.defer("claim__search", "version__text", "version__provenance").prefetch_related(
        Prefetch("hops", queryset=Hop.objects.select_related("outlet").order_by("position"))
    )
    return sorted(rows, key=lambda one: (_seen(one), one.pk))


_DUPLICATES = Prepared(
    lambda root: ClaimState.objects.filter(duplicate_of=root).values_list("pk", flat=True)[:MOST_APPEARANCES]
)


@lru_cache(maxsize=20)
def _known(claims: int) -> Prepared[Appearance]:
    """The appearances of so many claims, each with its article."""
    return Prepared(
        lambda *given: (
            Appearance.objects.filter(claim__in=given[:claims])
            .order_by("pk")
            .values_list("pk", "version__article_id")[: MOST_APPEARANCES + 1]
        )
    )


def _saying(text: str, appearances: QuerySet[Appearance]) -> QuerySet[Appearance]:
    """Those whose claim has the same words, whatever stands around them."""
    words = Trim(Lower("claim__text"))
    return appearances.annotate(words=words).filter(
        words__in=[f"{_bare(text)}{end}" for end in ("", ".", ",", "!", "?", "…")]
    )


def _bare(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip(_AROUND).lower()


def _seen(appearance: Appearance) -> datetime:
    article = appearance.version.article
    return article.published_at or article.created_at


def _stop(appearance: Appearance) -> Stop:
    article = appearance.version.article
    hops = list(appearance.hops.all())
    here = article.outlet.name
    upstream = [_name(hop) for hop in reversed(hops) if hop.role != HopRole.PUBLISHER]
    speaker = appearance.claim.speaker
    return Stop(
        claim=appearance.claim_id,
        appearance=appearance.pk,
        outlet=here,
        article=str(article),
        address=f"{reverse('review', args=[appearance.claim_id])}?appearance={appearance.pk}",
        at=_seen(appearance),
        is_published_then=article.published_at is not None,
        form=appearance.form,
        speaker=speaker.name if speaker and appearance.form != Form.OWN_VOICE else "",
        upstream=tuple(name for name in upstream if name.casefold() != here.casefold()),
    )


def _name(hop: Hop) -> str:
    return hop.outlet.name if hop.outlet else hop.name


def _first_of_each(stops: Iterable[Stop]) -> list[Stop]:
    """One stop for each outlet, form and chain: an outlet's later texts that say the same are the same stop."""
    kept: dict[tuple[str, bool, tuple[str, ...]], Stop] = {}
    for stop in stops:
        kept.setdefault((stop.outlet, stop.is_own_voice, stop.upstream), stop)
    return list(kept.values())


# ---- What follows from them ------------------------------------------------------------------------


def _legs(stops: Sequence[Stop]) -> list[Leg]:
    """Chains as their texts tell them; of a text that names nobody, from the outlet that had the same words first."""
    legs: dict[tuple[str, str], Leg] = {}
    for stop in stops:
        end = stop.outlet
        for start in stop.upstream:
            legs.setdefault((start, end), Leg(start, end, "cited"))
            end = start
    fed = {leg.end for leg in legs.values()}
    first = stops[0].outlet if stops else ""
    for stop in stops:
        # Whoever is first, or cites somebody, or is cited by the first itself, has it from nobody here.
        if stop.outlet != first and stop.outlet not in fed and not _leads(legs, stop.outlet, first):
            legs.setdefault((first, stop.outlet), Leg(first, stop.outlet, "copied"))
            fed.add(stop.outlet)
    return list(legs.values())


def _leads(legs: dict[tuple[str, str], Leg], start: str, end: str) -> bool:
    """Whether the steps lead from one place to the other, so that a step back would close a ring."""
    reached, edge = {start}, [start]
    while edge:
        here = edge.pop()
        for leg in legs.values():
            if leg.start == here and leg.end not in reached:
                reached.add(leg.end)
                edge.append(leg.end)
    return end in reached


def _origins(stops: Sequence[Stop], legs: Sequence[Leg]) -> list[str]:
    """Places that have it from nobody; of a ring, in which each cites the next, the one that had it first."""
    places = list(dict.fromkeys([*(stop.outlet for stop in stops), *(leg.start for leg in legs)]))
    fed = {leg.end for leg in legs}
    origins = [place for place in places if place not in fed]
    downstream: dict[str, list[str]] = defaultdict(list)
    for leg in legs:
        downstream[leg.start].append(leg.end)
    reached: set[str] = set()

    def follow(place: str) -> None:
        edge = [place]
        while edge:
            here = edge.pop()
            if here not in reached:
                reached.add(here)
                edge += downstream[here]

    for place in origins:
        follow(place)
    for place in places:
        if place not in reached:
            origins.append(place)
            follow(place)
    return origins


def _losses(stops: Sequence[Stop], legs: Sequence[Leg]) -> list[Loss]:
    """Own voice downstream of an attribution: later in the same story, or citing the outlet that attributed it."""
    cited = {(leg.start, leg.end) for leg in legs}
    found = []
    for here in stops:
        if not here.is_own_voice:
            continue
        before = [
            there
            for there in stops
            if there.is_attributed
            and there.outlet != here.outlet
            and (there.at <= here.at or (there.outlet, here.outlet) in cited)
        ]
        if before:
            # The one it has it from, or else the one that had it first.
            found.append(
                Loss(
                    here, min(before, key=lambda there: ((there.outlet, here.outlet) not in cited, there.at))
                )
            )
    return found


# ---- Charts ----------------------------------------------------------------------------------------


def _graph(stops: Sequence[Stop], legs: Sequence[Leg], origins: Sequence[str]) -> Chart:
    first: dict[str, Stop] = {}
    for stop in stops:
        first.setdefault(stop.outlet, stop)
    lost = {stop.outlet for stop in stops if stop.is_own_voice}
    rows = []
    for leg in legs:
        start, end = first.get(leg.start), first.get(leg.end)
        rows.append(
            [
                Cell(leg.start, href=start.address if start else ""),
                Cell(start.at.isoformat() if start else None, _moment(start.at) if start else "not here"),
                Cell(leg.end, href=end.address if end else ""),
                Cell(end.at.isoformat() if end else None, _moment(end.at) if end else "not here"),
                Cell(leg.how, _HOW[leg.how]),
                Cell("yes" if leg.start in origins else "no"),
                Cell("yes" if leg.end in lost else "no"),
            ]
        )
    alone = [place for place in origins if not any(place in (leg.start, leg.end) for leg in legs)]
    for place in alone:
        at = first[place].at
        rows.append(
            [
                Cell(place, href=first[place].address),
                Cell(at.isoformat(), _moment(at)),
                Cell(None, "nobody"),
                Cell(None, "–"),
                Cell(None, "–"),
                Cell("yes"),
                Cell("yes" if place in lost else "no"),
            ]
        )
    outlets = len(first)
    return Chart(
        "travel",
        "From whom to whom",
        f"{count(outlets, 'outlet')}, {count(len(origins), 'origin')}: {_listed(origins)}."
        if origins
        else "It stands in no text.",
        [
            Column("from", "From", wide=True),
            Column("from_seen", "Seen there", wide=True),
            Column("to", "To", wide=True),
            Column("to_seen", "Seen there", wide=True),
            Column("how", "How we know", wide=True),
            Column("from_is_origin", "From an origin"),
            Column("to_own_voice", "Own voice there"),
        ],
        rows,
        shape="graph",
        note="An origin is a place that has it from nobody, as far as the texts here tell. “Cites” is what a text says; “same words, later” "
        "is taken from when the articles of one story were seen. Times are when an article was published, or else when it came in.",
        empty="It stands in no text.",
    )


_HOW = {"cited": "cites", "copied": "same words, later"}


def _stops(stops: Sequence[Stop]) -> Chart:
    return Chart(
        "stops",
        "Who has it",
        f"{count(len(stops), 'place')}, the first seen first." if stops else "It stands in no text.",
        [
            Column("outlet", "Outlet", wide=True),
            Column("seen", "Seen first", wide=True),
            Column("form", "How it says it", wide=True),
            Column("speaker", "Who said it", wide=True),
            Column("chain", "Through whom", wide=True),
            Column("article", "Article", wide=True),
        ],
        [
            [
                Cell(stop.outlet),
                Cell(
                    stop.at.isoformat(),
                    f"{_moment(stop.at)} {'published' if stop.is_published_then else 'came in'}",
                ),
                Cell(stop.form, str(Form(stop.form).label)),
                Cell(stop.speaker, stop.speaker or "–"),
                Cell(" → ".join(reversed(stop.upstream)), " → ".join(reversed(stop.upstream)) or "–"),
                Cell(stop.article, _short(stop.article), stop.address),
            ]
            for stop in stops
        ],
        shape="table",
    )


def _loss_table(losses: Sequence[Loss]) -> Chart:
    return Chart(
        "losses",
        "Attribution lost",
        f"{count(len(losses), 'outlet states', 'outlets state')} as fact what another attributed."
        if losses
        else "No outlet states as fact what another attributed before.",
        [
            Column("outlet", "In its own voice", wide=True),
            Column("seen", "Seen there", wide=True),
            Column("attributed_by", "Attributed by", wide=True),
            Column("attributed_to", "To", wide=True),
            Column("attributed_seen", "Seen there", wide=True),
        ],
        [
            [
                Cell(loss.here.outlet, href=loss.here.address),
                Cell(loss.here.at.isoformat(), _moment(loss.here.at)),
                Cell(loss.there.outlet, href=loss.there.address),
                Cell(loss.there.speaker, loss.there.speaker or "nobody by name"),
                Cell(loss.there.at.isoformat(), _moment(loss.there.at)),
            ]
            for loss in losses
        ],
        shape="table",
        empty="No outlet states as fact what another attributed before.",
    )


def _listed(names: Sequence[str]) -> str:
    shown = [*names[:3], *([f"{len(names) - 3} more"] if len(names) > 3 else [])]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _moment(at: datetime) -> str:
    here = timezone.localtime(at)
    return f"{here.day} {here:%b %Y %H:%M}"


def _short(text: str) -> str:
    return text if len(text) <= SHORT else f"{text[: SHORT - 1]}…"
