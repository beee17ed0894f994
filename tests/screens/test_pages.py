"""The screens' answers, without a browser: who sees what, which status, which words."""

import pytest
from django.test import Client

from claims import extraction
from claims.choices import State
from claims.models import Claim, ClaimState, Review
from claims.services import assigning
from claims.services.reviewing import Judgement, record_review
from claims.templatetags.workbench import REASONS
from factcheck.models import User
from tests.factories import make_article_version, make_claim, make_run, make_story_claim, make_user, set_desk

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def reviewer() -> User:
    return make_user("rosa", "reviewer")


@pytest.fixture
def desk(reviewer: User, client: Client) -> Client:
    client.force_login(reviewer)
    return client


def body(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize("address", ["/queue/", "/claims/", "/articles/", "/articles/1/", "/review/1/"])
def test_strangers_are_sent_to_the_login_page(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 302
    assert response["Location"] == f"/login/?next={address}"


@pytest.mark.parametrize("address", ["/review/999/", "/articles/999/", "/nowhere/"])
def test_what_does_not_exist_is_a_page_that_says_so(desk: Client, address: str) -> None:
    response = desk.get(address)
    assert response.status_code == 404
    assert "No page has this address" in body(response)


@pytest.mark.parametrize("address", ["/queue/", "/claims/", "/articles/"])
def test_empty_lists_say_what_to_do(desk: Client, address: str) -> None:
    response = desk.get(address)
    assert response.status_code == 200
    assert 'class="empty"' in body(response)


@pytest.mark.parametrize(
    "query", ["state=nonsense", "outlet=999", "outlet=x", "checkable=perhaps", "after=x", "before=%00"]
)
def test_filters_that_make_no_sense_are_no_error(desk: Client, query: str) -> None:
    make_claim(text="The quay is shut.")
    response = desk.get(f"/claims/?{query}")
    assert response.status_code == 200
    assert "The quay is shut." in body(response)


def test_the_queue_shows_what_waits_unless_another_state_is_asked_for(desk: Client) -> None:
    make_claim(text="It waits.")
    make_claim(text="It is new.", state=State.NEW)
    assert "It waits." in body(desk.get("/queue/"))
    assert "It is new." not in body(desk.get("/queue/"))
    assert "It is new." in body(desk.get("/queue/?state=new"))
    everything = body(desk.get("/queue/?state="))
    assert "It waits." in everything
    assert "It is new." in everything


def test_what_a_speaker_denied_is_marked_wherever_claims_are_listed(desk: Client) -> None:
    version = make_article_version("Ada Merrow denied having paid the referee. Ivo Brandt said it was a lie.")
    denied = make_claim(version, content="having paid the referee", cue="denied", speaker="Ada Merrow")
    denied.appearances.update(decided_by="denial")
    # It calls something untrue, and asserts that: nobody denies these words.
    asserted = make_claim(version, content="it was a lie", cue="said", reasons=["denial"])
    asserted.appearances.update(decided_by="said")
    for address in ("/queue/", "/claims/", f"/articles/{version.article_id}/"):
        page = " ".join(body(desk.get(address)).split())
        assert page.count(">denied</span> having paid the referee") == 1, address
        assert page.count(">denied</span>") == 1, address
    pane = " ".join(body(desk.get(f"/review/{asserted.pk}/")).split())
    assert pane.count(">denied</span> having paid the referee") == 1
    assert "the denial holds" not in pane
    assert "the denial holds" in body(desk.get(f"/review/{denied.pk}/"))


def test_only_states_that_can_be_reached_or_have_claims_are_offered(desk: Client) -> None:
    for address in ("/queue/", "/claims/"):
        page = body(desk.get(address))
        assert '<option value="in_cross_check"' in page
        assert '<option value="published"' in page
    make_claim(text="It was taken back.", state=State.RETRACTED)
    assert '<option value="retracted"' in body(desk.get("/claims/"))
    assert "It was taken back." in body(desk.get("/claims/?state=retracted"))
    assert "Retracted" in body(desk.get("/dashboard/"))


def test_lists_are_searched_by_q_as_in_the_api(desk: Client) -> None:
    make_claim(text="The quay is shut.")
    make_claim(text="The mill burned.")
    page = body(desk.get("/claims/?q=mill"))
    assert "The mill burned." in page
    assert "The quay is shut." not in page
    assert 'name="q" value="mill"' in page


def test_who_holds_many_claims_is_told_that_nobody_else_can_take_them(desk: Client) -> None:
    for _ in range(3):
        assert "Nobody else can take them" not in body(desk.get("/queue/"))
        make_claim()
        desk.post("/queue/next/")
    page = body(desk.get("/queue/"))
    assert "Nobody else can take them" in page
    assert "Next for me" in page


def test_in_cross_check_nobody_but_the_author_is_shown_the_verdict(client: Client) -> None:
    claim = judged_claim("The plans say so.")
    for name, role, sees in (
        ("vera", "viewer", False),
        ("rob", "reviewer", False),
        ("ray", "reviewer", True),
    ):
        user = User.objects.filter(username=name).first() or make_user(name, role)
        client.force_login(user)
        page = body(client.get(f"/review/{claim.pk}/"))
        assert ("The plans say so." in page) is sees, name
        assert "waits for its cross-check" in page or "Cross-check: judge it yourself" in page, name


def judged_claim(rationale: str) -> Claim:
    """A claim that ray judged and submitted."""
    set_desk(min_evidence=0)
    claim = make_story_claim()
    judged = [Judgement("false", rationale), Judgement("confirmed", "", claim.appearances.get().pk)]
    record_review(
        by=make_user("ray", "reviewer"), claim_id=claim.pk, expected_version=1, judgements=judged, submit=True
    )
    return claim


def test_the_workbench_gives_reasons_in_plain_words(desk: Client) -> None:
    claim = make_story_claim(reasons=["has_figure", "norm"])
    claim.appearances.update(decided_by="said-after", speaker_by="two-word-name")
    page = body(desk.get(f"/review/{claim.pk}/"))
    assert "gives a figure" in page
    assert "It gives a figure that can be looked up." in page
    assert "two-word-name" not in page
    assert set(extraction.REASONS) == set(REASONS)


def test_what_the_extractor_was_not_sure_of_is_said_in_words(desk: Client) -> None:
    claim = make_story_claim()
    address = f"/review/{claim.pk}/"
    article = f"/articles/{claim.appearances.get().version.article_id}/"
    assert "unsure" not in body(desk.get(address))  # of old rows nobody knows
    claim.appearances.update(speaker_confidence=0.9, speaker_by="name")
    assert "unsure" not in body(desk.get(address))
    claim.appearances.update(speaker_confidence=0.45, speaker_by="pronoun")
    page = body(desk.get(address))
    assert page.count(">unsure</span>") == 2  # in the chain, and in the list of claims
    assert "The extractor is 45 % sure: “he” or “she”, taken for the person named before." in page
    assert body(desk.get(article)).count(">unsure</span>") == 1
    claim.appearances.update(speaker_confidence=0.9, speaker_by="a step of tomorrow")
    claim.appearances.get().hops.filter(position=2).update(confidence=0.5, decided_by="carried-on")
    page = body(desk.get(address))
    assert page.count(">unsure</span>") == 1
    assert "The extractor is 50 % sure: said for an earlier claim" in page
    assert "The extractor is 90 % sure." in page
    assert "a step of tomorrow" not in page


def test_evidence_without_address_and_stance_is_told_both(desk: Client) -> None:
    claim = make_story_claim()
    data = {"version": 1, "url": "ftp://old.example", "quote": "kept"}
    response = desk.post(f"/review/{claim.pk}/evidence/", data, headers=HTMX)
    page = body(response)
    assert response.status_code == 422
    assert "starts with https://" in page
    assert "Say how the document bears on the claim." in page
    assert "kept" in page


def test_next_for_me_opens_the_claim_or_says_that_there_is_none(desk: Client, reviewer: User) -> None:
    claim = make_claim()
    assert desk.post("/queue/next/")["Location"] == f"/review/{claim.pk}/"
    response = desk.post("/queue/next/", follow=True)
    assert "The queue is empty" in body(response)
    assert desk.get("/queue/next/").status_code == 405


def test_a_viewer_reads_and_cannot_write(client: Client) -> None:
    claim = make_story_claim()
    client.force_login(make_user("vera", "viewer"))
    page = body(client.get(f"/review/{claim.pk}/"))
    assert "Submit and next" not in page
    assert "Add evidence" not in page
    assert "Not a claim" not in page
    response = client.post(
        f"/review/{claim.pk}/", {"version": 1, "veracity": "true", "veracity_rationale": "kept"}
    )
    assert response.status_code == 403
    assert "Only a reviewer or above may judge claims" in body(response)
    assert "kept" in body(response)
    assert not Review.objects.exists()


def test_a_stale_write_gives_both_versions_and_stands_on_the_new_one(desk: Client, reviewer: User) -> None:
    claim = make_story_claim()
    assigning.take_claim(by=reviewer, claim_id=claim.pk)
    data = {"version": 1, "veracity": "false", "veracity_rationale": "<b>mine</b>", "action": "save"}
    for headers in ({}, HTMX):
        response = desk.post(f"/review/{claim.pk}/", data, headers=headers)
        page = body(response)
        assert response.status_code == 409
        assert "took it for review" in page
        assert "&lt;b&gt;mine&lt;/b&gt;" in page
        assert '<input type="hidden" name="version" value="2">' in page
        assert ("<html" in page) == (not headers)
    data["version"] = 2
    assert desk.post(f"/review/{claim.pk}/", data).status_code == 302
    assert Review.objects.get().rationale == "<b>mine</b>"


@pytest.mark.parametrize(
    ("form", "data"),
    [
        ("dismiss", {"reason": "not_a_claim", "note": "a rhetorical question"}),
        ("", {"veracity": "false", "veracity_rationale": "a rhetorical question"}),
    ],
)
@pytest.mark.parametrize("state", [State.IN_REVIEW, State.IN_CROSS_CHECK])
def test_what_somebody_else_was_quicker_with_loses_no_words(
    desk: Client, form: str, data: dict[str, str], state: State
) -> None:
    set_desk(min_evidence=0)
    claim = make_story_claim(state=State.QUEUED)
    other = make_user("ray", "reviewer")
    assigning.take_claim(by=other, claim_id=claim.pk)
    if state == State.IN_CROSS_CHECK:
        judged = [Judgement("false"), Judgement("confirmed", appearance_id=claim.appearances.get().pk)]
        record_review(by=other, claim_id=claim.pk, expected_version=2, judgements=judged, submit=True)
    version = ClaimState.objects.get(pk=claim.pk).version
    address = f"/review/{claim.pk}/{form}/" if form else f"/review/{claim.pk}/"
    response = desk.post(address, {"version": version, **data})
    assert response.status_code in (409, 422)
    assert "a rhetorical question" in body(response)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Choose at least one verdict."),
        ({"veracity": "maybe"}, "Select a valid choice"),
        ({"attribution_rationale": "because"}, "Choose the verdict that this explains."),
        ({"veracity": "true", "action": "next"}, "Answer “Did they say it?” before you submit."),
    ],
)
def test_mistakes_are_told_and_nothing_is_recorded(desk: Client, data: dict[str, str], words: str) -> None:
    claim = make_story_claim()
    response = desk.post(f"/review/{claim.pk}/", {"version": 1, **data}, headers=HTMX)
    assert response.status_code == 422
    assert words in body(response)
    assert ClaimState.objects.get(pk=claim.pk).version == 1


def test_a_step_to_another_claim_is_the_workbench_alone(desk: Client) -> None:
    claim = make_story_claim()
    whole, part = desk.get(f"/review/{claim.pk}/"), desk.get(f"/review/{claim.pk}/", headers=HTMX)
    assert "<html" in body(whole)
    assert "<html" not in body(part)
    assert '<div id="workbench">' in body(part)
    assert "HX-Request" in part["Vary"]


def test_an_htmx_write_without_a_session_leads_to_the_login_page_and_is_kept(client: Client) -> None:
    claim = make_story_claim()
    response = client.post(
        f"/review/{claim.pk}/", {"version": 1, "veracity_rationale": "typed"}, headers=HTMX
    )
    assert response["HX-Redirect"] == f"/login/?next=/review/{claim.pk}/"
    assert "what you typed is kept" in body(client.get("/login/"))
    client.force_login(make_user("rosa", "reviewer"))
    assert "typed</textarea>" in body(client.get(f"/review/{claim.pk}/"))
    assert "typed</textarea>" not in body(client.get(f"/review/{claim.pk}/"))


def test_moves_of_a_researcher(client: Client) -> None:
    claim = make_claim(state=State.NEW)
    client.force_login(make_user("rene", "researcher"))

    def state() -> ClaimState:
        return ClaimState.objects.get(pk=claim.pk)

    client.post(f"/review/{claim.pk}/queue/", {"version": 1})
    assert state().state == State.QUEUED
    client.post(f"/review/{claim.pk}/dismiss/", {"version": 2, "reason": "not_relevant", "note": "Old news."})
    assert (state().state, state().dismiss_reason) == (State.DISMISSED, "not_relevant")
    page = body(client.get(f"/review/{claim.pk}/?open=history"))
    assert "Old news." in page
    assert "Put into the queue" in page


def test_an_article_with_its_marks_claims_and_facts(desk: Client) -> None:
    claim = make_story_claim()
    version = claim.appearances.get().version
    make_run(version, claims=1)
    page = body(desk.get(f"/articles/{version.article_id}/"))
    assert f'<mark data-claims="{claim.pk}" class="cue">said</mark>' in page
    assert f'href="/review/{claim.pk}/"' in page
    assert "Lakeside Post" in page


@pytest.mark.parametrize(
    ("state", "fields", "words"),
    [
        ("done", {"claims": 0}, "No claims found"),
        ("done", {"claims": 0, "skipped": "language_not_supported"}, "in a language that is not read yet"),
        ("failed", {"error_code": "x", "error_message": "Split the text."}, "Split the text."),
        ("pending", {}, "Being read"),
    ],
)
def test_an_article_without_claims_says_why(desk: Client, state: str, fields: dict, words: str) -> None:
    version = make_article_version()
    make_run(version, state, **fields)
    assert words in body(desk.get(f"/articles/{version.article_id}/"))


def test_text_that_looks_like_markup_stays_text(desk: Client) -> None:
    version = make_article_version("<script>alert(1)</script> said the mayor.", title="<img src=x>")
    claim = make_claim(version, content="<script>alert(1)</script>", speaker="<b>Mallory</b>")
    for address in (
        f"/review/{claim.pk}/",
        f"/articles/{version.article_id}/",
        "/claims/",
        "/queue/",
        "/articles/",
    ):
        page = body(desk.get(address))
        assert "<script>alert" not in page
        assert "<img src=x>" not in page
        assert "<b>Mallory" not in page
