"""Articles that tell the same become one story: as they come in, in any order, and as people say."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations

import pytest
from django.db import connections
from django.utils import timezone

from articles.models import Article, Band, Overlap, Placement, Separation, Story
from articles.parsing import parse_text
from articles.services import placing
from articles.services.placing import place_version, request_placements
from articles.services.recording import record_version
from articles.similarity import BANDS, band_keys, signature_of
from articles.stories import story_page, story_view
from benchmarks.storytexts import Newsroom
from claims.models import AuditEvent
from claims.services.stories import put_back_into_story, take_out_of_story
from factcheck.lib.errors import Conflict, Missing, Refused
from tests.factories import make_article_version, make_outlet, make_user

pytestmark = pytest.mark.django_db

SEED = 4


@pytest.fixture
def newsroom() -> Newsroom:
    print(f"seed {SEED}")
    return Newsroom(SEED)


def publish(text: str, outlet: str = "", *, article: Article | None = None) -> Article:
    """Records a text, of a new article at an outlet of its own or of `article`, and places it as a worker would."""
    version = make_article_version(text, article=article, outlet=make_outlet(outlet))
    request_placements(versions=[version])
    place_version(article_id=version.article_id)
    return version.article


def story_of(article: Article) -> int | None:
    return Placement.objects.get(pk=article.pk).story_id


# ---- Joining ---------------------------------------------------------------------------------------


def test_copies_join_their_story_whichever_comes_first(newsroom: Newsroom) -> None:
    text = newsroom.article(words=250)
    texts = [text, *(copy(text) for copy in newsroom.copies.values())]
    newsroom.random.shuffle(texts)
    articles = [publish(text) for text in texts]
    strangers = [publish(newsroom.article()) for _ in range(5)]
    assert len({story_of(article) for article in articles}) == 1
    assert {story_of(article) for article in strangers} == {None}
    story = Story.objects.get()
    assert (story.articles, story.outlets) == (6, 6)


def test_placing_twice_changes_nothing_and_costs_nothing(newsroom: Newsroom) -> None:
    text = newsroom.article()
    one, other = publish(text), publish(text)
    before = list(Placement.objects.order_by("pk").values())
    assert not place_version(article_id=one.pk)
    assert not place_version(article_id=10**9)
    request_placements(versions=[other.current])
    assert place_version(article_id=other.pk)
    after = list(Placement.objects.order_by("pk").values())
    assert [row["story_id"] for row in after] == [row["story_id"] for row in before]
    assert (Story.objects.count(), Overlap.objects.count(), Band.objects.count()) == (1, 1, 2 * BANDS)


def test_a_bridge_makes_one_story_of_two_and_their_pages_lead_there(newsroom: Newsroom, client) -> None:
    first, second = newsroom.article(words=250), newsroom.article(words=250)
    ones, twos = [publish(first), publish(first)], [publish(second), publish(second)]
    old, gone = story_of(ones[0]), story_of(twos[0])
    assert old != gone
    bridge = publish(f"{first}\n\n{second}")
    assert {story_of(article) for article in [*ones, *twos, bridge]} == {old}
    merged = Story.objects.get(pk=gone)
    assert (merged.merged_into_id, merged.articles) == (old, 0)
    assert Story.objects.get(pk=old).articles == 5
    event = AuditEvent.objects.get(verb="merge_stories")
    assert (event.actor, event.object_id, event.after) == (None, gone, {"merged_into": old})
    client.force_login(make_user(role="viewer"))
    assert client.get(f"/stories/{gone}/")["Location"] == f"/stories/{old}/"


def test_a_later_version_replaces_the_signature_and_splits_nothing(newsroom: Newsroom) -> None:
    text, other = newsroom.article(), newsroom.article()
    one, two = publish(text), publish(text)
    story = story_of(one)
    publish(other, article=two)
    signature = signature_of(other)
    assert signature is not None
    assert set(Band.objects.filter(article=two).values_list("key", flat=True)) == set(band_keys(signature))
    assert story_of(two) == story, "only a person takes an article out of its story"
    three = publish(newsroom.with_dateline(other))
    assert story_of(three) == story
    assert story_view(story).members[1].overlap.is_current is False


def test_very_short_texts_are_one_story_only_when_they_are_the_same() -> None:
    flash = "The harbour of Larn is closed until further notice, the harbour board said."
    one, same = publish(flash), publish(flash)
    nearly = publish(flash.replace("Larn", "Pell"))
    assert story_of(one) == story_of(same) is not None
    assert story_of(nearly) is None
    assert not Band.objects.exists()
    assert {story_of(publish("Photo of the day.")), story_of(publish("Photo of the day."))} == {None}


def test_what_stands_beside_every_article_ties_no_strangers(newsroom: Newsroom) -> None:
    """A house with two titles sets the same around all that it prints, however short that is."""
    beside = newsroom.article(words=110)
    articles = [
        publish(f"{newsroom.article(words=newsroom.random.randint(110, 200))}\n\n{beside}", f"Title {n % 2}")
        for n in range(12)
    ]
    assert {story_of(article) for article in articles} == {None}
    copied = newsroom.article(words=120)
    one, other = publish(f"{copied}\n\n{beside}", "Title 0"), publish(f"{copied}\n\n{beside}", "Title 1")
    assert story_of(one) == story_of(other) is not None
    assert Story.objects.get().articles == 2


def test_a_footer_that_is_longer_than_the_articles_ties_none_once_it_is_known(newsroom: Newsroom) -> None:
    beside = newsroom.article(words=300)
    known = [publish(newsroom.article(words=300)) for _ in range(3)]
    for article in known:  # they came in without it, and stand apart
        publish(f"{article.current.text}\n\n{beside}", article=article)
    late = publish(f"{newsroom.article(words=100)}\n\n{beside}")
    assert {story_of(article) for article in [*known, late]} == {None}


def test_a_footer_that_thousands_have_is_looked_up_no_further_than_the_newest(newsroom: Newsroom) -> None:
    text = newsroom.article(words=200)
    keys = band_keys(signature_of(text) or b"")
    old = publish(text)
    strangers = [make_article_version("A text.").article_id for _ in range(placing.NEWEST_PER_BAND + 5)]
    Placement.objects.bulk_create(
        Placement(article_id=pk, version_id=Article.objects.get(pk=pk).current_id, placed_at=timezone.now())
        for pk in strangers
    )
    Band.objects.bulk_create(Band(key=key, article_id=pk) for key in keys[:10] for pk in strangers)
    assert story_of(publish(newsroom.with_dateline(text))) == story_of(old) is not None


# ---- Background work -------------------------------------------------------------------------------


def test_a_new_text_is_noted_with_it_and_found_by_the_sweeper(newsroom: Newsroom) -> None:
    parsed = parse_text(newsroom.article())
    version, _ = record_version(outlet=make_outlet("Lakeside Post"), parsed=parsed)
    assert list(placing.undone_placements().values_list("version", flat=True)) == [version.pk]
    place_version(article_id=version.article_id)
    assert not placing.undone_placements().exists()


def test_a_text_that_stops_its_workers_is_left_and_a_new_one_tried(newsroom: Newsroom) -> None:
    version = make_article_version(newsroom.article())
    request_placements(versions=[version])
    for _ in range(placing.MAX_ATTEMPTS):
        assert placing._claim(version.article_id) is not None
        assert placing._claim(version.article_id) is None, "another worker has it"
        Placement.objects.update(leased_until=timezone.now())
    assert not place_version(article_id=version.article_id)
    assert not placing.undone_placements().exists()
    later = make_article_version(newsroom.article(), article=version.article)
    request_placements(versions=[later])
    assert place_version(article_id=version.article_id)


def test_a_text_that_was_replaced_while_it_was_placed_waits_for_the_later_one(newsroom: Newsroom) -> None:
    version = make_article_version(newsroom.article())
    request_placements(versions=[version])
    claimed = placing._claim(version.article_id)
    assert claimed is not None
    request_placements(versions=[make_article_version(newsroom.article(), article=version.article)])
    assert placing._index(claimed, signature_of(version.text)) is False
    assert placing.undone_placements().count() == 1


@pytest.mark.django_db(transaction=True)
def test_workers_that_place_copies_at_once_end_with_one_story(newsroom: Newsroom) -> None:
    """Whichever way they interleave: twelve rounds of four copies, each round's placed by four workers at once."""
    rounds = []
    for _ in range(12):
        text = newsroom.article(words=200)
        versions = [
            make_article_version(copy, outlet=make_outlet())
            for copy in (text, text, newsroom.cut(text), text)
        ]
        for version in versions:
            request_placements(versions=[version])
        rounds.append([version.article_id for version in versions])

    def work(article: int, barrier: threading.Barrier) -> None:
        try:
            barrier.wait()
            place_version(article_id=article)
        finally:
            connections.close_all()

    for articles in rounds:
        barrier = threading.Barrier(len(articles))
        with ThreadPoolExecutor(len(articles)) as workers:
            for done in [workers.submit(work, article, barrier) for article in articles]:
                done.result()
    stories = [
        set(Placement.objects.filter(pk__in=articles).values_list("story", flat=True)) for articles in rounds
    ]
    assert all(len(story) == 1 and None not in story for story in stories)
    assert Story.objects.filter(merged_into=None).count() == len(rounds)
    assert set(Story.objects.filter(merged_into=None).values_list("articles", "outlets")) == {(4, 4)}


# ---- What people say -------------------------------------------------------------------------------


def test_an_article_that_was_taken_out_is_not_put_back_by_machine(newsroom: Newsroom) -> None:
    editor = make_user("edda", "editor")
    text = newsroom.article(words=250)
    one, other, third = (publish(text) for _ in range(3))
    story = story_of(one)
    assert story is not None
    take_out_of_story(by=editor, article_id=third.pk, story_id=story, reason="Another dam.")
    assert story_of(third) is None
    assert Story.objects.get(pk=story).articles == 2
    request_placements(versions=[third.current])
    place_version(article_id=third.pk)
    publish(newsroom.with_dateline(text), article=third)  # a later text of it
    fourth = publish(newsroom.with_dateline(text))
    assert story_of(third) is None
    assert {story_of(article) for article in (one, other, fourth)} == {story}
    event = AuditEvent.objects.get(verb="take_out_of_story")
    assert (event.actor, event.object_id, event.before, event.reason) == (
        editor,
        story,
        {"article": third.pk},
        "Another dam.",
    )


def test_stories_that_a_person_told_apart_are_not_merged_by_machine(newsroom: Newsroom) -> None:
    editor = make_user(role="editor")
    first, second = newsroom.article(words=250), newsroom.article(words=250)
    ones = [publish(first), publish(first)]
    both = publish(f"{first}\n\n{second}")
    story = story_of(both)
    assert story is not None
    take_out_of_story(by=editor, article_id=both.pk, story_id=story)
    twos = [publish(second), publish(second)]
    assert story_of(twos[0]) == story_of(both) != story
    again = publish(f"{first}\n\n{second}")
    assert story_of(again) in (story, story_of(both))
    assert story_of(ones[0]) != story_of(twos[0])
    assert not Story.objects.filter(merged_into__isnull=False).exists()


def test_taking_out_can_be_undone(newsroom: Newsroom) -> None:
    editor = make_user(role="editor")
    text = newsroom.article()
    one, other = publish(text), publish(text)
    story = story_of(one) or 0
    take_out_of_story(by=editor, article_id=other.pk, story_id=story)
    with pytest.raises(Missing) as error:
        take_out_of_story(by=editor, article_id=other.pk, story_id=story)
    assert error.value.code == "not_in_story"
    put_back_into_story(by=editor, article_id=other.pk, story_id=story)
    assert story_of(other) == story
    assert not Separation.objects.exists()
    with pytest.raises(Missing) as error:
        put_back_into_story(by=editor, article_id=other.pk, story_id=story)
    assert error.value.code == "not_taken_out"


def test_what_is_in_another_story_by_now_is_not_pulled_out_of_it(newsroom: Newsroom) -> None:
    editor = make_user(role="editor")
    text = newsroom.article()
    one, other = publish(text), publish(text)
    story = story_of(one) or 0
    take_out_of_story(by=editor, article_id=other.pk, story_id=story)
    new = newsroom.article()
    publish(new, article=other)
    publish(new)
    with pytest.raises(Conflict) as error:
        put_back_into_story(by=editor, article_id=other.pk, story_id=story)
    assert error.value.code == "in_another_story"


@pytest.mark.parametrize("role", ["viewer", "researcher", "reviewer"])
def test_only_editors_say_which_articles_are_one_story(newsroom: Newsroom, role: str) -> None:
    text = newsroom.article()
    one, _ = publish(text), publish(text)
    story = story_of(one) or 0
    for service in (take_out_of_story, put_back_into_story):
        with pytest.raises(Refused):
            service(by=make_user(role=role), article_id=one.pk, story_id=story)
    assert story_of(one) == story


# ---- Many stories, any order -----------------------------------------------------------------------


@pytest.mark.slow
def test_random_newsrooms_end_with_the_stories_that_were_told() -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    newsroom = Newsroom(seed)
    told = []
    for work in range(6):
        text = newsroom.article(words=220)
        kinds = newsroom.random.sample(list(newsroom.copies.values()), 3)
        told += [(work, text), *((work, copy(text)) for copy in kinds)]
    newsroom.random.shuffle(told)
    stories = [(work, story_of(publish(text))) for work, text in told]
    stories = [(work, Placement.objects.order_by("pk")[n].story_id) for n, (work, _) in enumerate(stories)]
    for (work, story), (other_work, other_story) in combinations(stories, 2):
        assert (story == other_story) == (work == other_work)
    shown = [row.story.pk for row in story_page().rows]
    assert sorted(shown) == sorted({story for _, story in stories})
