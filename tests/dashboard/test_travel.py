"""How a claim travelled: outlets, origins, and attribution that was lost on the way."""

from datetime import UTC, datetime, timedelta

import pytest

from articles.models import Placement, Story
from claims.choices import Form, HopRole
from claims.dashboards.forecast import forecast, quantile
from claims.dashboards.travel import travel
from claims.models import Claim
from tests.factories import Step, make_article_version, make_claim

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
WORDS = "The lock is shut."


def told(
    outlet: str, hours: int, *, by: str = "", form: str = Form.INDIRECT, story: Story | None = None
) -> Claim:
    """The claim at an outlet, so many hours after noon, with the relay that it names."""
    version = make_article_version(WORDS, outlet=outlet, published_at=NOON + timedelta(hours=hours))
    if story is not None:
        Placement.objects.create(article=version.article, version=version, placed_at=NOON, story=story)
    hops = [Step(HopRole.RELAY, by)] if by else []
    speaker = None if form == Form.OWN_VOICE else "Ivo Brandt"
    return make_claim(version, content=WORDS, speaker=speaker, form=form, hops=hops)


@pytest.mark.django_db
def test_one_wire_story_at_four_outlets_has_one_origin_and_one_lost_its_attribution() -> None:
    story = Story.objects.create(articles=4, outlets=4, first_seen=NOON, activity=1)
    first = told("Northwire", 0, story=story)
    told("Lakeside Post", 1, by="Northwire", story=story)
    told("Brook Gazette", 2, story=story)
    told("Sorrany Today", 3, form=Form.OWN_VOICE, story=story)
    told("Stranger", 4)  # of no story: somebody else's claim
    found = travel(first.pk)
    assert found is not None
    assert found.in_words == "4 outlets, 1 origin"
    assert found.origins == ["Northwire"]
    assert [(row[0], row[2], row[4]) for row in found.board["travel"].values()] == [
        ("Northwire", "Lakeside Post", "cited"),
        ("Northwire", "Brook Gazette", "copied"),
        ("Northwire", "Sorrany Today", "copied"),
    ]
    assert [(loss.here.outlet, loss.there.outlet, loss.there.speaker) for loss in found.losses] == [
        ("Sorrany Today", "Northwire", "Ivo Brandt")
    ]


@pytest.mark.django_db
def test_a_relay_that_is_not_here_is_an_origin_and_a_ring_of_citations_has_one() -> None:
    alone = travel(told("Lakeside Post", 0, by="Far Wire").pk)
    assert alone is not None
    assert (alone.in_words, alone.origins, alone.losses) == ("1 outlet, 1 origin", ["Far Wire"], [])
    story = Story.objects.create(articles=2, outlets=2, first_seen=NOON, activity=2)
    one = told("Northwire", 0, by="Brook Gazette", story=story)
    told("Brook Gazette", 1, by="Northwire", story=story)
    ring = travel(one.pk)
    assert ring is not None
    assert ring.origins == ["Northwire"]
    assert travel(10**9) is None


def test_a_forecast_goes_on_at_the_mean_and_widens() -> None:
    steady = forecast(100, [10, 10, 10], 2)
    assert [(one.likely, one.low, one.high) for one in steady] == [(110, 110, 110), (120, 120, 120)]
    one, two = forecast(100, [0, 20, 10, 10], 2)
    assert (one.likely, two.likely) == (110, 120)
    # t of 3 degrees of freedom 1.638, s = 8.165, sqrt(1 + 1/4)
    assert (one.low, one.high) == (95, 125)
    assert two.high - two.low > one.high - one.low
    assert forecast(5, [-10, -10, -10], 1)[0].likely == 0
    assert forecast(5, [1, 2], 3) == []


def test_a_quantile_lies_in_the_bucket_that_holds_it() -> None:
    assert quantile({}, 0.5) is None
    assert quantile({3: 10}, 0.5) == 12
    assert quantile({3: 5, 10: 5}, 0.9) == 1024 + 1024 * 0.8
