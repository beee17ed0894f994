"""Which articles are one story: joining and merging by what texts share, and what people say about it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Count, Max, Min
from django.db.models.functions import Coalesce
from django.utils import timezone

from articles.models import Overlap, Placement, Separation, Story
from articles.signals import stories_merged
from factcheck.lib.errors import Conflict, Missing
from factcheck.models import User

_LOCK = "who belongs to which story"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Match:
    """An article (at one of its versions) that tells the same as another: how much of that one's text it has, and back."""

    article: int
    version: int
    share_of_one: float  # of the text that was placed
    share_of_other: float  # of this article's text


@transaction.atomic
def settle(*, article_id: int, version_id: int, matches: Sequence[Match]) -> Story | None:
    """Puts the article into the story of its matches, as they stand now, and notes that its text is placed.

    Matches of several stories make these one, unless a person told any of their articles apart from the other; the
    oldest story stays. An article stays in a story that its new text no longer fits, until a person takes it out. None
    when it is in no story, or when its text has been replaced meanwhile.
    """
    if matches:
        _one_at_a_time()
    mine = Placement.objects.filter(pk=article_id, version=version_id)
    if not mine.update(placed_at=timezone.now(), leased_until=None):
        return None
    placement = mine.select_related("story").defer("signature").get()
    if matches:
        _note_overlaps(article_id, version_id, matches)
        _join(placement, matches)
    return placement.story


@transaction.atomic
def separate_article(*, by: User, article_id: int, story_id: int) -> Story:
    """Takes an article out of its story and remembers who said so. Raises Missing `not_in_story`."""
    _one_at_a_time()
    placement = Placement.objects.select_for_update().filter(pk=article_id, story=story_id).first()
    if placement is None:
        raise Missing(
            "not_in_story",
            f"Article {article_id} is not part of story {story_id} (any more): reload to see how things stand.",
        )
    Separation.objects.create(article_id=article_id, story_id=story_id, by=by)
    Placement.objects.filter(pk=article_id).update(story=None)
    return _recount(story_id)


@transaction.atomic
def return_article(*, article_id: int, story_id: int) -> Story:
    """Undoes `separate_article`. Raises Missing `not_taken_out`, Conflict `in_another_story`."""
    _one_at_a_time()
    separation = Separation.objects.filter(article=article_id, story=story_id)
    if not separation.exists():
        raise Missing(
            "not_taken_out",
            f"Nobody took article {article_id} out of story {story_id}, or it was put back already.",
        )
    placement = Placement.objects.select_for_update().get(pk=article_id)
    if placement.story_id:
        raise Conflict(
            "in_another_story",
            f"The article is part of story {placement.story_id} by now: take it out there first.",
        )
    separation.delete()
    Placement.objects.filter(pk=article_id).update(story=story_id)
    return _recount(story_id)


def _one_at_a_time() -> None:
    """Waits for whoever changes which articles a story has: a few milliseconds, and only articles that match anything."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [_LOCK])


def _note_overlaps(article_id: int, version_id: int, matches: Iterable[Match]) -> None:
    rows = []
    for match in matches:
        is_older = article_id < match.article
        here = (article_id, version_id, match.share_of_one)
        there = (match.article, match.version, match.share_of_other)
        (one, one_version, of_one), (other, other_version, of_other) = (
            (here, there) if is_older else (there, here)
        )
        rows.append(
            Overlap(
                one_id=one,
                other_id=other,
                one_version_id=one_version,
                other_version_id=other_version,
                share_of_one=of_one,
                share_of_other=of_other,
            )
        )
    Overlap.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["one", "other"],
        update_fields=["one_version", "other_version", "share_of_one", "share_of_other", "measured_at"],
    )


def _join(placement: Placement, matches: Sequence[Match]) -> None:
    """The story of the article and of its matches, the closest first, as far as nobody told them apart."""
    share = {match.article: max(match.share_of_one, match.share_of_other) for match in matches}
    others = Placement.objects.filter(pk__in=share)
    closest = sorted(others, key=lambda other: (-share[other.pk], other.pk))
    told_apart = set(
        Separation.objects.filter(article__in=[placement.pk, *share]).values_list("article", "story")
    )
    stories = list(
        dict.fromkeys(
            story
            for story in (placement.story_id, *(other.story_id for other in closest))
            if story and (placement.pk, story) not in told_apart
        )
    )
    alone = [other.pk for other in closest if other.story_id is None]
    if stories:
        story = _merged(stories)
    elif alone:
        story = _new_story()
    else:
        return
    joining = [pk for pk in (placement.pk, *alone) if (pk, story.pk) not in told_apart]
    joined = Placement.objects.filter(pk__in=joining, story=None).update(story=story)
    story = _recount(story.pk, is_active=bool(joined))
    placement.refresh_from_db(fields=["story"])


def _merged(stories: Sequence[int]) -> Story:
    """One story of these: the first, and each further one of which no article was told apart from it, or the reverse."""
    together = [stories[0]]
    for story in stories[1:]:
        members = Placement.objects.filter(story=story).values("article")
        ours = Placement.objects.filter(story__in=together).values("article")
        if not (
            Separation.objects.filter(story__in=together, article__in=members).exists()
            or Separation.objects.filter(story=story, article__in=ours).exists()
        ):
            together.append(story)
    oldest, *gone = sorted(together)
    kept = Story.objects.get(pk=oldest)
    for old in Story.objects.filter(pk__in=gone):
        Placement.objects.filter(story=old).update(story=kept)
        known = Separation.objects.filter(story=kept).values("article")
        Separation.objects.filter(story=old).exclude(article__in=known).update(story=kept)
        Separation.objects.filter(story=old).delete()
        Story.objects.filter(merged_into=old).update(merged_into=kept)
        old.merged_into, old.articles, old.outlets = kept, 0, 0
        old.save()
        stories_merged.send(sender=Story, story=kept, merged=old)
    return kept


def _new_story() -> Story:
    return Story.objects.create(first_seen=timezone.now(), activity=_instant())


def _recount(story_id: int, *, is_active: bool = False) -> Story:
    """Brings the story's own counts in step with its articles."""
    placements = Placement.objects.filter(story=story_id)
    counted = placements.aggregate(
        articles=Count("pk"),
        outlets=Count("article__outlet", distinct=True),
        first=Min(Coalesce("article__published_at", "article__created_at")),
    )
    story = Story.objects.get(pk=story_id)
    story.articles, story.outlets = counted["articles"], counted["outlets"]
    story.first_seen = counted["first"] or story.first_seen
    if is_active:
        story.activity = _instant()
    story.save()
    return story


def _instant() -> int:
    """Now, in microseconds since 1970, and later than any story's activity."""
    last = Story.objects.aggregate(last=Max("activity"))["last"] or 0
    return int(max((timezone.now() - _EPOCH) // timedelta(microseconds=1), last + 1))
