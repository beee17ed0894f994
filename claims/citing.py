"""Which articles of a story cite which others: by the chains of their claims, their datelines and bylines."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from articles.models import Article
from articles.parsing.dateline import find_agency
from articles.stories import Member
from claims.choices import HopRole
from claims.models import Hop


@dataclass(frozen=True, slots=True)
class Citation:
    """An outlet that an article names as where it has something from. `article`: that outlet's in the same story."""

    name: str
    how: str  # in words: "in 3 claims", "in its dateline", "in its byline"
    article: Article | None


def citations(members: Sequence[Member]) -> dict[int, list[Citation]]:
    """Per article of a story, whom it cites, the outlets of the same story first: one query.

    Names are compared without case; that an outlet cites itself says nothing.
    """
    by_outlet: dict[str, Article] = {}
    for member in members:
        by_outlet.setdefault(member.article.outlet.name.casefold(), member.article)
    named = _named_in_chains([member.article.current_id for member in members if member.article.current_id])
    found: dict[int, list[Citation]] = {}
    for member in members:
        article = member.article
        names = dict(named[article.current_id or 0])
        if agency := find_agency(member.opening):
            names.setdefault(agency, "in its dateline")
        if article.byline.casefold() in by_outlet:
            names.setdefault(article.byline, "in its byline")
        cited: dict[str, Citation] = {}
        for name, how in names.items():
            key = name.casefold()
            if key != article.outlet.name.casefold():
                cited.setdefault(key, Citation(name, how, by_outlet.get(key)))
        found[article.pk] = sorted(cited.values(), key=lambda one: (one.article is None, one.name))
    return found


def _named_in_chains(versions: Sequence[int]) -> dict[int, dict[str, str]]:
    """Per text, the media and relays of its claims' chains, and in how many claims each is."""
    hops = Hop.objects.filter(
        appearance__version__in=versions, role__in=[HopRole.RELAY, HopRole.MEDIUM]
    ).order_by()
    rows = hops.values_list("appearance__version", "name", "outlet__name").annotate(
        n=Count("appearance", distinct=True)
    )
    counts: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for version, name, outlet, n in rows:
        counts[version][outlet or name] += n
    return defaultdict(
        dict,
        {
            version: {name: f"in {n} claim{'' if n == 1 else 's'}" for name, n in names.items()}
            for version, names in counts.items()
        },
    )
