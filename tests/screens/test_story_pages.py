"""The story screens: the list, one story, the article that belongs to one, and what an editor says about it."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from articles.models import Article, Placement, Story
from articles.services.placing import place_version, request_placements
from benchmarks.storytexts import Newsroom
from factcheck.lib.paging import PAGE_ROWS
from tests.factories import make_article_version, make_outlet, make_user

pytestmark = pytest.mark.django_db


def publish(text: str, outlet: str, **fields) -> Article:
    version = make_article_version(
        text, outlet=make_outlet(outlet), **({"title": f"{outlet}: the dam"} | fields)
    )
    request_placements(versions=[version])
    place_version(article_id=version.article_id)
    return version.article


@pytest.fixture
def told() -> list[Article]:
    newsroom = Newsroom(6)
    text = newsroom.article(words=300)
    return [
        publish(f"LARN (Northwire) — {text}", "Lakeside Post"),
        publish(newsroom.cut(text), "Brook Gazette", published_at=datetime(2026, 3, 3, 9, 30, tzinfo=UTC)),
        publish(text, "Northwire", published_at=datetime(2026, 3, 3, 7, 10, tzinfo=UTC)),
    ]


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(make_user("edda", "editor"))
    return client


def words(html: bytes) -> str:
    return " ".join(html.decode().replace("\u202f", " ").replace("\xa0", " ").split())


def test_without_any_the_list_says_when_there_will_be(editor: Client) -> None:
    assert "As soon as two articles share most of their words" in words(editor.get("/stories/").content)


def test_the_list_has_each_story_with_what_was_seen_first(
    editor: Client, told: list[Article], django_assert_num_queries
) -> None:
    with django_assert_num_queries(5):  # session, user, stories, the articles seen first, the inbox
        html = words(editor.get("/stories/").content)
    assert "Northwire: the dam" in html
    assert "3 Mar 2026 07:10" in html
    assert 'aria-current="page">Articles</a>' in html


def test_the_list_is_cut_by_key_and_goes_back(editor: Client, told: list[Article]) -> None:
    story = Story.objects.get()
    Story.objects.bulk_create(
        Story(articles=2, outlets=1, first_seen=story.first_seen, activity=n) for n in range(1, PAGE_ROWS + 2)
    )
    first = editor.get("/stories/").context["page"]
    assert (len(first.rows), first.before) == (PAGE_ROWS, "")
    second = editor.get(f"/stories/?after={first.after}").context["page"]
    assert [row.story.activity for row in second.rows] == [2, 1]
    back = editor.get(f"/stories/?before={second.before}").context["page"]
    assert [row.story.pk for row in back.rows] == [row.story.pk for row in first.rows]
    for nonsense in ("before=x", "after=-1", "before=99999999999999999999999"):
        assert editor.get(f"/stories/?{nonsense}").status_code == 200


def test_a_story_shows_its_articles_first_seen_first_and_which_has_how_much(
    editor: Client, told: list[Article], django_assert_num_queries
) -> None:
    story = Story.objects.get()
    # Session, user and her role; the story, its articles, overlaps, what was taken out, chains; the inbox
    with django_assert_num_queries(9):
        response = editor.get(f"/stories/{story.pk}/")
    html = words(response.content)
    order = [member.article for member in response.context["view"].members]
    assert order == [told[2], told[1], told[0]]
    assert "Compared with Northwire" in html
    assert "has <strong>34 %</strong> of Northwire’s text" in html
    assert "Northwire has <strong>100 %</strong> of this text" in html
    assert "shorter: a part of it" in html
    assert "came in" in html
    assert "in its dateline" in html
    beside = words(editor.get(f"/stories/{story.pk}/?beside={told[1].pk}").content)
    assert "Compared with Brook Gazette" in beside
    assert "longer: all of it and more" in beside


def test_an_article_says_that_others_tell_the_same(editor: Client, told: list[Article]) -> None:
    story = Story.objects.get()
    html = words(editor.get(f"/articles/{told[0].pk}/").content)
    assert f'href="/stories/{story.pk}/?beside={told[0].pk}">The same story at 3 outlets</a>' in html
    stranger = publish(Newsroom(8).article(), "Stranger")
    assert "The same story" not in words(editor.get(f"/articles/{stranger.pk}/").content)
    Placement.objects.filter(pk=stranger.pk).delete()
    assert editor.get(f"/articles/{stranger.pk}/").status_code == 200


def test_an_editor_takes_an_article_out_and_puts_it_back(editor: Client, told: list[Article]) -> None:
    page = f"/stories/{Story.objects.get().pk}/"
    html = words(editor.post(f"{page}take-out/{told[1].pk}/", follow=True).content)
    assert "Taken out of the story" in html
    assert "not the same story, says edda" in html
    assert "in 2 articles at 2 outlets" in html
    again = words(editor.post(f"{page}take-out/{told[1].pk}/", follow=True).content)
    assert "is not part of story" in again
    back = words(editor.post(f"{page}put-back/{told[1].pk}/", follow=True).content)
    assert "Part of the story again" in back
    assert "in 3 articles at 3 outlets" in back


def test_others_are_not_offered_what_they_may_not_do(client: Client, told: list[Article]) -> None:
    client.force_login(make_user(role="reviewer"))
    page = f"/stories/{Story.objects.get().pk}/"
    assert "Not the same story" not in words(client.get(page).content)
    refused = words(client.post(f"{page}take-out/{told[1].pk}/", follow=True).content)
    assert "Only a editor" in refused or "Only an editor" in refused
    assert Story.objects.get().articles == 3


def test_no_such_story(editor: Client) -> None:
    assert editor.get("/stories/7/").status_code == 404
