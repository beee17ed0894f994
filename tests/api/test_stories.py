"""Stories over the API: the list, one story's articles beside one another, and who cites whom."""

import pytest

from articles.models import Placement, Story
from articles.services.placing import place_version, request_placements
from benchmarks.storytexts import Newsroom
from claims.choices import HopRole
from tests.api.checking import CheckedClient
from tests.factories import Step, make_article_version, make_claim, make_outlet

pytestmark = pytest.mark.django_db


def publish(text: str, outlet: str):
    version = make_article_version(text, outlet=make_outlet(outlet), title=f"As {outlet} has it")
    request_placements(versions=[version])
    place_version(article_id=version.article_id)
    return version


@pytest.fixture
def told() -> tuple[Story, list]:
    newsroom = Newsroom(5)
    text = newsroom.article(words=300)
    versions = [
        publish(f"SORRANY (Northwire) — {text}", "Northwire"),
        publish(newsroom.cut(text), "Lakeside Post"),
        publish(f"LARN, 3 March (Northwire) — {text}", "Brook Gazette"),
    ]
    publish(newsroom.article(), "Stranger")
    first_line = versions[1].text.split(".")[0]
    make_claim(versions[1], content=first_line, hops=[Step(HopRole.RELAY, "NORTHWIRE")])
    return Story.objects.get(), versions


def test_the_list_is_of_stories_that_several_tell(viewer: CheckedClient, told: tuple[Story, list]) -> None:
    story, versions = told
    (row,) = viewer.get("/api/v1/stories/").json()["results"]
    assert (row["id"], row["articles"], row["outlets"]) == (story.pk, 3, 3)
    outlets = {version.article.outlet.name: version.article.outlet_id for version in versions}
    stranger = make_outlet("Stranger").pk
    assert len(viewer.get(f"/api/v1/stories/?outlet={outlets['Northwire']}").json()["results"]) == 1
    assert viewer.get(f"/api/v1/stories/?outlet={stranger}").json()["results"] == []


def test_a_story_tells_how_its_texts_overlap_and_who_cites_whom(
    viewer: CheckedClient, told: tuple[Story, list], django_assert_num_queries
) -> None:
    story, versions = told
    with django_assert_num_queries(
        6
    ):  # the key, the story, its articles, overlaps, what was taken out, chains
        shown = viewer.get(f"/api/v1/stories/{story.pk}/").json()
    wire, cut, other = shown["members"]
    assert shown["compared_with"] == wire["article"]["id"] == versions[0].article_id
    assert (wire["overlap"], wire["cites"], wire["seen_by"]) == (None, [], "imported")
    assert cut["overlap"]["has_of_it"] == pytest.approx(0.35, abs=0.03)
    assert cut["overlap"]["is_in_it"] == 1
    assert cut["overlap"]["relation"] == "shorter: a part of it"
    assert other["overlap"]["relation"] == "the same text"
    assert cut["cites"] == [{"name": "NORTHWIRE", "how": "in 1 claim", "article": versions[0].article_id}]
    assert other["cites"] == [
        {"name": "Northwire", "how": "in its dateline", "article": versions[0].article_id}
    ]


def test_any_article_can_be_compared_with(viewer: CheckedClient, told: tuple[Story, list]) -> None:
    story, versions = told
    shown = viewer.get(f"/api/v1/stories/{story.pk}/?beside={versions[1].article_id}").json()
    assert shown["compared_with"] == versions[1].article_id
    assert shown["members"][0]["overlap"]["relation"] == "longer: all of it and more"
    assert (
        viewer.get(f"/api/v1/stories/{story.pk}/?beside=99999").json()["compared_with"]
        == versions[0].article_id
    )


def test_an_article_names_its_story(viewer: CheckedClient, told: tuple[Story, list]) -> None:
    story, versions = told
    assert viewer.get(f"/api/v1/articles/{versions[0].article_id}/").json()["story"] == story.pk
    rows = viewer.get("/api/v1/articles/").json()["results"]
    assert [row["story"] for row in rows] == [None, story.pk, story.pk, story.pk]
    Placement.objects.all().delete()
    assert viewer.get(f"/api/v1/articles/{versions[0].article_id}/").json()["story"] is None


def test_a_story_that_is_not_there_says_so(viewer: CheckedClient) -> None:
    response = viewer.get("/api/v1/stories/7/")
    assert (response.status_code, response.json()["code"]) == (404, "story_not_found")


def test_a_merged_story_answers_as_the_one_it_is_part_of(
    viewer: CheckedClient, told: tuple[Story, list]
) -> None:
    story, _ = told
    old = Story.objects.create(first_seen=story.first_seen, activity=1, merged_into=story)
    assert viewer.get(f"/api/v1/stories/{old.pk}/").json()["id"] == story.pk


def test_the_list_goes_on(viewer: CheckedClient, told: tuple[Story, list]) -> None:
    story, _ = told
    Story.objects.bulk_create(
        Story(articles=2, outlets=1, first_seen=story.first_seen, activity=n) for n in range(1, 6)
    )
    first = viewer.get("/api/v1/stories/?page_size=4").json()
    second = viewer.get(first["next"]).json()
    assert len(first["results"]) == 4
    assert len(second["results"]) == 2
    assert first["results"][0]["id"] == story.pk
