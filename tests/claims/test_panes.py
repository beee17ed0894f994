"""A step to another claim sends the panes that are not as the page shows them, and no others; none is ever stale."""

import re

import pytest
from django.test import Client

from claims.choices import Form
from claims.models import Appearance, Claim
from claims.services import editing, reviewing
from claims.services.reviewing import Judgement
from tests.factories import make_article_version, make_claim, make_story_claim, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_user("rosa", "reviewer"))
    return client


@pytest.fixture
def two() -> tuple[Claim, Claim]:
    claim = make_story_claim()
    version = claim.appearances.get().version
    return claim, make_claim(version, content="The dam was finished in 1954", form=Form.OWN_VOICE)


def shown(desk: Client, claim: Claim) -> str:
    """What workbench.js would say of the page of this claim."""
    page = desk.get(f"/review/{claim.pk}/").content.decode()
    return " ".join(re.findall(r'data-shows="(\w+)"', page))


def step(desk: Client, claim: Claim, shows: str) -> tuple[str, bool, bool]:
    """The answer to a click, and whether the list and the text came with it."""
    response = desk.get(f"/review/{claim.pk}/", headers={"HX-Request": "true", "Workbench-Shows": shows})
    body = response.content.decode()
    parts = re.findall(r'<section id="(\w+)"', body)
    is_step = '<div id="workbench">' not in body
    assert response.get("HX-Retarget", "") == ("#decision" if is_step else "")
    assert "Workbench-Shows" in response["Vary"]
    return body, "claims" in parts, "text" in parts


def test_a_step_within_one_text_brings_the_decision_alone(
    desk: Client, two: tuple[Claim, Claim], django_assert_num_queries
) -> None:
    first, second = two
    shows = shown(desk, first)
    with django_assert_num_queries(10):
        body, sends_list, sends_text = step(desk, second, shows)
    assert (sends_list, sends_text) == (False, False)
    assert f'data-claim="{second.pk}"' in body
    assert "<title>The dam was finished in 1954" in body
    # The way back to the claim before, and none to one after.
    assert f'id="previous-claim" class="button button--small" href="/review/{first.pk}/"' in body
    assert 'id="next-claim"' not in body


def test_a_verdict_or_words_of_somebody_else_come_with_the_next_step(
    desk: Client, two: tuple[Claim, Claim]
) -> None:
    first, second = two
    shows, carl = shown(desk, first), make_user("carl", "reviewer")
    reviewing.record_review(
        by=carl, claim_id=first.pk, expected_version=1, judgements=[Judgement("false", "So.")]
    )
    body, sends_list, sends_text = step(desk, second, shows)
    assert (sends_list, sends_text) == (True, False)  # the list tells its state, the text does not
    assert 'hx-swap-oob="true"' in body
    assert "In review" in body

    shows = shown(desk, first)
    appearance = second.appearances.get()
    content = appearance.spans.get(role="content")
    editing.edit_claim(
        by=carl, appearance_id=appearance.pk, changes={"content": [[content.start, content.end - 5]]}
    )
    body, sends_list, sends_text = step(desk, second, shows)
    assert (sends_list, sends_text) == (True, True)
    assert "The dam was finished in</mark>" in body


def test_what_stands_over_the_text_is_told_anew_too(desk: Client, two: tuple[Claim, Claim]) -> None:
    first, second = two
    version, shows = first.appearances.get().version, shown(desk, first)
    make_article_version("A later text.", article=version.article)
    body, sends_list, sends_text = step(desk, second, shows)
    assert (sends_list, sends_text) == (False, True)
    assert "since replaced" in body


@pytest.mark.parametrize("shows", ["", "x", "x y", "x y z"])
def test_another_text_or_an_unknown_page_gets_the_whole_workbench(
    desk: Client, two: tuple[Claim, Claim], shows: str
) -> None:
    body, sends_list, sends_text = step(desk, two[1], shows)
    assert '<div id="workbench">' in body
    assert (sends_list, sends_text) == (True, True)


def test_a_claim_of_another_article_is_a_whole_workbench(desk: Client, two: tuple[Claim, Claim]) -> None:
    other = make_claim(make_article_version("The quay is shut, they say."), content="The quay is shut")
    body, *_ = step(desk, other, shown(desk, two[0]))
    assert '<div id="workbench">' in body
    assert Appearance.objects.count() == 3


def test_a_write_brings_the_list_only_where_it_shows_something_else(
    desk: Client, two: tuple[Claim, Claim]
) -> None:
    claim, _ = two

    def save(version: int, why: str) -> str:
        headers = {"HX-Request": "true", "Workbench-Shows": shown(desk, claim)}
        fields = {"version": version, "action": "save", "veracity": "false", "veracity_rationale": why}
        response = desk.post(f"/review/{claim.pk}/", fields, headers=headers)
        assert response.status_code == 200
        return response.content.decode()

    assert '<section id="claims"' in save(1, "So.")  # it is under review from now on
    assert '<section id="claims"' not in save(3, "So it is.")
