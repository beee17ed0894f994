"""From a version's text to its claims, in the background; the run's row says what is undone."""

import logging
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from articles.models import Article, ArticleVersion, Outlet
from claims import extraction, permissions
from claims.choices import HopRole, RunState, SpanRole, State
from claims.extraction.types import ExtractedClaim, Extraction
from claims.models import Appearance, Claim, ClaimState, ExtractionRun, Hop, Span, Speaker
from claims.services.audit import record_event
from claims.services.speakers import SpeakerKey, ensure_speakers
from claims.tasks import extract_version as extract_version_task
from factcheck.lib.errors import DomainError, Missing
from factcheck.models import User

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
UNAVAILABLE = "extractor_unavailable"  # the code of a run that waits until the extractor can be loaded
STEP = 40  # characters of a step's name


def request_extraction(*, version: ArticleVersion) -> ExtractionRun:
    """Notes that `version` is to be extracted and wakes a worker once the transaction commits."""
    run, created = ExtractionRun.objects.get_or_create(version=version, extractor=extraction.VERSION)
    if created:
        _wake(run)
    return run


@transaction.atomic
def retry_extraction(*, by: User, run_id: int) -> ExtractionRun:
    """Has a failed run done again. Raises Refused, Missing, DomainError `not_failed`."""
    permissions.require(by, "extract")
    run = ExtractionRun.objects.select_for_update().filter(pk=run_id).first()
    if run is None:
        raise Missing("run_not_found", f"There is no extraction {run_id}.")
    if run.state != RunState.FAILED:
        raise DomainError(
            "not_failed",
            f"Only a failed extraction can be done again; this one is {run.get_state_display().lower()}.",
        )
    before = {"state": run.state, "error_code": run.error_code}
    run.state, run.attempts, run.error_code, run.error_message, run.finished_at = (
        RunState.PENDING,
        0,
        "",
        "",
        None,
    )
    run.save()
    record_event(by=by, verb="retry_extraction", target=run, before=before, after={"state": run.state})
    _wake(run)
    return run


def extract_version(*, run_id: int) -> ExtractionRun | None:
    """Takes one run to done or failed; None when it is not to be run any more.

    While the extractor cannot be loaded the run stays pending, saying so (`extractor_unavailable`), and costs no attempt.
    """
    if problem := extractor_problem():
        return _wait(run_id, problem)
    run = _claim(run_id)
    if run is None:
        return None
    version = run.version
    try:
        found = extraction.extract(
            version.text,
            outlet=version.article.outlet.name,
            title=version.title,
            published=version.published_at or version.published_on,
        )
        with transaction.atomic():
            done = {
                "claims": len(found.claims),
                "skipped": found.skipped,
                "error_code": "",
                "error_message": "",
            }
            if _finish(run, state=RunState.DONE, **done):
                _store(run, found)
    except (OperationalError, InterfaceError):
        raise  # the database went away: the lease runs out and somebody takes the run again
    except OSError as error:  # the extractor reads no files but its own: they went away since it was loaded
        logger.warning("extraction run %s waits: %s", run.pk, error)
        _put_back(run, str(error))
    except Exception:  # a text that breaks the extractor must be seen as such, not tried for ever
        logger.exception("extraction run %s", run.pk)
        _finish(
            run,
            state=RunState.FAILED,
            error_code="extraction_failed",
            error_message="The claims of this text could not be extracted: an admin finds the reason in the worker's log.",
        )
    run.refresh_from_db()
    return run


def extractor_problem() -> str:
    """Why the extractor cannot be loaded here, as a sentence; "" when it can."""
    try:
        extraction.load()
    except OSError as error:
        return str(error)
    return ""


def _wait(run_id: int, problem: str) -> ExtractionRun | None:
    """Notes on a pending run why nobody reads its text yet."""
    told = undone_runs().filter(pk=run_id, state=RunState.PENDING).exclude(error_message=problem).order_by()
    if told.update(error_code=UNAVAILABLE, error_message=problem):
        logger.warning("extraction run %s waits: %s", run_id, problem)
    return ExtractionRun.objects.filter(pk=run_id, error_code=UNAVAILABLE).first()


def _put_back(run: ExtractionRun, problem: str) -> None:
    mine = ExtractionRun.objects.filter(pk=run.pk, state=RunState.RUNNING, attempts=run.attempts)
    mine.update(
        state=RunState.PENDING,
        attempts=F("attempts") - 1,
        leased_until=None,
        error_code=UNAVAILABLE,
        error_message=problem,
    )


def _wake(run: ExtractionRun) -> None:
    # Robust: a broker that is away only delays, the sweeper sends it later.
    transaction.on_commit(partial(extract_version_task.delay, run.pk), robust=True)


def undone_runs() -> QuerySet[ExtractionRun]:
    """Runs that a worker should have by now."""
    return ExtractionRun.objects.filter(
        Q(state=RunState.PENDING) | Q(state=RunState.RUNNING, leased_until__lt=timezone.now())
    ).order_by("pk")


def _claim(run_id: int) -> ExtractionRun | None:
    """Makes the run this worker's, if it is anybody's to take; after too many tries it fails instead."""
    now = timezone.now()
    claimed = (
        undone_runs()
        .filter(pk=run_id)
        .order_by()
        .update(
            state=RunState.RUNNING,
            attempts=F("attempts") + 1,
            leased_until=now + timedelta(seconds=settings.EXTRACTION_LEASE_SECONDS),
        )
    )
    if not claimed:
        return None
    run = ExtractionRun.objects.select_related("version__article__outlet").get(pk=run_id)
    if run.attempts > MAX_ATTEMPTS:
        _finish(
            run,
            state=RunState.FAILED,
            error_code="gave_up",
            error_message=f"The worker stopped {MAX_ATTEMPTS} times while reading this text: tell an admin.",
        )
        return None
    return run


def _finish(run: ExtractionRun, **outcome: object) -> bool:
    """Ends the run if this worker still has it: another's claim raises `attempts`."""
    mine = ExtractionRun.objects.filter(pk=run.pk, state=RunState.RUNNING, attempts=run.attempts)
    return bool(mine.update(leased_until=None, finished_at=timezone.now(), **outcome))


def _store(run: ExtractionRun, found: Extraction) -> None:
    """Claims, their cases, appearances, spans and hops, each kind in one statement."""
    version = run.version
    # One version of an article after the other, or two at once would each make the claims that they share.
    Article.objects.select_for_update(no_key=True).get(pk=version.article_id)
    outlet = version.article.outlet
    speakers = ensure_speakers(
        {(claim.speaker_kind, claim.speaker) for claim in found.claims if claim.speaker}, quoted_by=outlet
    )
    rows = [(item, _claim_row(version.text, item, found.language, speakers)) for item in found.claims]
    # A new version of the article repeats most of the old one's claims: those are the same claims, appearing again.
    earlier = {
        (claim.text, claim.speaker_id): claim
        for claim in Claim.objects.filter(appearances__version__article_id=version.article_id).order_by("-pk")
    }
    claims = [earlier.setdefault((row.text, row.speaker_id), row) for _, row in rows]
    new = [row for (_, row), claim in zip(rows, claims, strict=True) if claim is row]
    Claim.objects.bulk_create(new, batch_size=1000)
    items = {id(row): item for item, row in rows}
    # Not in batches: counted in one statement, see claims.tallying.
    ClaimState.objects.bulk_create([_case_row(claim, items[id(claim)], outlet) for claim in new])

    appearances = Appearance.objects.bulk_create(
        [
            Appearance(
                claim=claim,
                version=version,
                position=position,
                form=item.form,
                confidence=item.confidence,
                decided_by=item.decided_by[:STEP],
                speaker_confidence=item.speaker_confidence,
                speaker_by=item.speaker_by[:STEP],
                embedded={"speaker": item.embedded.speaker, "content": item.embedded.content}
                if item.embedded
                else None,
                run=run,
            )
            for position, ((item, _), claim) in enumerate(zip(rows, claims, strict=True), 1)
        ],
        batch_size=1000,
    )
    pairs = list(zip(appearances, found.claims, strict=True))
    Span.objects.bulk_create(
        [
            Span(appearance=appearance, role=role, start=start, end=end)
            for appearance, item in pairs
            for role, spans in (
                (SpanRole.CONTENT, item.content),
                (SpanRole.SOURCE, item.source),
                (SpanRole.CUE, item.cue),
            )
            for start, end in spans
        ],
        batch_size=5000,
    )
    known = _known_outlets({hop.name for _, item in pairs for hop in item.chain} - {outlet.name}) | {
        outlet.name.casefold(): outlet
    }
    Hop.objects.bulk_create(
        [
            Hop(
                appearance=appearance,
                position=position,
                role=hop.role,
                name=hop.name[:300],
                outlet=outlet if hop.role == HopRole.PUBLISHER.value else known.get(hop.name.casefold()),
                start=hop.span[0] if hop.span else None,
                end=hop.span[1] if hop.span else None,
                cue_start=hop.cue[0] if hop.cue else None,
                cue_end=hop.cue[1] if hop.cue else None,
                confidence=hop.confidence,
                decided_by=hop.decided_by[:STEP],
            )
            for appearance, item in pairs
            for position, hop in enumerate(item.chain, 1)
        ],
        batch_size=5000,
    )
    record_event(
        by=None, verb="extract", target=run, after={"claims": len(pairs), "extractor": run.extractor}
    )


def _claim_row(text: str, item: ExtractedClaim, language: str, speakers: dict[SpeakerKey, Speaker]) -> Claim:
    return Claim(
        text=extraction.claim_text(text, item),
        speaker=speakers[item.speaker_kind, item.speaker] if item.speaker else None,
        language=language[:10],
        checkable=item.checkable,
        reasons=list(item.reasons),
        score=item.score,
    )


def _case_row(claim: Claim, item: ExtractedClaim, outlet: Outlet) -> ClaimState:
    """A checkable claim goes straight into the queue, most worth checking first; the rest waits for triage."""
    return ClaimState(
        claim=claim,
        state=State.QUEUED if item.checkable else State.NEW,
        priority=round(item.score * 100),
        outlet=outlet,
        speaker=claim.speaker,
        form=item.form,
        checkable=item.checkable,
    )


def _known_outlets(names: set[str]) -> dict[str, Outlet]:
    lower = {name.casefold() for name in names}
    outlets = Outlet.objects.annotate(lower_name=Lower("name")).filter(lower_name__in=lower) if lower else ()
    return {outlet.name.casefold(): outlet for outlet in outlets}
