"""What the desk is given and should not be, through its pages and its API: a clear sentence, and nothing typed is lost."""

import threading
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from articles.models import Snapshot
from claims.choices import State
from claims.models import Assignment, Claim, ClaimState, EvidenceLink, Review
from claims.services.verifying import audit_problems
from factcheck.models import User
from tests.claims.documents import PAGE, look, server  # noqa: F401 - a fixture
from tests.factories import (
    make_article_version,
    make_claim,
    make_speaker,
    make_story_claim,
    make_user,
    set_desk,
)
from tests.fetching.server import TestServer
from tests.parsing.files import pdf_bomb

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> [x](javascript:alert(3))"
TYPED = "The plans of 1953 say 40 million."


@pytest.fixture
def reviewer() -> User:
    set_desk(min_evidence=0)
    return make_user("rosa", "reviewer")


@pytest.fixture
def desk(reviewer: User, client: Client) -> Client:
    client.force_login(reviewer)
    return client


def file(name: str, content: bytes) -> BytesIO:
    made = BytesIO(content)
    made.name = name
    return made


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"url": "http://10.0.0.8/plans"}, "private"),
        ({"url": "http://[::1]/plans"}, "private"),
        ({"url": "javascript:alert(1)"}, "starts with https://"),
        ({"file": lambda: file("run.js", b"alert(1)")}, "This file is a program"),
        ({"file": lambda: file("plans.svg", b"<svg onload=alert(1)>")}, "program"),
        ({"file": lambda: file("plans.txt", b"x" * 100_000_000)}, "upload the pages that matter"),
    ],
    ids=["private", "own machine", "no web address", "script", "picture that runs", "100 MB"],
)
def test_evidence_that_is_none_is_refused_and_what_was_typed_beside_it_stays(
    desk: Client, given: dict[str, Any], sentence: str
) -> None:
    claim = make_story_claim()
    sent = {name: value() if callable(value) else value for name, value in given.items()}
    data = {"version": 1, "stance": "refutes", "quote": TYPED, "kind": "data", "title": "Plans", **sent}
    response = desk.post(f"/review/{claim.pk}/evidence/", data)
    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert TYPED in page
    assert 'value="Plans"' in page
    assert not EvidenceLink.objects.exists()
    assert not Snapshot.objects.exists()
    if "url" in sent:
        answer = desk.post(
            f"/api/v1/claims/{claim.pk}/evidence/",
            {"url": sent["url"], "stance": "refutes", "expected_version": 1},
            content_type="application/json",
        )
        assert answer.status_code == 400
        assert answer.json()["detail"].endswith(".")


@pytest.mark.slow
def test_a_pdf_bomb_is_refused_as_a_file_and_said_of_an_address(
    desk: Client,
    server: TestServer,  # noqa: F811
) -> None:
    claim, bomb = make_story_claim(), pdf_bomb()
    data = {"version": 1, "stance": "refutes", "quote": TYPED, "file": file("plans.pdf", bomb)}
    response = desk.post(f"/review/{claim.pk}/evidence/", data)
    assert response.status_code == 422
    assert "print the pages that matter" in response.content.decode()
    assert TYPED in response.content.decode()
    url = server.page("/plans.pdf", bomb, content_type="application/pdf")
    desk.post(
        f"/review/{claim.pk}/evidence/", {"version": 1, "stance": "refutes", "quote": TYPED, "url": url}
    )
    look(EvidenceLink.objects.get())
    page = desk.get(f"/review/{claim.pk}/").content.decode()
    assert "No copy" in page
    assert "print the pages that matter" in page
    assert TYPED in page


def test_what_is_gone_tomorrow_is_still_there_as_it_was(
    desk: Client,
    server: TestServer,  # noqa: F811
) -> None:
    claim = make_story_claim()
    url = server.page("/plans", PAGE)
    desk.post(
        f"/review/{claim.pk}/evidence/", {"version": 1, "stance": "refutes", "quote": TYPED, "url": url}
    )
    link = EvidenceLink.objects.get()
    look(link)
    kept = desk.get(f"/review/{claim.pk}/").content.decode()
    assert "Copy kept" in kept
    server.page("/plans", "gone", status="410 Gone")
    desk.post(f"/review/{claim.pk}/evidence/{link.pk}/look/", {"version": 2})
    look(link)
    page = desk.get(f"/review/{claim.pk}/").content.decode()
    assert "It is not at its address any more; the copy stays." in page
    assert TYPED in page
    snapshot = link.evidence.snapshot
    assert snapshot is not None
    assert b"40 million" in b"".join(desk.get(f"/snapshots/{snapshot.sha256}/download/"))  # type: ignore[arg-type]


def test_a_rationale_with_a_script_is_words(desk: Client) -> None:
    claim = make_story_claim()
    data = {"version": 1, "veracity": "false", "veracity_rationale": HOSTILE, "action": "save"}
    page = desk.post(f"/review/{claim.pk}/", data, follow=True).content.decode()
    assert Review.objects.get().rationale == HOSTILE
    for address in (f"/review/{claim.pk}/", "/admin/claims/review/"):
        page = desk.get(address).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    answer = desk.get("/api/v1/reviews/")
    assert answer.json()["results"][0]["rationale"] == HOSTILE
    assert answer["Content-Type"].startswith("application/json")
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("place", [[-1, 4], [4, 4], [9, 4], [0, 10_000], [3, 999_999_999_999]])
def test_a_stretch_that_is_none_of_the_text_is_no_passage(desk: Client, place: list[int]) -> None:
    claim, version = make_story_claim(), make_article_version("A pump 🚒 stands at the quay.")
    answer = desk.post(
        f"/api/v1/claims/{claim.pk}/evidence/",
        {
            "passage": {"version": version.pk, "start": place[0], "end": place[1]},
            "stance": "refutes",
            "expected_version": 1,
        },
        content_type="application/json",
    )
    assert answer.status_code == 400, answer.content
    assert not EvidenceLink.objects.exists()


def test_a_stretch_counts_characters_so_that_none_is_cut_in_two(desk: Client) -> None:
    """🚒 is one code point, and two UTF-16 units: an end that a browser counted in units is one too far, never inside it."""
    claim, version = make_story_claim(), make_article_version("A pump 🚒 stands at the quay.")
    answer = desk.post(
        f"/api/v1/claims/{claim.pk}/evidence/",
        {
            "passage": {"version": version.pk, "start": 7, "end": 8},
            "stance": "context",
            "expected_version": 1,
        },
        content_type="application/json",
    )
    assert answer.status_code == 201, answer.content
    assert answer.json()["evidence"]["quote"] == "🚒"
    half = {"passage": {"version": version.pk, "start": 0, "end": 6}, "stance": "context", "quote": "\ud83d"}
    answer = desk.post(
        f"/api/v1/claims/{claim.pk}/evidence/",
        {**half, "expected_version": 2},
        content_type="application/json",
    )
    assert answer.status_code in (201, 400), answer.content
    edited = desk.post(
        f"/review/{claim.pk}/edit/",
        {"version": ClaimState.objects.get(pk=claim.pk).version, "content": "words that are \ufffd nowhere"},
    )
    assert edited.status_code == 422
    assert "words that are" in edited.content.decode()


@pytest.mark.parametrize("taken", [False, True], ids=["still free", "taken by somebody else"])
def test_a_lease_that_ran_out_mid_typing_costs_no_words(desk: Client, reviewer: User, taken: bool) -> None:
    claim = make_story_claim()
    desk.post(f"/review/{claim.pk}/take/", {"version": 1})
    seen = ClaimState.objects.get(pk=claim.pk).version
    Assignment.objects.update(leased_until=timezone.now() - timedelta(minutes=5))
    if taken:
        other = Client()
        other.force_login(make_user("carl", "reviewer"))
        other.post(f"/review/{claim.pk}/take/", {"version": seen})
    data = {"version": seen, "veracity": "false", "veracity_rationale": TYPED, "action": "save"}
    response = desk.post(f"/review/{claim.pk}/", data)
    if not taken:
        assert response.status_code == 302
        assert Review.objects.get().rationale == TYPED
        return
    assert response.status_code == 409
    page = response.content.decode()
    assert TYPED in page
    assert "carl" in page
    assert not Review.objects.exists()


def test_a_speaker_merged_into_itself_stays_one(desk: Client, client: Client) -> None:
    client.force_login(make_user("eve", "editor"))
    speaker = make_speaker("Mira Tolland")
    response = client.post(
        speaker.get_absolute_url(), {"action": "merge", "into": speaker.pk, "reason": TYPED}
    )
    assert response.status_code == 422
    assert "That is one speaker already" in response.content.decode()
    assert TYPED in response.content.decode()
    answer = client.post(
        f"/api/v1/speakers/{speaker.pk}/merge/", {"into": speaker.pk}, content_type="application/json"
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "into_itself")


@pytest.mark.django_db(transaction=True)
def test_two_merges_that_cross_leave_one_claim_and_one_told_so() -> None:
    reviewer = make_user("rosa", "researcher")
    for _ in range(3):
        one, other = make_claim(text="It holds."), make_claim(text="So it does.")
        answers = at_once(
            lambda: merge(reviewer, one, other),  # noqa: B023 - called before the loop goes on
            lambda: merge(reviewer, other, one),  # noqa: B023
        )
        assert sorted(answers) in ([302, 409], [302, 422])  # whoever is later is told what became of it
        states = sorted(ClaimState.objects.filter(pk__in=[one.pk, other.pk]).values_list("state", flat=True))
        assert states == [State.DUPLICATE, State.QUEUED]
        assert one.appearances.count() + other.appearances.count() == 2
    numbers = tuple(f"laim {one.pk} " for one in Claim.objects.all())
    assert not [told for told in audit_problems() if any(number in told.sentence for number in numbers)]


def merge(by: User, claim: Claim, into: Claim) -> int:
    client = Client()
    client.force_login(by)
    return client.post(f"/review/{claim.pk}/merge/", {"version": 1, "into": into.pk}).status_code


def at_once(*calls: Callable[[], int]) -> list[int]:
    start, answers = threading.Barrier(len(calls)), []

    def run(call: Callable[[], int]) -> None:
        start.wait()
        try:
            answers.append(call())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return answers
