"""Storing many parsed articles in a few statements; of each exactly what `record_version` would store."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from articles.models import Article, ArticleVersion, ImportItem, Outlet, Snapshot
from articles.parsing import ParsedArticle
from articles.services.recording import identity_of, one_at_a_time, show_version, version_of
from articles.signals import claims_wanted, versions_recorded
from factcheck.lib.copying import copy_rows, maker_of, take_keys

Outcome = ImportItem.Outcome

_new_article = maker_of(Article)
_SHOWN = ("current", "title", "byline", "language", "published_at", "published_on")


@dataclass(frozen=True, slots=True)
class TextToRecord:
    """A text whose outlet is known."""

    outlet: Outlet
    parsed: ParsedArticle
    url: str = ""


@dataclass(slots=True)
class _Known:
    """What is stored of the works and texts at hand, and what is going to be."""

    articles: dict[str, Article] = field(default_factory=dict)
    by_article: dict[tuple[int, str], ArticleVersion] = field(default_factory=dict)
    by_outlet: dict[tuple[int, str], ArticleVersion] = field(default_factory=dict)
    numbers: dict[int, int] = field(default_factory=dict)
    new_articles: list[Article] = field(default_factory=list)
    new_versions: list[ArticleVersion] = field(default_factory=list)
    changed: dict[int, Article] = field(default_factory=dict)

    def add(self, article: Article, version: ArticleVersion) -> None:
        self.by_article.setdefault((article.pk, version.sha256), version)
        self.by_outlet.setdefault((article.outlet_id, version.sha256), version)


def record_versions(
    texts: Sequence[TextToRecord], *, snapshot: Snapshot | None, wants_claims: bool
) -> list[tuple[ArticleVersion, ImportItem.Outcome]]:
    """As `record_version` for each of `texts` in turn: a later one may be a new version of an earlier one's article.

    Within a transaction of the caller's.
    """
    identities = [identity_of(text.outlet, text.parsed, text.url) for text in texts]
    one_at_a_time(
        *(key for _, key in identities),
        *(f"{text.outlet.pk}:{digest}" for text, (digest, _) in zip(texts, identities, strict=True)),
    )
    known = _what_is_known(texts, identities)
    # More than are needed, where texts are known: a sequence may have gaps.
    pairs = zip(take_keys(Article, len(texts)), take_keys(ArticleVersion, len(texts)), strict=True)
    recorded = [
        _record(known, text, digest, key, next(pairs), snapshot)
        for text, (digest, key) in zip(texts, identities, strict=True)
    ]
    new = {article.pk for article in known.new_articles}
    # A new article names its current version, which is stored after it: the database checks that at the end.
    copy_rows(known.new_articles)
    copy_rows(known.new_versions)
    if changed := [article for pk, article in known.changed.items() if pk not in new]:
        Article.objects.bulk_update(changed, _SHOWN)
    if known.new_versions:
        versions_recorded.send(sender=ArticleVersion, versions=known.new_versions, wants_claims=wants_claims)
    if wants_claims:
        for version, outcome in recorded:
            if outcome == Outcome.UNCHANGED:
                claims_wanted.send(sender=ArticleVersion, version=version)
    return recorded


def _record(
    known: _Known, text: TextToRecord, digest: str, key: str, keys: tuple[int, int], snapshot: Snapshot | None
) -> tuple[ArticleVersion, ImportItem.Outcome]:
    article = known.articles.get(key)
    if article is None:
        if same_text := known.by_outlet.get((text.outlet.pk, digest)):
            return same_text, Outcome.UNCHANGED
    elif same := known.by_article.get((article.pk, digest)):
        if article.current_id != same.pk:  # the outlet went back to an earlier text
            show_version(article, same)
            known.changed[article.pk] = article
        return same, Outcome.UNCHANGED
    outcome = Outcome.NEW_VERSION if article else Outcome.NEW_ARTICLE
    if article is None:
        article = _new_article(id=keys[0], outlet_id=text.outlet.pk, key=key, url=text.url)
        known.articles[key] = article
        known.new_articles.append(article)
    number = known.numbers[article.pk] = known.numbers.get(article.pk, 0) + 1
    version = version_of(
        article,
        text.parsed,
        outlet=text.outlet,
        number=number,
        previous=article.current,
        digest=digest,
        snapshot=snapshot,
    )
    version.pk = keys[1]
    show_version(article, version)
    known.changed[article.pk] = article
    known.new_versions.append(version)
    known.add(article, version)
    return version, outcome


def _what_is_known(texts: Sequence[TextToRecord], identities: Sequence[tuple[str, str]]) -> _Known:
    known = _Known()
    found = list(Article.objects.filter(key__in={key for _, key in identities}))
    known.articles = {article.key: article for article in found}
    digests = {digest for digest, _ in identities}
    versions = ArticleVersion.objects.filter(sha256__in=digests).select_related("article").defer("text")
    # In the order in which `record_version` finds the first of several.
    for version in versions.order_by("article", "-number"):
        known.add(version.article, version)
    if found:
        rows = ArticleVersion.objects.filter(article__in=found).order_by("article", "number")
        known.numbers = dict(rows.values_list("article", "number"))  # the last of each
    return known
