"""Storing a parsed article: each text of each work once."""

import hashlib
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from articles.comparing import compare
from articles.models import Article, ArticleVersion, ImportItem, Outlet, Snapshot
from articles.parsing import ParsedArticle
from articles.parsing.urls import url_key
from articles.signals import claims_wanted, versions_recorded
from factcheck.lib.copying import maker_of, take_keys
from factcheck.lib.prepared import Prepared

Outcome = ImportItem.Outcome


_ARTICLE = Prepared(lambda key: Article.objects.filter(key=key))
_OF_OUTLET = Prepared(
    lambda digest, outlet: ArticleVersion.objects.filter(
        sha256=digest, article__outlet=outlet
    ).select_related("article")[:1]
)


@transaction.atomic(savepoint=False)
def record_version(
    *,
    outlet: Outlet,
    parsed: ParsedArticle,
    url: str = "",
    snapshot: Snapshot | None = None,
    wants_claims: bool = True,
) -> tuple[ArticleVersion, ImportItem.Outcome]:
    """Stores `parsed` as a version of its article, or finds the version that has this text already.

    The work is known by its address, or, without one, by its outlet and text. Recording the same article twice,
    or by two workers at once, gives one version.
    """
    digest, key = identity_of(outlet, parsed, url)
    one_at_a_time(key, f"{outlet.pk}:{digest}")

    article: Article | None = next(iter(_ARTICLE(key)), None)
    if article is None:
        for same_text in _OF_OUTLET(digest, outlet.pk):
            _met_again(same_text, wants_claims)
            return same_text, Outcome.UNCHANGED
    elif known := article.versions.filter(sha256=digest).first():
        if article.current_id != known.pk:  # the outlet went back to an earlier text
            _make_current(article, known)
        _met_again(known, wants_claims)
        return known, Outcome.UNCHANGED

    outcome = Outcome.NEW_VERSION if article else Outcome.NEW_ARTICLE
    is_new, latest = article is None, None
    if article is None:
        article = Article(outlet=outlet, key=key, url=url)
        [article.pk] = take_keys(Article, 1)
    else:
        latest = article.versions.order_by("-number").values_list("number", flat=True).first()
    version = version_of(
        article,
        parsed,
        outlet=outlet,
        number=(latest or 0) + 1,
        previous=article.current,
        digest=digest,
        snapshot=snapshot,
    )
    # A new article is stored after its text, whole: the database checks that they name each other at the end.
    version.save(force_insert=True)
    show_version(article, version)
    article.save(force_insert=is_new)
    versions_recorded.send(sender=ArticleVersion, versions=[version], wants_claims=wants_claims)
    return version, outcome


def _met_again(version: ArticleVersion, wants_claims: bool) -> None:
    if wants_claims:
        claims_wanted.send(sender=ArticleVersion, version=version)


def identity_of(outlet: Outlet, parsed: ParsedArticle, url: str) -> tuple[str, str]:
    """The text's digest, and the key of the work it is a text of."""
    digest = hashlib.sha256(parsed.text.encode()).hexdigest()
    return digest, url_key(url) or f"text:{outlet.pk}:{digest}"


_new_version = maker_of(ArticleVersion)


def version_of(
    article: Article,
    parsed: ParsedArticle,
    *,
    outlet: Outlet,
    number: int,
    previous: ArticleVersion | None,
    digest: str,
    snapshot: Snapshot | None,
) -> ArticleVersion:
    """A version that is not stored yet. `previous`: the text that the article had until now."""
    # Many pages name the outlet itself as their author, which says nothing.
    byline = "" if parsed.byline.casefold() == outlet.name.casefold() else parsed.byline
    version = _new_version(
        number=number,
        previous_id=previous.pk if previous else None,
        **_size_of_change(previous, parsed.text),
        text=parsed.text,
        text_length=len(parsed.text),
        sha256=digest,
        snapshot_id=snapshot.pk if snapshot else None,
        section=parsed.section[:200],
        dateline=parsed.dateline[:200],
        dateline_on=parsed.dateline_on,
        modified_at=parsed.modified_at,
        provenance=dict(parsed.provenance),
        **_shown(parsed.title, byline, parsed.language, parsed.published_at, parsed.published_on),
    )
    version.article = article
    return version


def _size_of_change(previous: ArticleVersion | None, text: str) -> dict[str, int]:
    if previous is None:
        return {}
    comparison = compare(previous.text, text)
    return {"words_added": comparison.words_added, "words_removed": comparison.words_removed}


def show_version(article: Article, version: ArticleVersion) -> None:
    """Has `article` show what it shows of its current version: `version`. Nothing is stored yet."""
    article.current = version
    for name, value in _shown(
        version.title, version.byline, version.language, version.published_at, version.published_on
    ).items():
        setattr(article, name, value)


def one_at_a_time(*names: str) -> None:
    """Waits for whoever is recording any of `names`; in one order, so that two never wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(%s::text[]) AS name",
            [sorted(set(names))],
        )


def _make_current(article: Article, version: ArticleVersion) -> None:
    show_version(article, version)
    article.save()


def _shown(
    title: str, byline: str, language: str, published_at: datetime | None, published_on: date | None
) -> dict[str, Any]:
    """The fields that an article shows of its current version."""
    return {
        "title": title,
        "byline": byline,
        "language": language[:10],
        "published_at": published_at,
        "published_on": published_on or (published_at.date() if published_at else None),
    }
