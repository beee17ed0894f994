"""Changing what was extracted: words, speaker, chain and form; splitting, merging, adding; and undoing all of it."""

from typing import Any

import pytest

from claims.bench import went_into
from claims.choices import Form, SpanRole, State
from claims.models import Appearance, AuditEvent, Claim, ClaimState, EvidenceLink, Lineage, Speaker
from claims.services import assigning, curating, editing, evidence, reviewing, undoing
from claims.services.readings import as_it_stands
from claims.services.reviewing import Judgement
from claims.services.verifying import audit_problems
from factcheck.lib.errors import Conflict, DomainError, Missing, Refused
from factcheck.models import User
from tests.factories import (
    STORY,
    add_appearance,
    find,
    make_article_version,
    make_claim,
    make_story_claim,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa() -> User:
    return make_user("rosa", "reviewer")


def words(*quotes: str) -> list[list[int]]:
    """Where these words stand in STORY."""
    return [list(find(STORY, quote)) for quote in quotes]


def reading(claim: Claim) -> dict[str, Any]:
    return as_it_stands(Appearance.objects.filter(claim=claim).first())


def edit(by: User, claim: Claim, **changes: Any) -> Appearance:
    return editing.edit_claim(by=by, appearance_id=claim.appearances.get().pk, changes=changes)


def code(call) -> str:
    with pytest.raises(DomainError) as refused:
        call()
    assert refused.value.message.endswith(".")
    return refused.value.code


EDITS = {
    "content": {"content": words("holds twice the water")},
    "two stretches": {"content": words("The old dam", "it was built for")},
    "source": {"source": words("Mira Tolland, the mayor of Lakeside")},
    "no cue": {"cue": []},
    "speaker": {"speaker": {"kind": "organization", "name": " The   Dam Board "}},
    "nobody": {"speaker": None},
    "form": {"form": Form.MIXED},
    "own voice": {
        "form": Form.OWN_VOICE,
        "speaker": {"kind": "outlet", "name": "Lakeside Post"},
        "source": [],
        "cue": [],
    },
    "chain": {"chain": [{"name": "Northern Wire", "role": "relay", "span": words("Northern Wire")[0]}]},
    "chain in another order": {
        "chain": [
            {"name": "Northern Wire", "role": "relay"},
            {"name": "Radio Brook", "role": "medium"},
            {"name": "Lakeside Post", "role": "publisher"},
        ]
    },
    "checkable": {"checkable": False},
}


@pytest.mark.parametrize("changes", EDITS.values(), ids=EDITS)
def test_an_edit_is_made_told_and_undone(rosa: User, changes: dict[str, Any]) -> None:
    claim = make_story_claim()
    before = reading(claim)
    edit(rosa, claim, **changes)
    after = reading(claim)
    assert after != before
    for field, value in changes.items():
        if field == "chain":
            assert [hop["name"] for hop in after["chain"]][: len(value)] == [hop["name"] for hop in value]
            assert after["chain"][-1]["role"] == "publisher"  # added where nobody named it
        elif field == "speaker" and value:
            assert after["speaker"]["name"] == " ".join(value["name"].split())
        else:
            assert after[field] == value
    assert ClaimState.objects.get(pk=claim.pk).version == 2
    event = AuditEvent.objects.get(claim=claim, verb="edit")
    assert event.actor == rosa
    undoing.undo_move(by=rosa, claim_id=claim.pk)
    assert reading(claim) == before
    assert list(audit_problems()) == []


def test_the_claims_words_follow_its_spans_and_its_speaker_the_queue(rosa: User) -> None:
    claim = make_story_claim()
    edit(rosa, claim, content=words("holds twice the water"), speaker={"kind": "person", "name": "Bo Lund"})
    claim.refresh_from_db()
    assert claim.text == "holds twice the water"
    assert ClaimState.objects.get(pk=claim.pk).speaker == claim.speaker == Speaker.objects.get(name="Bo Lund")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"content": []}, "content_missing"),
        ({"content": [[5, 5]]}, "bad_span"),
        ({"content": [[-1, 5]]}, "bad_span"),
        ({"content": [[0, 10**6]]}, "bad_span"),
        ({"content": [[0, 10], [5, 20]]}, "bad_span"),
        ({"speaker": {"kind": "person", "name": "  "}}, "bad_speaker"),
        ({"speaker": {"kind": "ghost", "name": "Bo"}}, "bad_speaker"),
        ({"form": "sung"}, "unknown_form"),
        ({"chain": [{"name": "", "role": "relay"}]}, "bad_chain"),
        ({"chain": [{"name": "X", "role": "courier"}]}, "bad_chain"),
        ({"chain": [{"name": "X", "role": "publisher"}, {"name": "Y", "role": "relay"}]}, "bad_chain"),
        ({"chain": [{"name": "X", "role": "publisher"}] * 2}, "bad_chain"),
        ({"chain": [{"name": "X", "role": "relay"}] * 13}, "bad_chain"),
        ({"chain": [{"name": "X", "role": "relay", "span": [0, 10**6]}]}, "bad_span"),
        ({"form": Form.DIRECT}, "nothing_changed"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(
    rosa: User, changes: dict[str, Any], expected: str
) -> None:
    claim = make_story_claim()
    before = reading(claim)
    assert code(lambda: edit(rosa, claim, **changes)) == expected
    assert reading(claim) == before
    assert ClaimState.objects.get(pk=claim.pk).version == 1


def test_a_span_does_not_cut_a_letter_from_its_accent(rosa: User) -> None:
    version = make_article_version("Ekki q\u0307a sagt var \U0001f469\u200d\U0001f680 alls.")
    claim = make_claim(version, content="Ekki")
    assert code(lambda: edit(rosa, claim, content=[[0, 6]])) == "bad_span"
    assert code(lambda: edit(rosa, claim, content=[[0, version.text.index("\u200d")]])) == "bad_span"
    edit(rosa, claim, content=[[0, 7]])


def test_who_may_edit_what_and_when(rosa: User) -> None:
    claim = make_story_claim()
    with pytest.raises(Refused):
        edit(make_user(role="viewer"), claim, form=Form.MIXED)
    edit(make_user(role="researcher"), claim, form=Form.MIXED)
    assigning.take_claim(by=make_user("carl", "reviewer"), claim_id=claim.pk)
    assert code(lambda: edit(rosa, claim, form=Form.DIRECT)) == "taken"
    for state in (State.IN_VOTE, State.APPROVED, State.PUBLISHED, State.RETRACTED):
        judged = make_story_claim(state=state)
        assert code(lambda judged=judged: edit(rosa, judged, form=Form.MIXED)) == "decided"
    with pytest.raises(Missing):
        editing.edit_claim(by=rosa, appearance_id=10**9, changes={})
    with pytest.raises(Conflict):
        editing.edit_claim(
            by=rosa,
            appearance_id=make_story_claim().appearances.get().pk,
            changes={"form": Form.MIXED},
            expected_version=7,
        )


def test_an_edit_is_not_undone_once_somebody_else_has_acted(rosa: User) -> None:
    claim = make_story_claim()
    edit(rosa, claim, form=Form.MIXED)
    edit(make_user("carl", "reviewer"), claim, cue=[])
    assert code(lambda: undoing.undo_move(by=rosa, claim_id=claim.pk)) == "not_your_move"


def test_a_missed_claim_is_added_in_its_place(rosa: User) -> None:
    claim = make_story_claim()
    version = claim.appearances.get().version
    late = editing.add_claim(
        by=rosa,
        version_id=version.pk,
        reading={"content": words("The dam was finished in 1954"), "form": Form.OWN_VOICE},
    )
    early = editing.add_claim(
        by=rosa,
        version_id=version.pk,
        reading={
            "content": words("rejected the report"),
            "speaker": {"kind": "person", "name": "Mira Tolland"},
        },
    )
    order = version.appearances.order_by("position").values_list("pk", flat=True)
    assert list(order) == [early.pk, claim.appearances.get().pk, late.pk]
    assert (late.claim.text, str(late.claim.speaker)) == ("The dam was finished in 1954", "Lakeside Post")
    assert [hop.name for hop in late.hops.all()] == ["Lakeside Post"]
    assert late.claim.case.state == State.QUEUED
    assert AuditEvent.objects.get(claim=late.claim).verb == "add_claim"
    again = {"content": words("The dam was finished in 1954")}
    assert code(lambda: editing.add_claim(by=rosa, version_id=version.pk, reading=again)) == "already_there"
    assert list(audit_problems()) == []


def split(by: User, claim: Claim, *parts: str) -> list[Appearance]:
    return editing.split_claim(
        by=by, appearance_id=claim.appearances.get().pk, parts=[words(part) for part in parts]
    )


def test_a_split_claims_parts_keep_what_hung_on_it_and_come_together_again(rosa: User) -> None:
    claim = make_story_claim()
    before = reading(claim)
    assigning.take_claim(by=rosa, claim_id=claim.pk)
    evidence.link_evidence(
        by=rosa, claim_id=claim.pk, url="https://dam.example/", stance="refutes", quote="40 m"
    )
    [part] = split(rosa, claim, "The old dam holds twice the water", "it was built for")
    assert [one.claim.text for one in Appearance.objects.order_by("position")] == [
        "The old dam holds twice the water",
        "it was built for",
    ]
    assert (part.claim.speaker, [hop.name for hop in part.hops.all()]) == (
        claim.speaker,
        ["Radio Brook", "Northern Wire", "Lakeside Post"],
    )
    assert ClaimState.objects.get(pk=part.claim_id).state == State.IN_REVIEW
    assert assigning.open_assignment(claim_id=part.claim_id).reviewer == rosa
    assert EvidenceLink.objects.get(claim=part.claim_id).quote == "40 m"
    assert Lineage.objects.get().target_id == part.claim_id
    undoing.undo_move(by=rosa, claim_id=claim.pk)
    assert reading(claim) == before
    assert Lineage.objects.get().undone_at is not None
    assert not Appearance.objects.filter(claim=part.claim_id).exists()
    assert went_into(part.claim_id) == claim.pk
    assert ClaimState.objects.get(pk=part.claim_id).state == State.DISMISSED
    assert assigning.open_assignment(claim_id=part.claim_id) is None
    assert list(audit_problems()) == []


def test_a_split_stays_once_somebody_works_on_a_part(rosa: User) -> None:
    claim = make_story_claim()
    [part] = split(rosa, claim, "The old dam", "it was built for")
    assigning.take_claim(by=make_user("carl", "reviewer"), claim_id=part.claim_id)
    assert code(lambda: undoing.undo_move(by=rosa, claim_id=claim.pk)) == "acted_upon"


def test_a_split_needs_parts_of_one_text(rosa: User) -> None:
    claim = make_story_claim()
    assert code(lambda: split(rosa, claim, "The old dam")) == "one_part"
    add_appearance(claim, make_article_version("The old dam holds.", outlet="Echo"), content="The old dam")
    appearance = claim.appearances.earliest("pk")
    parts = [words("The old dam"), words("it was built for")]
    assert (
        code(lambda: editing.split_claim(by=rosa, appearance_id=appearance.pk, parts=parts))
        == "appears_twice"
    )


def test_merged_claims_share_appearances_and_evidence_until_it_is_undone(rosa: User) -> None:
    one, other = make_story_claim(), make_claim(make_article_version("The dam holds a lot.", outlet="Echo"))
    for claim, url in (
        (one, "https://dam.example/"),
        (other, "https://dam.example/"),
        (other, "https://x.example/"),
    ):
        evidence.link_evidence(by=rosa, claim_id=claim.pk, url=url, stance="supports")
    assigning.take_claim(by=rosa, claim_id=other.pk)
    editing.merge_claims(by=rosa, claim_id=other.pk, into=one.pk)
    assert one.appearances.count() == 2
    assert not other.appearances.exists()
    case = ClaimState.objects.get(pk=other.pk)
    assert (case.state, case.duplicate_of) == (State.DUPLICATE, one)
    assert EvidenceLink.objects.filter(claim=one, withdrawn_at=None).count() == 2
    undoing.undo_move(by=rosa, claim_id=one.pk)
    assert (one.appearances.count(), other.appearances.count()) == (1, 1)
    assert ClaimState.objects.get(pk=other.pk).state == State.IN_REVIEW
    assert assigning.open_assignment(claim_id=other.pk).reviewer == rosa
    assert EvidenceLink.objects.filter(claim=one, withdrawn_at=None).count() == 1
    assert list(audit_problems()) == []


def test_merges_that_cross_or_lead_nowhere_are_refused(rosa: User) -> None:
    one, other, third = (make_claim() for _ in range(3))
    assert code(lambda: editing.merge_claims(by=rosa, claim_id=one.pk, into=one.pk)) == "its_own_duplicate"
    editing.merge_claims(by=rosa, claim_id=one.pk, into=other.pk)
    assert (
        code(lambda: editing.merge_claims(by=rosa, claim_id=other.pk, into=one.pk)) == "original_is_duplicate"
    )
    assert code(lambda: editing.merge_claims(by=rosa, claim_id=other.pk, into=third.pk)) == "has_duplicates"


def test_a_judged_claim_goes_back_to_review_before_it_is_changed(rosa: User) -> None:
    claim = make_claim(form="own-voice")
    reviewing.record_review(
        by=rosa,
        claim_id=claim.pk,
        expected_version=1,
        judgements=[Judgement("true")],
        submit=True,
        evidence_exception="None to be had.",
    )
    assert code(lambda: edit(rosa, claim, content=[[0, 4]])) == "decided"
    undoing.undo_move(by=rosa, claim_id=claim.pk)
    edit(rosa, claim, content=[[0, 4]])
    curating.dismiss_claim(by=rosa, claim_id=claim.pk, reason="extraction_error")
    assert SpanRole.CONTENT in {span.role for span in claim.appearances.get().spans.all()}
