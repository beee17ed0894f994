"""The folded parts of the decision panel: each a link to the page with it open, and by htmx the part alone."""

import re

import pytest
from django.test import Client

from claims.choices import State
from claims.models import ClaimState
from claims.services import talking
from tests.factories import make_claim, make_story_claim, make_user

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_user("rosa", "editor"))
    return client


def links(page: str) -> list[tuple[str, str]]:
    """Of each folded part: where its link goes, and where htmx fetches it."""
    found = re.findall(r'<a [^>]*href="([^"]+)" hx-get="([^"]+)"[^>]* data-part', page)
    return [(href.replace("&amp;", "&"), part) for href, part in found]


def test_every_part_opens_by_its_link_and_by_htmx_with_the_same_form(desk: Client) -> None:
    claim = make_story_claim()
    talking.add_comment(by=make_user("carl", "reviewer"), claim_id=claim.pk, text="Of this year?")
    folded = links(desk.get(f"/review/{claim.pk}/").content.decode())
    names = {part.split("/")[-2] for _, part in folded}
    assert {"edit", "split", "merge", "tag", "evidence", "hop-1", "hold", "ask", "history"} <= names
    assert "<textarea" in desk.get(folded[0][0]).content.decode()
    for href, part in folded:
        answer = desk.get(part, headers=HTMX)
        assert answer.status_code == 200, part
        alone = answer.content.decode()
        assert alone.startswith('<details class="part" id="part-')
        page = desk.get(href).content.decode()
        assert _without_token(alone) in _without_token(page)
        assert page.count('<details class="part"') == 1
        # By its own address and no htmx, it is the page with it open.
        plain = desk.get(part)
        assert plain.status_code == 302
        assert f"open={part.split('/')[-2]}" in plain["Location"]


def _without_token(html: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html)


def test_what_is_not_offered_any_more_shows_the_claim_as_it_is(desk: Client) -> None:
    claim = make_claim()
    ClaimState.objects.filter(pk=claim.pk).update(state=State.APPROVED)
    answer = desk.get(f"/review/{claim.pk}/parts/edit/", headers=HTMX)
    assert (answer.status_code, answer["HX-Retarget"]) == (422, "#decision")
    assert "cannot be done with the claim any more" in answer.content.decode()
    assert desk.get("/review/999999/parts/edit/", headers=HTMX).status_code == 404


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        (State.QUEUED, {"edit", "split", "merge"}),
        (State.APPROVED, set()),
        (State.CORRECTING, {"edit", "split"}),
    ],
)
def test_only_edits_that_would_not_be_refused_are_offered(
    desk: Client, state: State, offered: set[str]
) -> None:
    claim = make_claim()
    ClaimState.objects.filter(pk=claim.pk).update(state=state)
    folded = links(desk.get(f"/review/{claim.pk}/").content.decode())
    assert {part.split("/")[-2] for _, part in folded} & {"edit", "split", "merge"} == offered
