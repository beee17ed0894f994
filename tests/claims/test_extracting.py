"""From a version to its claims in the database: once, whatever happens to the worker."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from claims import extraction
from claims.choices import RunState, State
from claims.models import Appearance, AuditEvent, Claim, ClaimState, ExtractionRun, Speaker
from claims.services import extracting
from claims.tasks import sweep_extractions
from factcheck.lib.errors import DomainError, Refused
from tests.factories import make_article_version, make_user

pytestmark = pytest.mark.django_db

TEXT = (
    "The old dam holds twice the water it was built for, Mayor Mira Tolland said on Tuesday.\n\n"
    "“It was last inspected eleven years ago,” she told Northern Wire.\n\n"
    "The dam was finished in 1954.\n"
)


def extracted(text: str = TEXT, **fields: object) -> ExtractionRun:
    version = make_article_version(text, **fields)  # type: ignore[arg-type]
    run = extracting.extract_version(run_id=extracting.request_extraction(version=version).pk)
    assert run is not None
    return run


def test_claims_come_with_speaker_spans_chain_and_case() -> None:
    run = extracted()
    assert (run.state, run.claims, run.error_message) == (RunState.DONE, 3, "")
    first, second, third = Appearance.objects.order_by("position")
    for spoken in (first, second):
        assert (spoken.claim.speaker.name, spoken.claim.speaker.kind) == ("Mira Tolland", "person")
        for span in spoken.spans.all():
            assert TEXT[span.start : span.end].strip()
    assert [(hop.role, hop.name) for hop in second.hops.all()] == [
        ("medium", "Northern Wire"),
        ("publisher", "Lakeside Post"),
    ]
    assert (third.form, third.claim.text) == ("own-voice", "The dam was finished in 1954")
    assert third.claim.speaker.outlet == run.version.article.outlet
    case = third.claim.case
    assert (case.state, case.priority) == (State.QUEUED, round(third.claim.score * 100))


def test_every_link_says_how_sure_it_is_which_step_decided_and_which_extractor_it_was() -> None:
    run = extracted()
    first, second, third = Appearance.objects.order_by("position")
    for appearance in (first, second, third):
        assert 0 < appearance.speaker_confidence <= 1
        assert appearance.decided_by and appearance.speaker_by
        assert "/" not in appearance.decided_by
        assert appearance.run == run
        for hop in appearance.hops.all():
            assert 0 < hop.confidence <= 1
    assert run.extractor == extraction.VERSION
    assert (third.decided_by, third.speaker_by) == ("own-voice", "own-voice")
    assert [hop.decided_by for hop in second.hops.all()] == ["stated", "publisher"]


def test_what_cannot_be_checked_waits_for_triage() -> None:
    extracted("“Rules must be kept,” Mayor Mira Tolland said.\n\nThe dam was finished in 1954.")
    states = {case.claim.checkable: case.state for case in ClaimState.objects.select_related("claim")}
    assert states == {False: State.NEW, True: State.QUEUED}


def test_a_run_is_done_once_however_often_its_message_comes() -> None:
    run = extracted()
    assert extracting.extract_version(run_id=run.pk) is None
    assert extracting.request_extraction(version=run.version) == run
    assert Claim.objects.count() == 3


def test_a_run_left_by_a_dead_worker_is_done_by_another() -> None:
    run = extracting.request_extraction(version=make_article_version(TEXT))
    assert extracting._claim(run.pk) is not None
    assert extracting.extract_version(run_id=run.pk) is None
    ExtractionRun.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert list(extracting.undone_runs()) == [run]
    done = extracting.extract_version(run_id=run.pk)
    assert done is not None
    assert (done.state, done.attempts, Claim.objects.count()) == (RunState.DONE, 2, 3)


def test_a_text_that_breaks_the_extractor_is_told_and_can_be_done_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no such luck")

    with monkeypatch.context() as patched:
        patched.setattr(extraction, "extract", broken)
        run = extracted()
    assert (run.state, run.error_code) == (RunState.FAILED, "extraction_failed")
    assert run.error_message.endswith(".")
    with pytest.raises(Refused):
        extracting.retry_extraction(by=make_user(role="viewer"), run_id=run.pk)
    researcher = make_user(role="researcher")
    extracting.retry_extraction(by=researcher, run_id=run.pk)
    assert AuditEvent.objects.get(verb="retry_extraction").actor == researcher
    done = extracting.extract_version(run_id=run.pk)
    assert done is not None
    assert (done.state, done.claims) == (RunState.DONE, 3)
    with pytest.raises(DomainError) as error:
        extracting.retry_extraction(by=researcher, run_id=run.pk)
    assert error.value.code == "not_failed"


def test_while_the_extractor_cannot_be_loaded_runs_wait_and_lose_no_attempt(
    monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    def broken() -> str:
        raise OSError("The model file is damaged: install this version again.")

    sent: list[int] = []
    monkeypatch.setattr(extracting.extract_version_task, "delay", sent.append)
    run = extracting.request_extraction(version=make_article_version(TEXT))
    with monkeypatch.context() as patched:
        patched.setattr(extraction, "load", broken)
        for _ in range(extracting.MAX_ATTEMPTS + 2):
            waiting = extracting.extract_version(run_id=run.pk)
            assert waiting is not None
            assert (waiting.state, waiting.attempts) == (RunState.PENDING, 0)
            assert waiting.error_code == "extractor_unavailable"
            assert waiting.error_message.startswith("The model file is damaged")
        sweep_extractions()
        assert sent == []  # nobody could do it
        client.force_login(make_user(role="viewer"))
        page = client.get(f"/articles/{run.version.article_id}/").content.decode()
        assert "The model file is damaged" in page
    monkeypatch.setattr("factcheck.lib.sweeping.messages_waiting", lambda: 0)
    sweep_extractions()
    assert sent == [run.pk]
    done = extracting.extract_version(run_id=run.pk)
    assert done is not None
    assert (done.state, done.attempts, done.error_code, done.error_message) == (RunState.DONE, 1, "", "")
    assert Claim.objects.count() == 3
    with monkeypatch.context() as patched:
        patched.setattr(extraction, "load", broken)
        again = extracting.extract_version(run_id=run.pk)
    assert again is None
    run.refresh_from_db()
    assert (run.state, run.error_code) == (RunState.DONE, "")


def test_an_extractor_that_goes_away_under_a_run_leaves_it_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object, **__: object) -> None:
        raise OSError("The model file is missing: install this version again.")

    run = extracting.request_extraction(version=make_article_version(TEXT))
    with monkeypatch.context() as patched:
        patched.setattr(extraction, "extract", gone)
        for _ in range(extracting.MAX_ATTEMPTS + 2):
            waiting = extracting.extract_version(run_id=run.pk)
            assert waiting is not None
            assert (waiting.state, waiting.attempts, waiting.error_code) == (
                RunState.PENDING,
                0,
                "extractor_unavailable",
            )
    done = extracting.extract_version(run_id=run.pk)
    assert done is not None
    assert (done.state, done.claims) == (RunState.DONE, 3)


def test_a_text_in_another_language_is_said_to_be_so() -> None:
    run = extracted(
        "Плотина держит вдвое больше воды, сообщила мэр Мира Толландова. Её построили в 1954 году."
    )
    assert (run.state, run.claims) == (RunState.DONE, 0)
    assert run.skipped


def test_a_new_version_of_an_article_repeats_its_claims_as_appearances() -> None:
    first = extracted()
    changed = TEXT.replace("1954", "1955")
    second = make_article_version(changed, article=first.version.article)
    extracting.extract_version(run_id=extracting.request_extraction(version=second).pk)
    assert Claim.objects.count() == 4  # two stand as they stood, one changed
    assert Appearance.objects.count() == 6
    assert Speaker.objects.filter(kind="person").count() == 1


def test_the_same_words_twice_in_one_text_are_one_claim_that_appears_twice() -> None:
    extracted("The dam was finished in 1954.\n\nIt holds water.\n\nThe dam was finished in 1954.")
    claim = Claim.objects.get(text="The dam was finished in 1954")
    assert claim.appearances.count() == 2
