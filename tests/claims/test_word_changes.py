"""A verdict is about the words that it was given for: whoever changes them says so, and whoever submits looks again."""

from typing import Any

import pytest
from django.test import Client

from claims import checks
from claims.choices import State
from claims.models import Claim, EvidenceLink, Review
from claims.services import editing, evidence, reviewing, seconding, undoing
from factcheck.lib.errors import DomainError
from factcheck.models import User
from tests.claims.walking import case_of, check, in_vote, judge, submitted
from tests.factories import STORY, find, make_claim, make_story_claim, set_desk

pytestmark = pytest.mark.django_db

SHORTER = "holds twice the water it was built for"


@pytest.fixture
def claim(ann: User) -> Claim:
    """A claim that ann has judged, and not submitted."""
    set_desk(min_evidence=0)
    claim = make_story_claim()
    judge(claim, ann, "false", submit=False)
    return claim


def change(claim: Claim, by: User, **changes: Any) -> None:
    editing.edit_claim(by=by, appearance_id=claim.appearances.get().pk, changes=changes)


def shorten(claim: Claim, by: User) -> None:
    change(claim, by, content=[list(find(STORY, SHORTER))])


def page(client: Client, claim: Claim, by: User) -> str:
    client.force_login(by)
    return " ".join(client.get(f"/review/{claim.pk}/").content.decode().split())


def test_a_verdict_on_other_words_is_marked_with_what_was_changed_and_has_to_be_given_again(
    claim: Claim, ann: User, client: Client
) -> None:
    assert "changed after this verdict" not in page(client, claim, ann)
    shorten(claim, ann)
    shown = page(client, claim, ann)
    assert shown.count("words were changed after this verdict, by ann") == 2  # at both questions
    assert "<del>The old dam </del>" in shown or "<del>The old dam</del>" in shown
    with pytest.raises(DomainError, match="ann changed the claim's words after") as refused:
        judge_nothing(claim, ann)
    assert (refused.value.code, refused.value.details["outdated"]) == (
        "verdict_outdated",
        ["veracity", "attribution"],
    )
    assert case_of(claim).state == State.IN_REVIEW
    # The same verdict for the same reason is a new judgement, since it is about other words.
    before = Review.objects.count()
    judge(claim, ann, "false")
    assert Review.objects.count() == before + 2
    assert case_of(claim).state == State.IN_CROSS_CHECK
    assert "changed after this verdict" not in page(client, claim, ann)


def judge_nothing(claim: Claim, by: User) -> None:
    reviewing.record_review(
        by=by, claim_id=claim.pk, expected_version=case_of(claim).version, judgements=[], submit=True
    )


def test_another_speaker_is_another_claim_too(claim: Claim, ann: User, client: Client) -> None:
    change(claim, ann, speaker={"kind": "person", "name": "Ivo Brandt"})
    shown = page(client, claim, ann)
    assert "speaker was changed after this verdict" in shown
    assert "<del>Mira Tolland</del> <ins>Ivo Brandt</ins>" in shown
    with pytest.raises(DomainError, match="changed the claim's speaker"):
        judge_nothing(claim, ann)


def test_what_leaves_the_words_alone_leaves_the_verdict_alone(
    claim: Claim, ann: User, client: Client
) -> None:
    change(claim, ann, form="mixed")
    assert "changed after this verdict" not in page(client, claim, ann)
    judge_nothing(claim, ann)
    assert case_of(claim).state == State.IN_CROSS_CHECK


def test_a_change_that_was_undone_is_none(claim: Claim, ann: User, client: Client) -> None:
    shorten(claim, ann)
    undoing.undo_move(by=ann, claim_id=claim.pk)
    assert "changed after this verdict" not in page(client, claim, ann)
    judge_nothing(claim, ann)
    assert case_of(claim).state == State.IN_CROSS_CHECK


def test_from_the_cross_check_on_the_words_stay(ann: User, ben: User, eve: User) -> None:
    claim = submitted(ann, "true")
    for by in (ann, ben, eve):
        with pytest.raises(DomainError) as refused:
            shorten(claim, by)
        assert refused.value.code == "decided"
    check(claim, ben, "true")
    with pytest.raises(DomainError):
        shorten(claim, eve)
    seconding.send_back(by=eve, claim_id=claim.pk, reason="These are not his words.")
    shorten(claim, ann)
    with pytest.raises(DomainError) as refused:
        judge_nothing(claim, ann)
    assert refused.value.code == "verdict_outdated"


# ---- What an approving editor is told ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdict", "stances", "told"),
    [
        ("true", ["refutes"], "refutes"),
        ("mostly_true", ["refutes", "context"], "refutes"),
        ("false", ["supports", "supports"], "supports"),
        ("misleading", ["supports"], "supports"),
        ("true", ["refutes", "supports"], ""),
        ("true", ["supports"], ""),
        ("false", ["refutes"], ""),
        ("half_true", ["refutes"], ""),
        ("half_true", ["supports"], ""),
        ("unproven", ["refutes"], ""),
        ("true", ["context"], ""),
        ("true", [], ""),
        ("", ["refutes"], ""),
    ],
)
def test_evidence_that_all_says_the_opposite_of_the_verdict(
    verdict: str, stances: list[str], told: str
) -> None:
    links = [EvidenceLink(stance=stance) for stance in stances]
    assert checks.contrary_evidence(verdict, links) == told


def test_an_editor_is_told_and_may_approve_all_the_same(
    ann: User, ben: User, eve: User, client: Client
) -> None:
    claim = in_vote(ann, ben)
    link = evidence.link_evidence(by=ann, claim_id=claim.pk, stance="refutes", url="https://plans.example/1")
    assert "all the evidence that takes a side refutes the claim" in page(client, claim, eve)
    assert "Look again before you approve" not in page(client, claim, ben)
    evidence.withdraw_evidence(by=ann, claim_id=claim.pk, link_id=link.pk)
    assert "Look again before you approve" not in page(client, claim, eve)
    assert seconding.vote_claim(by=eve, claim_id=claim.pk).state == State.APPROVED


# ---- What the page says of edits and of other claims -------------------------------------------------


def test_the_extractors_line_says_when_a_person_edited_its_reading(ann: User, client: Client) -> None:
    claim = make_story_claim()
    assert "edited by" not in page(client, claim, ann)
    shorten(claim, ann)
    assert "90 % sure" in page(client, claim, ann)
    assert "edited by ann on" in page(client, claim, ann)
    undoing.undo_move(by=ann, claim_id=claim.pk)
    assert "edited by" not in page(client, claim, ann)
    added = editing.add_claim(
        by=ann,
        version_id=claim.appearances.get().version_id,
        reading={"content": [list(find(STORY, "The dam was finished in 1954"))]},
    )
    shown = page(client, added.claim, ann)
    assert "<dt>Added</dt><dd>by a person" in shown
    assert "% sure" not in shown


def test_a_duplicate_shows_the_claim_that_it_is_one_of_before_and_after(ann: User, client: Client) -> None:
    claim, other = make_claim(text="It leaks."), make_story_claim(text="The dam leaks.", veracity="false")
    client.force_login(ann)
    htmx = {"HX-Request": "true"}
    for typed in (str(other.pk), f" #{other.pk} "):
        shown = client.get("/claims/preview/", {"duplicate_of": typed}, headers=htmx).content.decode()
        for words in (
            f"#{other.pk}",
            f"/review/{other.pk}/",
            "The dam leaks.",
            "Mira Tolland",
            "False",
            "Lakeside Post",
        ):
            assert words in shown, words
    assert (
        "There is no claim #99999" in client.get("/claims/preview/?into=99999", headers=htmx).content.decode()
    )
    assert client.get("/claims/preview/?into=", headers=htmx).content.strip() == b""
    assert client.get(f"/claims/preview/?duplicate_of=%23{other.pk}")["Location"] == f"/review/{other.pk}/"
    assert client.get("/claims/preview/?duplicate_of=x").status_code == 404
    client.post(f"/review/{claim.pk}/move/mark_duplicate/", {"version": 1, "duplicate_of": f"#{other.pk}"})
    shown = page(client, claim, ann)
    assert f"It says the same as #{other.pk}" in shown
    assert "The dam leaks." in shown


def test_claims_are_named_by_their_number_sign(ann: User, client: Client) -> None:
    claim = make_story_claim()
    client.force_login(ann)
    parts = "The old dam holds twice the water\nit was built for"
    answer = client.post(f"/review/{claim.pk}/split/", {"version": 1, "parts": parts}, follow=True)
    made = Claim.objects.order_by("-pk")[0]
    assert f"Split off: #{made.pk}." in answer.content.decode()
