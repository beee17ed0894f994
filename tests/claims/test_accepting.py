"""What a newer extractor proposed is accepted, and nothing that a person did is lost."""

from dataclasses import replace

import pytest

from articles.models import ArticleVersion
from claims.choices import State
from claims.models import (
    Appearance,
    AuditEvent,
    Claim,
    ClaimState,
    Review,
    Speaker,
)
from claims.services import assigning, proposing
from claims.services.curating import dismiss_claim
from claims.services.evidence import link_evidence
from claims.services.reviewing import Judgement, record_review
from factcheck.lib.errors import Conflict, DomainError
from factcheck.models import User
from tests.claims.proposals import (
    COST,
    FINISHED,
    HOLDS,
    INSPECTED,
    PUBLISHER,
    TEXT,
    WIRE,
    item,
    only,
    proposals,
    read,
    refusal,
    the,
)
from tests.factories import find, make_article_version, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> ArticleVersion:
    return make_article_version(TEXT)


@pytest.fixture
def rosa() -> User:
    return make_user("rosa", "researcher")


@pytest.fixture
def ray() -> User:
    return make_user("ray", "reviewer")


# ---- Accepting -------------------------------------------------------------------------------------


def test_accepting_a_change_gives_speaker_chain_and_form_and_tells_of_it(
    monkeypatch: pytest.MonkeyPatch, version: ArticleVersion, rosa: User
) -> None:
    read(monkeypatch, version, "rules-1", HOLDS, INSPECTED)
    better = replace(
        INSPECTED, speaker="the mayor", speaker_kind="unnamed", form="mixed", chain=(PUBLISHER,), speaker_confidence=0.95
    )  # fmt: skip
    run = read(monkeypatch, version, "model-2", HOLDS, better)
    proposal = proposing.accept_proposal(by=rosa, proposal_id=only(run).pk, expected_version=1)
    assert (proposal.state, proposal.decided_by) == ("accepted", rosa)
    claim = the("inspected")
    appearance = claim.appearances.get()
    assert (claim.speaker.name, claim.speaker.kind) == ("the mayor", "unnamed")
    assert (claim.case.speaker, claim.case.form, claim.case.version) == (claim.speaker, "mixed", 2)
    assert [(hop.role, hop.name) for hop in appearance.hops.all()] == [("publisher", "Lakeside Post")]
    assert (appearance.form, appearance.speaker_confidence, appearance.run) == ("mixed", 0.95, run)
    event = AuditEvent.objects.get(claim=claim, verb="accept_proposal")
    assert (event.actor, event.after["version"], event.after["extractor"]) == (rosa, 2, "model-2")
    assert event.before["speaker"]["name"] == "Mira Tolland"
    # What was accepted differs in nothing from what was found.
    assert proposals(read(monkeypatch, version, "model-3", HOLDS, better)) == []


def test_accepting_other_words_rewords_the_claim_and_moves_its_marks(
    monkeypatch: pytest.MonkeyPatch, version: ArticleVersion, rosa: User
) -> None:
    read(monkeypatch, version, "rules-1", HOLDS)
    better = item("The old dam holds twice the water", "Mira Tolland", "said", score=0.9)
    run = read(monkeypatch, version, "model-2", better)
    proposing.accept_proposal(by=rosa, proposal_id=only(run).pk)
    claim = Claim.objects.get()
    assert claim.text == "The old dam holds twice the water"
    assert (claim.score, claim.case.priority) == (0.9, 90)
    spans = claim.appearances.get().spans
    assert [(span.start, span.end) for span in spans.filter(role="content")] == [better.content[0]]
    assert spans.filter(role="cue").count() == 1


def test_accepting_a_new_claim_puts_it_in_its_place(
    monkeypatch: pytest.MonkeyPatch, version: ArticleVersion, rosa: User
) -> None:
    read(monkeypatch, version, "rules-1", HOLDS, FINISHED)
    run = read(monkeypatch, version, "model-2", HOLDS, INSPECTED, FINISHED, COST)
    done = proposing.accept_all(by=rosa, run_id=run.pk)
    assert [one.done for one in done] == [True, True]
    appearances = version.appearances.order_by("position")
    assert [one.claim.text.split()[1] for one in appearances] == ["old", "was", "dam", "new"]
    assert [one.position for one in appearances] == [1, 2, 3, 4]
    assert the("inspected").case.state == State.QUEUED
    assert the("inspected").appearances.get().run == run
    assert {one.appearance.claim.text.split()[1] for one in run.proposals.all()} == {"was", "new"}


def test_a_claim_that_becomes_checkable_goes_into_the_queue(
    monkeypatch: pytest.MonkeyPatch, version: ArticleVersion, rosa: User
) -> None:
    read(monkeypatch, version, "rules-1", replace(HOLDS, checkable=False))
    assert ClaimState.objects.get().state == State.NEW
    proposing.accept_proposal(by=rosa, proposal_id=only(read(monkeypatch, version, "model-2", HOLDS)).pk)
    case = ClaimState.objects.get()
    assert (case.state, case.checkable, case.claim.checkable) == (State.QUEUED, True, True)


def test_a_claim_that_is_not_found_any_more_is_dismissed_as_wrongly_extracted(
    monkeypatch: pytest.MonkeyPatch, version: ArticleVersion, rosa: User
) -> None:
    read(monkeypatch, version, "rules-1", HOLDS, COST)
    run = read(monkeypatch, version, "model-2", HOLDS)
    proposing.accept_proposal(by=rosa, proposal_id=only(run).pk)
    case = the("A new one").case
    assert (case.state, case.dismiss_reason) == (State.DISMISSED, "extraction_error")
    assert the("A new one").appearances.exists()
    assert proposals(read(monkeypatch, version, "model-3", HOLDS)) == []


def test_one_appearance_of_several_is_taken_out_and_the_claim_stays(
    monkeypatch: pytest.MonkeyPatch, version: ArticleVersion, rosa: User
) -> None:
    read(monkeypatch, version, "rules-1", HOLDS, COST)
    twin = make_article_version(TEXT + "More follows.\n", article=version.article)
    read(monkeypatch, twin, "rules-1", HOLDS, COST)
    claim = the("A new one")
    assert claim.appearances.count() == 2
    run = read(monkeypatch, version, "model-2", HOLDS)
    proposal = proposing.accept_proposal(by=rosa, proposal_id=only(run).pk)
    proposal.refresh_from_db()
    assert proposal.appearance is None
    assert claim.appearances.get().version == twin
    assert ClaimState.objects.get(pk=claim.pk).state == State.QUEUED


def test_what_two_versions_share_is_changed_once(
    monkeypatch: pytest.MonkeyPatch, version: ArticleVersion, rosa: User
) -> None:
    twin = make_article_version(TEXT + "More follows.\n", article=version.article)
    texts = (version, twin)
    for text in texts:
        read(monkeypatch, text, "rules-1", HOLDS)
    better = replace(HOLDS, speaker="Mira Holm")
    for run in [read(monkeypatch, text, "model-2", better) for text in texts]:
        proposing.accept_proposal(by=rosa, proposal_id=only(run).pk)
    assert Claim.objects.get().speaker.name == "Mira Holm"
    assert ClaimState.objects.get().version == 2


# ---- What people did stays -------------------------------------------------------------------------


def judge(claim: Claim, by: User, *judgements: Judgement) -> None:
    version = ClaimState.objects.get(pk=claim.pk).version
    record_review(by=by, claim_id=claim.pk, expected_version=version, judgements=list(judgements))
    assigning.release_claim(by=by, claim_id=claim.pk)


def test_a_verdict_on_what_was_said_outlives_a_change_of_speaker_words_chain_and_form(
    monkeypatch: pytest.MonkeyPatch, version: ArticleVersion, rosa: User, ray: User
) -> None:
    read(monkeypatch, version, "rules-1", HOLDS)
    claim = Claim.objects.get()
    judge(claim, ray, Judgement("confirmed", "Heard.", claim.appearances.get().pk))
    for number, better in enumerate(
        (
            replace(HOLDS, speaker="Mira Holm"),
            replace(HOLDS, form="direct"),
            replace(HOLDS, chain=(WIRE, PUBLISHER)),
            item("The old dam holds twice the water", "Mira Tolland", "said"),
            replace(HOLDS, cue=()),
        ),
        2,
    ):
        run = read(monkeypatch, version, f"model-{number}", better)
        assert refusal(by=rosa, proposal_id=only(run).pk) == "judged"
    assert Claim.objects.get().speaker.name == "Mira Tolland"
    # Whether it can be checked is another question.
    run = read(monkeypatch, version, "model-9", replace(HOLDS, checkable=False))
    assert proposing.accept_proposal(by=rosa, proposal_id=only(run).pk).state == "accepted"


def test_a_verdict_evidence_and_a_dismissal_outlive_other_words_but_not_another_chain(
    monkeypatch: pytest.MonkeyPatch, version: ArticleVersion, rosa: User, ray: User
) -> None:
    read(monkeypatch, version, "rules-1", HOLDS, INSPECTED, FINISHED)
    judge(the("old dam"), ray, Judgement("false", "No."))
    link_evidence(by=rosa, claim_id=the("inspected").pk, url="https://plans.example", stance="refutes")
    dismiss_claim(by=rosa, claim_id=the("finished").pk, reason="not_relevant")
    run = read(
        monkeypatch,
        version,
        "model-2",
        item("The old dam holds twice the water", "Mira Tolland", "said"),
        replace(INSPECTED, content=(find(TEXT, "It was last inspected eleven"),)),
        replace(FINISHED, content=(find(TEXT, "The dam was finished"),)),
    )
    for decision in proposing.accept_all(by=rosa, run_id=run.pk):
        assert (decision.done, decision.code) == (False, "judged")
        assert decision.message.endswith("reject the proposal.")
    assert run.proposals.filter(state="open").count() == 3
    assert Claim.objects.filter(text__endswith="eleven years ago").exists()
    chains = read(
        monkeypatch, version, "model-3", *(replace(one, chain=(WIRE, PUBLISHER)) for one in (HOLDS, FINISHED)), INSPECTED
    )  # fmt: skip
    assert all(one.done for one in proposing.accept_all(by=rosa, run_id=chains.pk))
    assert Review.objects.count() == 1
    assert the("finished").case.state == State.DISMISSED


def test_a_judged_claim_is_not_taken_out(
    monkeypatch: pytest.MonkeyPatch, version: ArticleVersion, rosa: User, ray: User
) -> None:
    read(monkeypatch, version, "rules-1", HOLDS, INSPECTED, FINISHED, COST)
    judge(the("old dam"), ray, Judgement("false", "No."))
    judge(the("inspected"), ray, Judgement("confirmed", "", the("inspected").appearances.get().pk))
    link_evidence(by=rosa, claim_id=the("finished").pk, url="https://plans.example", stance="supports")
    run = read(monkeypatch, version, "model-2", COST)
    assert [one.code for one in proposing.accept_all(by=rosa, run_id=run.pk)] == ["judged"] * 3
    assert Appearance.objects.count() == 4


def test_what_a_person_changed_since_stays_and_the_rest_can_still_be_accepted(
    monkeypatch: pytest.MonkeyPatch, version: ArticleVersion, rosa: User
) -> None:
    read(monkeypatch, version, "rules-1", HOLDS, INSPECTED)
    run = read(
        monkeypatch, version, "model-2", replace(HOLDS, speaker="Mira Holm"), replace(INSPECTED, chain=(PUBLISHER,))
    )  # fmt: skip
    edited = Speaker.objects.create(kind="person", name="Mirabel Tolland", name_key="mirabel tolland")
    Claim.objects.update(speaker=edited)
    by_speaker, by_chain = run.proposals.order_by("position")
    assert refusal(by=rosa, proposal_id=by_speaker.pk) == "changed_since"
    proposing.accept_proposal(by=rosa, proposal_id=by_chain.pk)
    assert set(Claim.objects.values_list("speaker__name", flat=True)) == {"Mirabel Tolland"}


def test_a_claim_that_somebody_is_at_work_on_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, version: ArticleVersion, rosa: User, ray: User
) -> None:
    read(monkeypatch, version, "rules-1", HOLDS)
    run = read(monkeypatch, version, "model-2", replace(HOLDS, form="direct"))
    assigning.take_claim(by=ray, claim_id=Claim.objects.get().pk)
    assert refusal(by=rosa, proposal_id=only(run).pk) == "taken"
    assert refusal(by=ray, proposal_id=only(run).pk, expected_version=1) == "stale"
    proposing.accept_proposal(by=ray, proposal_id=only(run).pk, expected_version=2)
    assert Appearance.objects.get().form == "direct"


def test_a_rejection_can_be_undone_until_a_newer_extraction_comes(
    monkeypatch: pytest.MonkeyPatch, version: ArticleVersion, rosa: User
) -> None:
    read(monkeypatch, version, "rules-1", HOLDS)
    better = replace(HOLDS, form="direct")
    run = read(monkeypatch, version, "model-2", better)
    proposing.reject_proposal(by=rosa, proposal_id=only(run).pk)
    proposing.reopen_proposal(by=rosa, proposal_id=only(run).pk)
    assert AuditEvent.objects.get(verb="reopen_proposal").claim == Claim.objects.get()
    with pytest.raises(DomainError) as refused:
        proposing.reopen_proposal(by=rosa, proposal_id=only(run).pk)
    assert refused.value.code == "not_rejected"
    proposing.reject_proposal(by=rosa, proposal_id=only(run).pk)
    read(monkeypatch, version, "model-3", replace(HOLDS, form="mixed"))
    with pytest.raises(Conflict) as conflict:
        proposing.reopen_proposal(by=rosa, proposal_id=only(run).pk)
    assert conflict.value.code == "outdated"
