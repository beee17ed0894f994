"""Reads of the public site: only what was published, as it was published."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.postgres.search import SearchQuery
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery

from claims.cuts import newest_cut
from claims.exports.published import Desk, Facts, Note, Published
from claims.facts import iso
from claims.models import Edition, FactCheck
from claims.narrowing import FEW_CLAIMS
from factcheck.lib.paging import Page

# Of an edition, what a line of a list shows.
_LINE = (
    "slug", "language", "title", "summary", "claim_reviewed", "claimant", "veracity", "rating", "first_published_at",
    "published_at", "fact_check_id", "correction_id",
)  # fmt: skip
MOST_RETRACTED = 50


@dataclass(frozen=True, slots=True)
class Change:
    """A correction, with the edition that it replaced."""

    edition: Edition
    before: Edition | None


@dataclass(frozen=True, slots=True)
class PublicPage:
    """What the page of a fact-check shows. `alternates`: it and its siblings, by language."""

    fact_check: FactCheck
    edition: Edition
    published: Published
    changes: list[Change] = field(default_factory=list)
    alternates: list[tuple[str, str]] = field(default_factory=list)


def desk() -> Desk:
    return Desk(
        name=settings.DESK_NAME,
        url=settings.PUBLIC_URL,
        logo=settings.DESK_LOGO,
        licence=settings.DESK_LICENCE,
    )


def page_address(slug: str) -> str:
    """The whole address of a fact-check's page, as everybody has it."""
    return f"{settings.PUBLIC_URL}/fact-checks/{slug}/"


def public_page(slug: str) -> PublicPage | None:
    """The fact-check that has, or once had, this address: three queries. None: there is none, or it was never published."""
    known = Edition.objects.filter(slug=slug).order_by("-pk").only("fact_check")
    fact_check = FactCheck.objects.filter(
        pk__in=known.values("fact_check")[:1], current__isnull=False
    ).first()
    if fact_check is None:
        return None
    editions = list(
        Edition.objects.filter(fact_check=fact_check, undone_at=None)
        .select_related("correction")
        .defer("search")
        .order_by("number")
    )
    siblings = FactCheck.objects.filter(claim=fact_check.claim_id, current__isnull=False, retracted_at=None)
    alternates = [
        (language, page_address(sibling))
        for language, sibling in siblings.order_by("language").values_list("language", "current__slug")
    ]
    edition = next(one for one in editions if one.pk == fact_check.current_id)
    changes = [
        Change(one, editions[place - 1] if place else None)
        for place, one in enumerate(editions)
        if one.correction_id is not None
    ][::-1]
    return PublicPage(
        fact_check, edition, published_of(edition, [one.edition for one in changes]), changes, alternates
    )


def published_of(edition: Edition, corrections: Sequence[Edition] = ()) -> Published:
    """The edition as plain values; `corrections` are the editions that corrections made, the newest first."""
    return Published(
        url=page_address(edition.slug),
        language=edition.language,
        title=edition.title,
        summary=edition.summary,
        body=edition.body,
        claim_reviewed=edition.claim_reviewed,
        unknown=edition.unknown,
        published=iso(edition.first_published_at),
        modified=iso(edition.published_at),
        facts=Facts.from_json(edition.facts),
        corrections=tuple(
            Note(iso(one.published_at), one.correction.note) for one in corrections if one.correction
        ),
    )


def with_corrections(editions: Iterable[Edition]) -> list[Published]:
    """Many editions as plain values, each with its corrections: one query."""
    shown = list(editions)
    made = Edition.objects.filter(
        fact_check__in=[one.fact_check_id for one in shown], correction__isnull=False, undone_at=None
    )
    by_fact_check: dict[int, list[Edition]] = {}
    for one in (
        made.select_related("correction")
        .only("fact_check_id", "published_at", "correction__note")
        .order_by("-number")
    ):
        by_fact_check.setdefault(one.fact_check_id, []).append(one)
    return [published_of(one, by_fact_check.get(one.fact_check_id, ())) for one in shown]


def listed_editions() -> QuerySet[Edition]:
    """What lists, feeds and searches show: the current editions of what was not retracted."""
    return Edition.objects.filter(listed=True)


def public_list(*, words: str = "", language: str = "", before: str = "", after: str = "") -> Page[Edition]:
    """A page of fact-checks, the one published or corrected last first."""
    rows = listed_editions().only(*_LINE)
    if language:
        rows = in_language(rows, language)
    if words:
        rows = with_words(rows, words)
    return newest_cut(rows, before, after)


def in_language(rows: QuerySet[Edition], language: str) -> QuerySet[Edition]:
    """Those in the language of this code; its region does not matter."""
    return rows.filter(base_language=language.lower().replace("_", "-").partition("-")[0])


def with_words(rows: QuerySet[Edition], words: str) -> QuerySet[Edition]:
    """Those that have these words, as in a web search, found in the way that is quick for how common they are.

    As claims.narrowing.with_words: the planner does not know how common a rare word is.
    """
    has_words = Q(search=words_query(words))
    found = list(
        listed_editions().filter(has_words).order_by().values_list("pk", flat=True)[: FEW_CLAIMS + 1]
    )
    if len(found) <= FEW_CLAIMS:
        return rows.filter(pk__in=found)
    asked = Edition.objects.filter(pk=OuterRef("pk")).values(
        has=ExpressionWrapper(has_words, output_field=BooleanField())
    )
    return rows.filter(Subquery(asked))


def words_query(words: str) -> SearchQuery:
    """All of the words, in English with its endings cut, or as they are written in any language."""
    return SearchQuery(words, config="english", search_type="websearch") | SearchQuery(
        words, config="simple", search_type="websearch"
    )


def languages_of_site() -> list[str]:
    """The languages that something is published in: one step of the index for each."""
    found: list[str] = []
    rows = listed_editions().order_by("base_language").values_list("base_language", flat=True)
    while (following := rows.filter(base_language__gt=found[-1] if found else "").first()) is not None:
        found.append(following)
    return found


def public_corrections(*, before: str = "", after: str = "") -> Page[Edition]:
    """A page of corrections, the last one first, each as the edition that it made."""
    rows = Edition.objects.filter(correction__isnull=False, undone_at=None)
    return newest_cut(
        rows.select_related("correction", "fact_check__current").only(
            *_LINE, "number", "correction__note", "fact_check__current__slug", "fact_check__retracted_at"
        ),
        before,
        after,
    )


def public_retractions() -> list[FactCheck]:
    """What was retracted, the last first, no more than MOST_RETRACTED."""
    rows = FactCheck.objects.filter(retracted_at__isnull=False).select_related("current")
    return list(rows.defer("current__facts", "current__search").order_by("-retracted_at")[:MOST_RETRACTED])


def page_of_claim(claim_id: int) -> str:
    """The address of a claim's page, in its own language if there is one; "" if it has none."""
    pages = FactCheck.objects.filter(claim=claim_id, current__isnull=False)
    own = Exists(FactCheck.objects.filter(pk=OuterRef("pk"), language=OuterRef("claim__language")))
    slug = pages.annotate(own=own).order_by("-own", "pk").values_list("current__slug", flat=True).first()
    return page_address(slug) if slug else ""
