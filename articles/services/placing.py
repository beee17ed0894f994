"""Placing texts among the stories, in the background: each new text finds the articles that tell the same in the same words.

Three steps, each a transaction. The text's bands go into the index first; only then does the worker look who else has
one of them, and counts what the likeliest share. Of two workers that place two copies at once, the later to look sees
the other's bands, so one of them at least finds both. What was found is then settled one article at a time
(`stories.settle`), so that they end in one story.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import partial

from django.db import connection, transaction
from django.db.models import F, Manager, Q, QuerySet
from django.utils import timezone

from articles.models import ArticleVersion, Band, Placement, Separation
from articles.services.stories import Match, settle
from articles.similarity import (
    FURNITURE_IN,
    Compared,
    band_keys,
    compare,
    furniture_of,
    resemblances,
    signature_of,
    split_words,
)
from articles.tasks import place_version as place_version_task
from factcheck.lib.following import wake

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 5
MOST_MESSAGES = 10  # for texts that came in together
LEASE = timedelta(seconds=60)
# What one article may cost, however many have a band in common with it: articles looked up by a band (the newest),
# signatures compared (those with most bands in common, so many of one story), texts compared (the most alike).
NEWEST_PER_BAND = 20
MOST_OF_ONE_STORY = 5
MOST_SIGNATURES = 100
MOST_TEXTS = 20
LEAST_RESEMBLANCE = 0.08  # below, no text has a third of the other unless it is four times as long
FEWEST_WORDS_ALIKE = 8  # of texts too short for a signature, which are one story only when they are the same


# By hand: a file's chunk asks for two hundred at once, and the model's own way costs as much as storing their texts.
_REQUEST = """
    INSERT INTO articles_placement (article_id, version_id, attempts)
    SELECT article, version, 0 FROM unnest(%s::bigint[], %s::bigint[]) AS asked (article, version)
        ON CONFLICT (article_id) DO UPDATE
       SET version_id = EXCLUDED.version_id, placed_at = NULL, attempts = 0, leased_until = NULL
"""


def request_placements(*, versions: Sequence[ArticleVersion]) -> None:
    """Notes that these are their articles' texts to be placed now and wakes workers once the transaction commits.

    Of several texts of one article it is the last.
    """
    latest = {version.article_id: version for version in versions}
    with connection.cursor() as cursor:
        cursor.execute(_REQUEST, [list(latest), [version.pk for version in latest.values()]])
    if len(latest) > MOST_MESSAGES:  # a file of many: the sweeper sends them by and by
        return
    for article_id in latest:
        # Robust: a broker that is away only delays, the sweeper sends it later.
        transaction.on_commit(partial(wake, place_version_task, article_id), robust=True)


def place_version(*, article_id: int) -> bool:
    """Places the article's text: joins it to the story it tells, makes one, or leaves it alone.

    False when there is nothing to do (any more, or another worker has it). Doing it twice changes nothing.
    """
    placement = _claim(article_id)
    if placement is None:
        return False
    version = placement.version
    signature = signature_of(version.text)
    if not _index(placement, signature):
        return False
    matches = _matches(placement, version, signature)
    settle(article_id=article_id, version_id=version.pk, matches=matches)
    return True


def undone_placements() -> QuerySet[Placement]:
    """Texts that a worker should have by now. One that stopped MAX_ATTEMPTS workers is left out."""
    return Placement.objects.filter(
        Q(leased_until=None) | Q(leased_until__lt=timezone.now()), placed_at=None, attempts__lt=MAX_ATTEMPTS
    ).order_by("pk")


def _claim(article_id: int) -> Placement | None:
    claimed = undone_placements().filter(pk=article_id).order_by()
    if not claimed.update(attempts=F("attempts") + 1, leased_until=timezone.now() + LEASE):
        return None
    placement = _told(Placement.objects).get(pk=article_id)
    if placement.attempts == MAX_ATTEMPTS:
        logger.warning("the text of article %s is placed for the last time", article_id)
    return placement


def _told(placements: Manager[Placement] | QuerySet[Placement]) -> QuerySet[Placement]:
    """With what is compared of them, and no more: twenty are read for one that is placed."""
    return placements.select_related("version", "article").only(
        "version",
        "story",
        "placed_at",
        "attempts",
        "version__article",
        "version__sha256",
        "version__text",
        "article__outlet",
    )


# The signature that is replaced, in the same statement that replaces it; no row when a later text has come.
_SIGN = """
    WITH before AS (
        SELECT article_id, signature FROM articles_placement
         WHERE article_id = %s AND version_id = %s FOR NO KEY UPDATE)
    UPDATE articles_placement p SET signature = %s FROM before
     WHERE p.article_id = before.article_id RETURNING before.signature
"""


@transaction.atomic
def _index(placement: Placement, signature: bytes | None) -> bool:
    """Puts the bands of the text into the index instead of an earlier text's; False when a later text has come."""
    with connection.cursor() as cursor:
        cursor.execute(_SIGN, [placement.pk, placement.version_id, signature])
        replaced = cursor.fetchone()
    if replaced is None:
        return False
    before = None if replaced[0] is None else bytes(replaced[0])
    if signature == before:
        return True
    if before is not None:
        Band.objects.filter(key__in=band_keys(before), article=placement.pk).delete()
    if signature is not None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO articles_band (key, article_id) SELECT DISTINCT key, %s::bigint"
                " FROM unnest(%s::bigint[]) AS key ON CONFLICT DO NOTHING",
                [placement.pk, sorted(band_keys(signature))],
            )
    return True


# ---- Who tells the same ----------------------------------------------------------------------------


def _matches(placement: Placement, version: ArticleVersion, signature: bytes | None) -> list[Match]:
    """The articles whose texts tell the same story in the same words, told apart from what is only beside them."""
    if signature is None:
        return _the_same(version)
    found = _alike(placement.pk, signature)
    if not found:
        return []
    others = list(_told(Placement.objects.filter(pk__in=found)))
    mine, texts = Compared.of(version.text), {other.pk: Compared.of(other.version.text) for other in others}
    furniture = _furniture(others, texts)
    matches = []
    for other in others:
        is_same = other.version.sha256 == version.sha256
        overlap = compare(mine, texts[other.pk], furniture=frozenset() if is_same else furniture)
        if overlap.is_one_story(one_outlet=other.article.outlet_id == placement.article.outlet_id):
            matches.append(Match(other.pk, other.version_id, overlap.share_of_one, overlap.share_of_other))
    return matches


def _furniture(others: Iterable[Placement], texts: Mapping[int, Compared]) -> frozenset[str]:
    """What the articles of several stories have in common is no story of its own.

    Those count that are settled where they are: not what is still to be placed, nor what a person took out of a story.
    """
    if len(texts) < FURNITURE_IN:
        return frozenset()
    apart = set(Separation.objects.filter(article__in=list(texts)).values_list("article", flat=True))
    stories: dict[int, list[Compared]] = defaultdict(list)
    for other in others:
        if other.placed_at and other.pk not in apart:
            stories[other.story_id or -other.pk].append(texts[other.pk])
    return furniture_of(stories.values())


def _the_same(version: ArticleVersion) -> list[Match]:
    if len(split_words(version.text)) < FEWEST_WORDS_ALIKE:
        return []
    same = ArticleVersion.objects.filter(sha256=version.sha256, current_of__isnull=False)
    rows = same.exclude(article=version.article_id).order_by("-pk").values_list("article", "pk")[:MOST_TEXTS]
    return [Match(article, pk, 1.0, 1.0) for article, pk in rows]


# Bands that half the desk shares (a footer's) are looked up no further than the newest articles that have them.
_CANDIDATES = """
    WITH hit AS (
        SELECT band.article_id, count(*) AS n
          FROM unnest(%(keys)s::bigint[]) AS wanted (key)
         CROSS JOIN LATERAL (
               SELECT article_id FROM articles_band
                WHERE key = wanted.key AND article_id <> %(article)s
                ORDER BY article_id DESC LIMIT %(newest)s) AS band
         GROUP BY band.article_id),
    ranked AS (
        SELECT p.article_id, p.signature, n,
               row_number() OVER (PARTITION BY coalesce(p.story_id, -p.article_id)
                                      ORDER BY n DESC, p.article_id DESC) AS place
          FROM hit JOIN articles_placement p USING (article_id))
    SELECT article_id, signature FROM ranked
     WHERE place <= %(of_one_story)s ORDER BY n DESC, article_id DESC LIMIT %(most)s
"""


def _alike(article_id: int, signature: bytes) -> list[int]:
    """Articles whose signatures say that their texts may have a third in common, at most MOST_TEXTS of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            _CANDIDATES,
            {
                "keys": band_keys(signature),
                "article": article_id,
                "newest": NEWEST_PER_BAND,
                "of_one_story": MOST_OF_ONE_STORY,
                "most": MOST_SIGNATURES,
            },
        )
        rows = cursor.fetchall()
    signed = [(article, bytes(theirs)) for article, theirs in rows if theirs]
    shares = resemblances(signature, [theirs for _, theirs in signed])
    alike = zip(shares, (article for article, _ in signed), strict=True)
    best = sorted((pair for pair in alike if pair[0] >= LEAST_RESEMBLANCE), reverse=True)
    return [article for _, article in best[:MOST_TEXTS]]
