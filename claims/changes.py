"""Reads of the screens that show what an article's changes did to its claims."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, QuerySet

from articles.models import ArticleVersion
from articles.queries import keyset_page
from claims.choices import OrphanState, SpanRole
from claims.models import Appearance, Orphan, Review, Rewording
from factcheck.lib.paging import Page
from factcheck.models import User

SHOWN_FLAGS = 5


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a judged claim's words: `now` is empty where they are gone."""

    rewording: Rewording
    before: str
    now: str


def _open_orphans() -> QuerySet[Orphan]:
    here = Appearance.objects.filter(
        claim=OuterRef("appearance__claim"), version=OuterRef("appearance__version__article__current")
    )
    return Orphan.objects.filter(~Exists(here), state=OrphanState.OPEN)


def orphans_of(article_id: int) -> list[Orphan]:
    """Open orphans of one article with their claims, the oldest claim first: one query."""
    orphans = _open_orphans().filter(appearance__version__article=article_id)
    return list(
        orphans.select_related("appearance__claim")
        .defer("appearance__claim__search")
        .order_by("appearance__claim_id", "-pk")
        .distinct("appearance__claim_id")
    )


def orphan_page(*, before: str = "", after: str = "") -> Page[Orphan]:
    """Open orphans, newest first, but for claims that the article's current text has: one query.

    An article may show an earlier text again; what that one has is no orphan as long as it does.
    """
    orphans = (
        _open_orphans()
        .select_related(
            "appearance__claim__speaker",
            "appearance__claim__case",
            "appearance__version__article__outlet",
            "version",
        )
        .defer("appearance__version__text", "version__text", "appearance__claim__search")
    )
    return keyset_page(orphans, before=before, after=after)


def orphan_view(orphan_id: int) -> Orphan | None:
    """One orphan with its claim and its article at its current text. None: there is no such orphan."""
    return (
        Orphan.objects.filter(pk=orphan_id)
        .select_related(
            "appearance__claim__speaker",
            "appearance__claim__case",
            "appearance__version__article__outlet",
            "appearance__version__article__current",
            "version",
            "resolved_by",
            "found",
        )
        .first()
    )


def changes_of(claim_id: int) -> list[Change]:
    """How articles changed the words of a claim since its reviewer last looked, the latest first: three queries."""
    rewordings = (
        Rewording.objects.filter(claim=claim_id, seen_at=None)
        .select_related("before__version", "after__version", "version__article__outlet")
        .prefetch_related("before__spans", "after__spans")
        .order_by("-pk")
    )
    return [Change(one, words_of(one.before), words_of(one.after) if one.after else "") for one in rewordings]


def words_of(appearance: Appearance) -> str:
    """The words of an appearance on one line; reads its spans and its version's text."""
    text = appearance.version.text
    spans = sorted((one.start, one.end) for one in appearance.spans.all() if one.role == SpanRole.CONTENT)
    return " … ".join(" ".join(text[start:end].split()) for start, end in spans)


def edited_for(user: User) -> Sequence[Rewording]:
    """Claims that `user` judged and an article has changed since, the latest first; at most one more than SHOWN_FLAGS."""
    mine = Review.objects.filter(claim=OuterRef("claim"), reviewer=user)
    return list(
        Rewording.objects.filter(Exists(mine), seen_at=None)
        .select_related("claim", "version__article__outlet")
        .defer("claim__search", "version__text")
        .order_by("-pk")[: SHOWN_FLAGS + 1]
    )


def two_versions(article_id: int, old: int, new: int) -> tuple[ArticleVersion, ArticleVersion] | None:
    """Both versions of an article by their numbers; None when one of them is not there."""
    versions = {
        version.number: version
        for version in ArticleVersion.objects.select_related("article__outlet").filter(
            article=article_id, number__in=[old, new]
        )
    }
    return (versions[old], versions[new]) if old in versions and new in versions else None


def version_lines(article_id: int) -> list[ArticleVersion]:
    """The versions of an article, newest first, without their texts."""
    versions = ArticleVersion.objects.filter(article=article_id).defer("text")
    return list(versions.annotate(follows=F("previous__number")).order_by("-number"))
