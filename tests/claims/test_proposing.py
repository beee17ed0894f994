"""A newer extractor reads a text again: it proposes, people decide, and nothing that a person did is lost."""

from dataclasses import replace
from typing import Any

import pytest

from articles.models import ArticleVersion
from claims import extraction
from claims.choices import RunState, State
from claims.extraction.types import ExtractedClaim, Extraction, Hop
from claims.models import (
    Appearance,
    AuditEvent,
    Claim,
    ClaimState,
    ExtractionProposal,
    ExtractionRun,
    Review,
    Speaker,
)
from claims.services import assigning, extracting, proposing
from claims.services.curating import dismiss_claim
from claims.services.evidence import link_evidence
from claims.services.reviewing import Judgement, record_review
from factcheck.lib.errors import Conflict, DomainError, Missing, Refused
from factcheck.models import User
from tests.factories import find, make_article_version, make_claim, make_user

pytestmark = pytest.mark.django_db

TEXT = (
    "The old dam holds twice the water it was built for, Mira Tolland said on Tuesday.\n\n"
    "“It was last inspected eleven years ago,” the mayor told Northern Wire.\n\n"
    "The dam was finished in 1954.\n\n"
    "A new one would cost 40 million, according to a survey.\n"
)
PUBLISHER = Hop("Lakeside Post", "publisher", confidence=1.0, decided_by="publisher")
WIRE = Hop("Northern Wire", "medium", span=find(TEXT, "Northern Wire"), cue=find(TEXT, "told"))


def item(content: str, source: str = "", cue: str = "", **fields: Any) -> ExtractedClaim:
    given: dict[str, Any] = {
        "content": (find(TEXT, content),),
        "source": (find(TEXT, source),) if source else (),
        "cue": (find(TEXT, cue),) if cue else (),
        "form": "indirect",
        "speaker": "Mira Tolland",
        "speaker_kind": "person",
        "chain": (PUBLISHER,),
        "checkable": True,
        "reasons": ("factual",),
        "score": 0.5,
        "confidence": 0.8,
        "decided_by": "said",
        "speaker_confidence": 0.8,
        "speaker_by": "two-word-name",
    }
    return ExtractedClaim(**(given | fields))


HOLDS = item("The old dam holds twice the water it was built for", "Mira Tolland", "said")
INSPECTED = item(
    "It was last inspected eleven years ago", "the mayor", "told", form="direct", chain=(WIRE, PUBLISHER)
)
FINISHED = item(
    "The dam was finished in 1954",
    form="own-voice", speaker="Lakeside Post", speaker_kind="outlet", decided_by="own-voice", speaker_by="own-voice",
)  # fmt: skip
COST = item(
    "A new one would cost 40 million", "a survey", "according to", speaker="a survey", speaker_kind="unnamed"
)


def read(
    monkeypatch: pytest.MonkeyPatch, version: ArticleVersion, name: str, *items: ExtractedClaim
) -> ExtractionRun:
    """Has the extractor called `name` read the text, and find `items`."""
    with monkeypatch.context() as patched:
        patched.setattr(extraction, "VERSION", name)
        patched.setattr(extraction, "extract", lambda *_, **__: Extraction(items, (), "en", name))
        run = extracting.extract_version(run_id=extracting.request_extraction(version=version).pk)
    assert run is not None
    assert (run.state, run.extractor) == (RunState.DONE, name)
    return run


@pytest.fixture
def version() -> ArticleVersion:
    return make_article_version(TEXT)


@pytest.fixture
def rosa() -> User:
    return make_user("rosa", "researcher")


@pytest.fixture
def ray() -> User:
    return make_user("ray", "reviewer")


def the(words: str) -> Claim:
    return Claim.objects.get(text__contains=words)


def proposals(run: ExtractionRun) -> list[tuple[str, str, list[str]]]:
    return [
        (one.kind, (one.found or one.before)["text"][:14], proposing.changes(one))
        for one in run.proposals.order_by("position")
    ]


def only(run: ExtractionRun) -> ExtractionProposal:
    return run.proposals.get()


def refusal(**arguments: Any) -> str:
    with pytest.raises(Conflict) as refused:
        proposing.accept_proposal(**arguments)
    assert refused.value.message.endswith(".")
    assert ExtractionProposal.objects.get(pk=arguments["proposal_id"]).state == "open"
    return refused.value.code


# ---- What is proposed ------------------------------------------------------------------------------


def test_a_second_reading_stores_nothing_and_proposes_what_a_person_would_see_differ(
    monkeypatch: pytest.MonkeyPatch, version: ArticleVersion
) -> None:
    first = read(monkeypatch, version, "rules-1", HOLDS, INSPECTED, FINISHED)
    assert not first.again and not first.proposals.exists()
    before = list(Appearance.objects.order_by("pk").values())
    wider = item("The old dam holds twice the water", "Mira Tolland", "said", speaker_confidence=0.99)
    second = read(
        monkeypatch,
        version,
        "model-2",
        wider,
        replace(INSPECTED, speaker="the mayor", speaker_kind="unnamed", chain=(PUBLISHER,)),
        replace(COST, checkable=False),
    )
    assert second.again
    assert proposals(second) == [
        ("change", "The old dam ho", ["content"]),
        ("change", "It was last in", ["speaker", "chain"]),
        ("remove", "The dam was fi", []),
        ("add", "A new one woul", []),
    ]
    assert list(Appearance.objects.order_by("pk").values()) == before
    assert Claim.objects.count() == 3
    event = AuditEvent.objects.get(verb="propose")
    assert (event.actor, event.after["proposals"], event.after["extractor"]) == (None, 4, "model-2")


def test_where_nothing_a_person_sees_differs_nothing_is_proposed(
    monkeypatch: pytest.MonkeyPatch, version: ArticleVersion
) -> None:
    read(monkeypatch, version, "rules-1", HOLDS, INSPECTED, FINISHED)
    surer = [
        replace(one, confidence=0.99, speaker_confidence=0.99, score=0.9)
        for one in (HOLDS, INSPECTED, FINISHED)
    ]
    assert proposals(read(monkeypatch, version, "model-2", *surer)) == []


def test_a_text_that_the_newer_extractor_does_not_read_keeps_its_claims(
    monkeypatch: pytest.MonkeyPatch, version: ArticleVersion
) -> None:
    read(monkeypatch, version, "rules-1", HOLDS)
    monkeypatch.setattr(extraction, "VERSION", "model-2")
    skipped = Extraction((), (), "en", "model-2", "language_not_supported")
    monkeypatch.setattr(extraction, "extract", lambda *_, **__: skipped)
    run = extracting.extract_version(run_id=extracting.request_extraction(version=version).pk)
    assert run is not None
    assert proposals(run) == []


def test_a_text_without_claims_that_is_read_again_simply_has_them(
    monkeypatch: pytest.MonkeyPatch, version: ArticleVersion
) -> None:
    read(monkeypatch, version, "rules-1")
    run = read(monkeypatch, version, "model-2", HOLDS)
    assert not run.again
    assert Appearance.objects.get().run == run


def test_the_task_run_twice_proposes_once(monkeypatch: pytest.MonkeyPatch, version: ArticleVersion) -> None:
    read(monkeypatch, version, "rules-1", HOLDS)
    run = read(monkeypatch, version, "model-2", HOLDS, COST)
    assert extracting.extract_version(run_id=run.pk) is None
    with monkeypatch.context() as patched:
        patched.setattr(extraction, "VERSION", "model-2")
        assert extracting.request_extraction(version=version) == run
    assert proposals(run) == [("add", "A new one woul", [])]


def test_the_most_overlapping_are_the_same_claim_one_to_one(
    monkeypatch: pytest.MonkeyPatch, version: ArticleVersion
) -> None:
    read(monkeypatch, version, "rules-1", HOLDS)
    part, most = item("The old dam holds twice the"), item("dam holds twice the water it was built for")
    run = read(monkeypatch, version, "model-2", part, most)
    assert proposals(run) == [
        ("add", "The old dam ho", []),
        ("change", "dam holds twic", ["content", "source", "cue"]),
    ]
    less_than_half = item("water it was built for")
    run = read(monkeypatch, version, "model-3", less_than_half)
    assert [kind for kind, _, _ in proposals(run)] == ["remove", "add"]


def test_what_a_person_put_into_a_text_is_not_missed_by_an_extractor(
    monkeypatch: pytest.MonkeyPatch, version: ArticleVersion
) -> None:
    make_claim(version, content="The dam was finished in 1954")
    assert proposals(read(monkeypatch, version, "model-2", COST)) == [("add", "A new one woul", [])]
    assert Appearance.objects.count() == 1


def test_a_newer_reading_replaces_the_open_proposals_of_the_last(
    monkeypatch: pytest.MonkeyPatch, version: ArticleVersion, rosa: User
) -> None:
    read(monkeypatch, version, "rules-1", HOLDS)
    second = read(monkeypatch, version, "model-2", replace(HOLDS, speaker="Mira Holm"))
    third = read(monkeypatch, version, "model-3", replace(HOLDS, speaker="Mira Tollandova"))
    assert [one.state for one in (only(second), only(third))] == ["outdated", "open"]
    assert refusal_of_closed(only(second), rosa) == "outdated"
    proposing.accept_proposal(by=rosa, proposal_id=only(third).pk)
    assert Claim.objects.get().speaker.name == "Mira Tollandova"


def refusal_of_closed(proposal: ExtractionProposal, by: User) -> str:
    codes = set()
    for decide in (proposing.accept_proposal, proposing.reject_proposal):
        with pytest.raises(Conflict) as refused:
            decide(by=by, proposal_id=proposal.pk)
        codes.add(refused.value.code)
    [code] = codes
    return code


def test_what_was_rejected_is_not_proposed_again(
    monkeypatch: pytest.MonkeyPatch, version: ArticleVersion, rosa: User
) -> None:
    read(monkeypatch, version, "rules-1", HOLDS, FINISHED)
    found = (replace(HOLDS, form="direct"), COST)
    run = read(monkeypatch, version, "model-2", *found)
    assert [kind for kind, _, _ in proposals(run)] == ["change", "remove", "add"]
    assert all(one.done for one in proposing.reject_all(by=rosa, run_id=run.pk))
    assert Appearance.objects.count() == 2
    assert proposals(read(monkeypatch, version, "model-3", *found)) == []
    other = read(monkeypatch, version, "model-4", replace(HOLDS, form="mixed"), COST)
    assert proposals(other) == [("change", "The old dam ho", ["form"])]


def test_a_run_asked_for_before_an_upgrade_says_which_extractor_did_it(
    monkeypatch: pytest.MonkeyPatch, version: ArticleVersion
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(extraction, "VERSION", "rules-0")
        old = extracting.request_extraction(version=version)
        older = extracting.request_extraction(version=make_article_version(TEXT))
    done = extracting.extract_version(run_id=old.pk)
    assert done is not None
    assert (done.extractor, done.state) == (extraction.VERSION, RunState.DONE)
    claims = Appearance.objects.count()
    assert claims > 0
    run = extracting.request_extraction(version=older.version)
    assert extracting.extract_version(run_id=older.pk) is None
    older.refresh_from_db()
    assert (older.extractor, older.state, older.claims) == ("rules-0", RunState.DONE, 0)
    assert extracting.extract_version(run_id=run.pk) is not None
    assert Appearance.objects.filter(run=run).count() == claims


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


# ---- Who may, and how often ------------------------------------------------------------------------


def test_only_a_researcher_or_above_decides_and_only_once(
    monkeypatch: pytest.MonkeyPatch, version: ArticleVersion, rosa: User
) -> None:
    read(monkeypatch, version, "rules-1", HOLDS)
    run = read(monkeypatch, version, "model-2", HOLDS, COST)
    vera = make_user("vera", "viewer")
    for refused in (
        lambda: proposing.accept_proposal(by=vera, proposal_id=only(run).pk),
        lambda: proposing.reject_proposal(by=vera, proposal_id=only(run).pk),
        lambda: proposing.accept_all(by=vera, run_id=run.pk),
        lambda: proposing.reject_all(by=vera, run_id=run.pk),
    ):
        with pytest.raises(Refused):
            refused()
    proposing.accept_proposal(by=rosa, proposal_id=only(run).pk)
    assert refusal_of_closed(only(run), rosa) == "already_decided"
    assert Appearance.objects.count() == 2
    for missing in (
        lambda: proposing.accept_proposal(by=rosa, proposal_id=0),
        lambda: proposing.accept_all(by=rosa, run_id=0),
    ):
        with pytest.raises(Missing):
            missing()
    assert proposing.accept_all(by=rosa, run_id=run.pk) == []
