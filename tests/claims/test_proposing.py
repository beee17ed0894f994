"""A newer extractor reads a text again: it proposes, and people decide."""

from dataclasses import replace

import pytest

from articles.models import ArticleVersion
from claims import extraction
from claims.choices import RunState
from claims.extraction.types import Extraction
from claims.models import (
    Appearance,
    AuditEvent,
    Claim,
    ExtractionProposal,
)
from claims.services import extracting, proposing
from factcheck.lib.errors import Conflict, Missing, Refused
from factcheck.models import User
from tests.claims.proposals import (
    COST,
    FINISHED,
    HOLDS,
    INSPECTED,
    PUBLISHER,
    TEXT,
    item,
    only,
    proposals,
    read,
)
from tests.factories import make_article_version, make_claim, make_user

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
