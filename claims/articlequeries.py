"""Reads of the screens of articles, and of what newer extractors propose for their texts."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef

from articles.models import Article, ArticleVersion, ImportItem, Outlet
from articles.queries import keyset_page
from claims.choices import ProposalState
from claims.cuts import newest_cut
from claims.highlighting import MarkSpan
from claims.models import Appearance, ExtractionProposal, ExtractionRun
from claims.panes import version_spans
from claims.queries import version_appearances
from factcheck.lib import paging
from factcheck.lib.paging import Page

# ---- Articles --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ArticleRow:
    article: Article
    run: ExtractionRun | None  # the latest over the current text


@dataclass(slots=True)
class ArticleView:
    """What the page of one article shows, for one of its versions."""

    article: Article
    version: ArticleVersion
    versions: list[ArticleVersion]
    appearances: list[Appearance]
    spans: list[MarkSpan]
    run: ExtractionRun | None
    rereading: ExtractionRun | None  # a newer extractor's, whose proposals wait for a decision
    proposed: int  # how many of them
    imported_by: ImportItem | None


def article_page(
    *, outlet: Outlet | None = None, title: str = "", before: str = "", after: str = ""
) -> Page[ArticleRow]:
    """Articles, newest first."""
    articles = Article.objects.select_related("outlet", "current").defer("current__text")
    if outlet:
        articles = articles.filter(outlet=outlet)
    if title:
        articles = articles.filter(title__icontains=title)
    found = newest_cut(articles, before, after)
    runs = _latest_runs(article.current_id for article in found.rows if article.current_id)
    rows = [ArticleRow(article, runs.get(article.current_id or 0)) for article in found.rows]
    return Page(rows, found.before, found.after)


def article_view(article_id: int, *, number: int | None = None) -> ArticleView | None:
    """One article at version `number`, or at its current one. None: there is no such article or version."""
    articles = Article.objects.select_related("outlet", "recheck", "placement__story")
    article = articles.defer("placement__signature").filter(pk=article_id).first()
    if article is None:
        return None
    versions = ArticleVersion.objects.filter(article=article).order_by("-number")
    version = (
        versions.select_related("snapshot")
        .filter(**({"number": number} if number else {"pk": article.current_id}))
        .first()
    )
    if version is None:
        return None
    proposed = list(
        ExtractionRun.objects.filter(version=version, proposals__state=ProposalState.OPEN)
        .annotate(n=Count("proposals"))
        .order_by("-pk")[:1]
    )
    return ArticleView(
        article=article,
        version=version,
        versions=list(versions.defer("text").annotate(follows=F("previous__number"))),
        appearances=version_appearances(version.pk),
        spans=version_spans(version.pk),
        run=_latest_runs([version.pk]).get(version.pk),
        rereading=proposed[0] if proposed else None,
        proposed=proposed[0].n if proposed else 0,
        imported_by=ImportItem.objects.filter(version=version)
        .select_related("job__created_by")
        .order_by("pk")
        .first(),
    )


def _latest_runs(versions: Iterable[int]) -> dict[int, ExtractionRun]:
    """Per version, the run that read it for its claims; those of newer extractors only propose."""
    runs = ExtractionRun.objects.filter(version_id__in=list(versions), again=False).order_by("pk")
    return {run.version_id: run for run in runs}


# ---- Proposals -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RereadingRow:
    """A run of a newer extractor that somebody should look at."""

    run: ExtractionRun
    proposed: int


@dataclass(frozen=True, slots=True)
class ProposalsView:
    """What one run of a newer extractor proposes, a page of it, and what became of the rest."""

    run: ExtractionRun
    page: Page[ExtractionProposal]
    counts: dict[str, int]  # by ProposalState
    rejected: list[ExtractionProposal]  # the last ones, latest first

    @property
    def version(self) -> ArticleVersion:
        return self.run.version

    @property
    def article(self) -> Article:
        return self.run.version.article

    @property
    def open(self) -> int:
        return self.counts.get(ProposalState.OPEN, 0)


def rereading_page(*, before: str = "", after: str = "") -> Page[RereadingRow]:
    """Runs with open proposals, newest first: two queries."""
    proposals = ExtractionProposal.objects.filter(state=ProposalState.OPEN)
    runs = ExtractionRun.objects.filter(Exists(proposals.filter(run=OuterRef("pk"))))
    runs = runs.select_related("version__article__outlet").defer("version__text")
    found = newest_cut(runs, before, after)
    counted = proposals.filter(run__in=[run.pk for run in found.rows]).order_by().values_list("run")
    counts = dict(counted.annotate(n=Count("pk")))
    return Page([RereadingRow(run, counts.get(run.pk, 0)) for run in found.rows], found.before, found.after)


def proposals_view(run_id: int, *, before: str = "", after: str = "") -> ProposalsView | None:
    """The open proposals of one run, in the text's order, each with its claim as it stands. None: there is no such run."""
    run = ExtractionRun.objects.select_related("version__article__outlet").filter(pk=run_id).first()
    if run is None:
        return None
    proposals = ExtractionProposal.objects.filter(run=run)
    rows = proposals.filter(state=ProposalState.OPEN).select_related("appearance__claim__case")
    page = keyset_page(rows, field="position", before=before, after=after)
    if not page.rows and (before or after):  # all of this page is decided
        page = keyset_page(rows, field="position")
    rejected = (
        proposals.filter(state=ProposalState.REJECTED).select_related("decided_by").order_by("-decided_at")
    )
    return ProposalsView(
        run=run,
        page=page,
        rejected=list(rejected[: paging.PAGE_ROWS]),
        counts=dict(proposals.order_by().values_list("state").annotate(n=Count("pk"))),
    )
