"""Reads of the story screens and of the API's stories: which articles are one story, and how their texts overlap."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db.models import QuerySet
from django.db.models.functions import Coalesce, Left

from articles.models import Article, Overlap, Placement, Separation, Story
from factcheck.lib.keys import read_key
from factcheck.lib.paging import PAGE_ROWS, Page, page_after, page_before

MOST_MEMBERS = 200  # on one page, the first seen
OPENING = 300  # code points of a text that its dateline is looked for in
SAME = 0.9  # so much of a text is all of it, give or take a line
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SEEN = Coalesce("article__published_at", "article__created_at")


@dataclass(frozen=True, slots=True)
class StoryRow:
    """A line of the list. `first`: the article that was seen first."""

    story: Story
    first: Article | None

    @property
    def active_at(self) -> datetime:
        return active_at(self.story.activity)


@dataclass(frozen=True, slots=True)
class Beside:
    """An article's text beside another's: how much of that one it has, and how much of it that one has, 0 to 1."""

    article: int
    has_of_it: float
    is_in_it: float
    is_current: bool  # both texts are still the ones that were compared

    @property
    def relation(self) -> str:
        """In words: which has how much of which."""
        if min(self.has_of_it, self.is_in_it) >= SAME:
            return "the same text"
        if self.is_in_it >= SAME:
            return "shorter: a part of it"
        if self.has_of_it >= SAME:
            return "longer: all of it and more"
        return "each has something of its own"


@dataclass(slots=True)
class Member:
    """One article of a story. `overlap` is with the article that the page compares with, or else with `other`."""

    article: Article
    opening: str
    seen_at: datetime
    overlap: Beside | None = None
    other: Article | None = None  # the closest, when the one that is compared with was not measured

    @property
    def is_published_then(self) -> bool:
        """Whether `seen_at` is when it was published; else it is when it came in."""
        return self.article.published_at is not None


@dataclass(slots=True)
class StoryView:
    """What the page of one story shows. `beside`: the article that the others are compared with."""

    story: Story
    members: list[Member]
    beside: Article
    more: int
    taken_out: list[Separation] = field(default_factory=list)

    @property
    def title(self) -> str:
        return str(self.members[0].article)


def active_at(activity: int) -> datetime:
    return _EPOCH + timedelta(microseconds=activity)


def story_page(*, before: str = "", after: str = "") -> Page[StoryRow]:
    """Stories that several articles tell, the latest joined first: two queries."""
    stories = Story.objects.filter(articles__gte=2)

    def key(story: Story) -> str:
        return str(story.activity)

    if (given := read_key(before)) is not None:
        found = list(stories.filter(activity__gt=given).order_by("activity")[: PAGE_ROWS + 1])
        page = page_before(found, key) or _newest(stories, None)
    else:
        page = _newest(stories, read_key(after))
    first = _first_seen([story.pk for story in page.rows])
    return Page([StoryRow(story, first.get(story.pk)) for story in page.rows], page.before, page.after)


def story_view(story_id: int, *, beside: int | None = None) -> StoryView | None:
    """One story, compared with the article `beside`, or the one seen first. Five queries; None: there is no such story.

    A story that was merged shows the one it is part of now.
    """
    story = Story.objects.select_related("merged_into").filter(pk=story_id).first()
    if story is None:
        return None
    story = story.merged_into or story
    members = _members(story)
    if not members:
        return None
    by_pk = {member.article.pk: member for member in members}
    reference = by_pk[beside if beside in by_pk else members[0].article.pk].article
    for pk, (overlap, other) in _overlaps(by_pk, reference.pk).items():
        by_pk[pk].overlap, by_pk[pk].other = overlap, None if other == reference.pk else by_pk[other].article
    taken_out = Separation.objects.filter(story=story).select_related("article__outlet", "by").order_by("-pk")
    return StoryView(
        story=story,
        members=members,
        beside=reference,
        more=story.articles - len(members),
        taken_out=list(taken_out[:PAGE_ROWS]),
    )


def _newest(stories: QuerySet[Story], key: int | None) -> Page[Story]:
    cut = stories if key is None else stories.filter(activity__lt=key)
    found = list(cut.order_by("-activity")[: PAGE_ROWS + 1])
    return page_after(found, lambda story: str(story.activity), first=key is None)


def _first_seen(stories: Sequence[int]) -> dict[int, Article]:
    placements = Placement.objects.filter(story__in=stories).annotate(seen_at=_SEEN)
    first = placements.order_by("story_id", "seen_at", "article_id").distinct("story_id")
    found = first.select_related("article__outlet").defer("signature")
    return {placement.story_id: placement.article for placement in found if placement.story_id}


def _members(story: Story) -> list[Member]:
    placements = (
        Placement.objects.filter(story=story)
        .annotate(seen_at=_SEEN, opening=Left("article__current__text", OPENING))
        .select_related("article__outlet")
        .defer("signature")
        .order_by("seen_at", "article_id")
    )
    return [
        Member(placement.article, placement.opening or "", placement.seen_at)
        for placement in placements[:MOST_MEMBERS]
    ]


def _overlaps(members: dict[int, Member], reference: int) -> dict[int, tuple[Beside, int]]:
    """Per member but the reference: its overlap with that, or else with the member that it is closest to."""
    pairs = Overlap.objects.filter(one__in=members, other__in=members)
    best: dict[int, tuple[tuple[bool, float], Beside, int]] = {}
    for pair in pairs:
        is_current = (
            members[pair.one_id].article.current_id == pair.one_version_id
            and members[pair.other_id].article.current_id == pair.other_version_id
        )
        for this, that, of_this, of_that in (
            (pair.one_id, pair.other_id, pair.share_of_one, pair.share_of_other),
            (pair.other_id, pair.one_id, pair.share_of_other, pair.share_of_one),
        ):
            rank = (that == reference, max(of_this, of_that))
            if this != reference and (this not in best or rank > best[this][0]):
                best[this] = (rank, Beside(that, of_that, of_this, is_current), that)
    return {this: (beside, that) for this, (_, beside, that) in best.items()}
