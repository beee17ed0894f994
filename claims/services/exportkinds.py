"""What there is to export, in which formats, and where it is read from."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import QuerySet

from articles.models import Placement
from claims.choices import ExportFormat, ExportSubject
from claims.exportreads import corrections_as_rows, read_claims
from claims.exports import factchecks, table, webannotation
from claims.exports.jsonl import rows_as_jsonl
from claims.exports.types import Format
from claims.models import Appearance, ClaimState, Correction, Edition, Export
from claims.narrowing import filters_of, narrowed
from claims.publicqueries import desk, listed_editions, with_corrections
from claims.services.dumping import COLUMNS, dump_row


@dataclass(frozen=True, slots=True)
class Kind:
    """How a format is written, and how its file is told to be. `whole`: the rows are claims with all that is known of them."""

    write: Format
    media_type: str
    ending: str
    whole: bool = False


# Of claims, those of them that are published.
_CLAIMREVIEW = Kind(factchecks.fact_checks_as_claimreview, "application/ld+json", "jsonld")
_CLAIMS = {
    ExportFormat.CSV: Kind(table.claims_as_csv, "text/csv; charset=utf-8", "csv"),
    ExportFormat.JSONL: Kind(rows_as_jsonl, "application/jsonl", "jsonl", whole=True),
    ExportFormat.CLAIMREVIEW: _CLAIMREVIEW,
    ExportFormat.WEBANNOTATION: Kind(webannotation.claims_as_annotations, "application/ld+json", "jsonld"),
}
KINDS: dict[str, dict[ExportFormat, Kind]] = {
    ExportSubject.CLAIMS: _CLAIMS,
    ExportSubject.FACT_CHECKS: {
        ExportFormat.CSV: Kind(
            partial(factchecks.fact_checks_as_csv, columns=COLUMNS), "text/csv; charset=utf-8", "csv"
        ),
        ExportFormat.JSONL: Kind(factchecks.fact_checks_as_jsonl, "application/jsonl", "jsonl"),
        ExportFormat.CLAIMREVIEW: _CLAIMREVIEW,
    },
    ExportSubject.ARTICLE: _CLAIMS,
    ExportSubject.STORY: _CLAIMS,
    ExportSubject.CORRECTIONS: {
        ExportFormat.CSV: Kind(table.corrections_as_csv, "text/csv; charset=utf-8", "csv"),
        ExportFormat.JSONL: Kind(rows_as_jsonl, "application/jsonl", "jsonl"),
    },
}


def kind_of(export: Export) -> Kind:
    return KINDS[export.subject][ExportFormat(export.format)]


def things_of(export: Export) -> QuerySet[Any]:
    """What is exported, by whose keys it is read chunk by chunk."""
    if export.subject == ExportSubject.CORRECTIONS:
        return Correction.objects.filter(undone_at=None)
    if export.subject == ExportSubject.FACT_CHECKS:
        return listed_editions()
    cases = _cases(export)
    if export.format == ExportFormat.CLAIMREVIEW:
        return listed_editions().filter(fact_check__claim__in=cases.values("pk"))
    return cases


def _cases(export: Export) -> QuerySet[ClaimState]:
    match export.subject:
        case ExportSubject.ARTICLE:
            inside = Appearance.objects.filter(version__article=export.article_id)
        case ExportSubject.STORY:
            of_story = Placement.objects.filter(story=export.story_id)
            inside = Appearance.objects.filter(version__article__in=of_story.values("article"))
        case _:
            filters = filters_of(export.filters, reader=export.created_by)
            return narrowed(ClaimState.objects.all(), filters)
    return ClaimState.objects.filter(pk__in=inside.values("claim"))


def read_things(export: Export, ids: list[int]) -> list[dict[str, Any]]:
    """Those of these keys, as the export's format takes them."""
    if export.subject == ExportSubject.CORRECTIONS:
        return corrections_as_rows(Correction.objects.filter(pk__in=ids).order_by("pk"))
    if export.subject == ExportSubject.FACT_CHECKS or export.format == ExportFormat.CLAIMREVIEW:
        return _fact_checks(ids)
    return read_claims(ids, whole=kind_of(export).whole)


def _fact_checks(editions: list[int]) -> list[dict[str, Any]]:
    """Published fact-checks, each as the public has it and as the dumps tell it: two queries."""
    found = list(Edition.objects.filter(pk__in=editions).defer("search").order_by("pk"))
    licence = desk().licence
    return [
        {"published": published, "told": dump_row(edition, published, licence)}
        for edition, published in zip(found, with_corrections(found), strict=True)
    ]
