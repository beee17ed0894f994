"""The screens of what newer extractors propose: old beside new, yes or no, and what could not be done."""

import pytest
from django.test import Client

from claims.models import Appearance, Claim, ClaimState, ExtractionProposal
from claims.services import assigning
from factcheck.lib import paging
from factcheck.models import User
from tests.factories import make_claim, make_proposal, make_run, make_story_claim, make_user

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def rosa() -> User:
    return make_user("rosa", "researcher")


@pytest.fixture
def desk(rosa: User, client: Client) -> Client:
    client.force_login(rosa)
    return client


def body(response) -> str:
    return " ".join(response.content.decode().split())


def page_of(proposal: ExtractionProposal) -> str:
    return f"/proposals/{proposal.run_id}/"


def test_the_article_and_the_list_lead_to_what_is_proposed(desk: Client) -> None:
    claim = make_story_claim()
    article = f"/articles/{claim.appearances.get().version.article_id}/"
    assert "newer extractor" not in body(desk.get(article))
    assert 'class="empty"' in body(desk.get("/proposals/"))
    proposal = make_proposal(claim, form="mixed")
    page = body(desk.get(article))
    assert f"{proposal.run.extractor}, a newer extractor, proposes 1 change to the claims" in page
    assert f'href="{page_of(proposal)}"' in page
    assert f'href="{page_of(proposal)}"' in body(desk.get("/proposals/"))
    assert f'href="{page_of(proposal)}"' in body(desk.get(f"/review/{claim.pk}/"))
    desk.post(f"{page_of(proposal)}{proposal.pk}/", {"action": "reject"})
    assert "newer extractor" not in body(desk.get(article))
    assert "newer extractor would" not in body(desk.get(f"/review/{claim.pk}/"))
    assert "All decided" in body(desk.get(page_of(proposal)))


def test_old_stands_beside_new_and_the_words_that_differ_are_marked(desk: Client) -> None:
    claim = make_story_claim()
    text = claim.appearances.get().version.text
    start = text.index("The old dam")
    proposal = make_proposal(
        claim,
        text="The old dam",
        content=[[start, start + len("The old dam")]],
        speaker={"kind": "person", "name": "<b>Holm</b>"},
        checkable=False,
    )
    page = body(desk.get(page_of(proposal)))
    assert "The old dam<del> holds twice the water it was built for</del>" in page
    assert "Mira Tolland (person)" in page
    assert "&lt;b&gt;Holm&lt;/b&gt; (person)" in page
    assert "As it stands" in page
    removed = make_proposal()
    page = body(desk.get(page_of(removed)))
    assert "Not found any more" in page
    assert "said on Radio Brook → relayed by Northern Wire → published by Lakeside Post" in page


def test_a_claim_that_is_new_stands_in_its_surroundings(desk: Client) -> None:
    changed = make_proposal()
    text = changed.run.version.text
    start = text.index("rejected the report")
    found = {**changed.before, "text": "rejected the report", "content": [[start, start + 19]]}
    run = make_run(changed.run.version, again=True)
    added = ExtractionProposal.objects.create(run=run, position=1, kind="add", found=found)
    page = body(desk.get(page_of(added)))
    assert "Mira Tolland, the mayor of Lakeside, <mark>rejected the report</mark> in an interview" in page


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_accepting_and_rejecting_say_what_is_left(desk: Client, headers: dict[str, str]) -> None:
    claim = make_story_claim()
    proposal = make_proposal(claim, form="mixed")
    other = make_proposal(make_story_claim(text="The dam leaks."), run=proposal.run, form="mixed")
    address = f"{page_of(proposal)}{proposal.pk}/"
    response = desk.post(address, {"action": "accept", "version": "1"}, headers=headers, follow=True)
    assert response.status_code == 200
    page = body(response)
    assert ("<html" in page) == (not headers)
    assert "Accepted." in page
    assert "1 to decide on" in page
    assert Appearance.objects.get(claim=claim).form == "mixed"
    response = desk.post(f"{page_of(other)}{other.pk}/", {"action": "reject"}, headers=headers, follow=True)
    assert "Rejected: everything stays as it is." in body(response)
    assert "1 accepted, 1 rejected" in body(response)
    response = desk.post(f"{page_of(other)}{other.pk}/", {"action": "reopen"}, headers=headers, follow=True)
    assert "1 to decide on" in body(response)


def test_what_somebody_was_quicker_with_is_told_beside_the_proposal(desk: Client) -> None:
    claim = make_story_claim()
    proposal = make_proposal(claim, form="mixed")
    address = f"{page_of(proposal)}{proposal.pk}/"
    assigning.take_claim(by=make_user("ray", "reviewer"), claim_id=claim.pk)
    for headers in ({}, HTMX):
        response = desk.post(address, {"action": "accept", "version": "1"}, headers=headers)
        assert response.status_code == 409
        assert "Somebody changed this claim while you were working on it" in body(response)
        assert 'name="version" value="2"' in body(response)
    response = desk.post(address, {"action": "accept", "version": "2"})
    assert response.status_code == 409
    assert "ray has this claim until" in body(response)
    ExtractionProposal.objects.update(state="outdated")
    response = desk.post(address, {"action": "accept", "version": "2"})
    assert response.status_code == 409
    assert "A newer extraction replaced this proposal" in body(response)
    assert "To the article" in body(response)


def test_all_at_once_tells_which_could_not_be(desk: Client) -> None:
    held = make_story_claim()
    proposal = make_proposal(held, form="mixed")
    make_proposal(make_story_claim(), run=proposal.run, form="mixed")
    assigning.take_claim(by=make_user("ray", "reviewer"), claim_id=held.pk)
    page = body(desk.post(page_of(proposal), {"action": "accept"}))
    assert "1 accepted." in page
    assert "1 could not be accepted; beside each it says why." in page
    assert "ray has this claim until" in page
    response = desk.post(page_of(proposal), {"action": "reject"}, follow=True)
    assert "All decided" in body(response)


def test_many_proposals_come_in_pages_and_a_decided_page_leads_on(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "PAGE_ROWS", 2)
    monkeypatch.setattr("articles.queries.PAGE_ROWS", 2)
    first = make_proposal(make_claim(text="Claim 1."), form="mixed")
    for number in range(2, 6):
        make_proposal(make_claim(text=f"Claim {number}."), run=first.run, form="mixed")
    page = body(desk.get(page_of(first)))
    assert page.count("data-key-scope") == 2
    assert "5 to decide on" in page
    assert "?after=2" in page
    page = body(desk.get(page_of(first) + "?after=4"))
    assert page.count("data-key-scope") == 1
    assert "?before=5" in page
    last = ExtractionProposal.objects.get(position=5)
    response = desk.post(f"{page_of(last)}{last.pk}/?after=4", {"action": "reject"}, follow=True)
    assert body(response).count("data-key-scope") == 2


def test_the_list_is_paged_too(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "PAGE_ROWS", 2)
    made = [make_proposal(form="mixed") for _ in range(3)]
    page = body(desk.get("/proposals/"))
    assert page_of(made[2]) in page and page_of(made[0]) not in page
    assert page_of(made[0]) in body(desk.get(f"/proposals/?after={made[1].run_id}"))


def test_a_viewer_sees_and_does_not_decide(client: Client) -> None:
    proposal = make_proposal(form="mixed")
    client.force_login(make_user("vera", "viewer"))
    page = body(client.get(page_of(proposal)))
    assert "As it stands" in page
    assert "Accept" not in page
    address = f"{page_of(proposal)}{proposal.pk}/"
    for target, data in (
        (address, {"action": "accept", "version": "1"}),
        (page_of(proposal), {"action": "accept"}),
    ):
        response = client.post(target, data)
        assert response.status_code == 403
        assert "Only a researcher or above may decide on what an extractor proposes" in body(response)
    assert ClaimState.objects.get(pk=proposal.appearance.claim_id).version == 1


def test_strangers_log_in_and_come_back(client: Client) -> None:
    proposal = make_proposal(form="mixed")
    address = f"{page_of(proposal)}{proposal.pk}/"
    assert client.get(page_of(proposal))["Location"] == f"/login/?next={page_of(proposal)}"
    assert client.post(address, {"action": "accept"})["Location"] == f"/login/?next={page_of(proposal)}"
    response = client.post(address, {"action": "accept"}, headers=HTMX)
    assert response["HX-Redirect"] == f"/login/?next={page_of(proposal)}"
    assert not Claim.objects.filter(case__version__gt=1).exists()


def test_what_does_not_exist_says_so(desk: Client) -> None:
    empty = make_run(make_story_claim().appearances.get().version, again=True)
    assert "Nothing to propose" in body(desk.get(f"/proposals/{empty.pk}/"))
    assert desk.get("/proposals/999/").status_code == 404
    proposal = make_proposal(form="mixed")
    assert desk.post(f"{page_of(proposal)}{proposal.pk}/", {"action": "swap"}).status_code == 404
    assert desk.post(f"{page_of(proposal)}999/", {"action": "reject"}).status_code == 422
