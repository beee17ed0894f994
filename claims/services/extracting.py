"""From a version's text to its claims, in the background; the run's row says what is undone."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any

from django.conf import settings
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from articles.models import Article, ArticleVersion, Outlet
from claims import extraction, permissions
from claims.choices import RunState
from claims.extraction.types import Extraction
from claims.models import Appearance, ExtractionRun
from claims.services import proposing, reanchoring
from claims.services.audit import record_event
from claims.tasks import extract_version as extract_version_task
from factcheck.lib.errors import DomainError, Missing, file_problem
from factcheck.lib.following import wake
from factcheck.lib.inserting import insert_if_new
from factcheck.lib.prepared import Given, Prepared, PreparedUpdate
from factcheck.models import User

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
CHUNK = 500  # texts asked for in one transaction
UNAVAILABLE = "extractor_unavailable"  # the code of a run that waits until the extractor can be loaded


def request_extraction(*, version: ArticleVersion, is_new: bool = False) -> ExtractionRun:
    """Notes that `version` is to be read by this extractor and wakes a worker once the transaction commits.

    Once for each extractor's version. What a later one finds otherwise is proposed, see claims.services.proposing.
    `is_new`: the text has just been stored, so that nobody can have read it.
    """
    read = not is_new and ExtractionRun.objects.filter(version=version, state=RunState.DONE).exists()
    run = ExtractionRun(version=version, extractor=extraction.VERSION, again=read)
    if not insert_if_new(run):
        return ExtractionRun.objects.get(version=version, extractor=extraction.VERSION)
    _wake(run)
    return run


def request_first_extraction(*, version: ArticleVersion) -> None:
    """As `request_extraction`, for a text that may have been read: one that no extractor was ever asked to read."""
    if not ExtractionRun.objects.filter(version=version).exists():
        request_extraction(version=version)


def versions_to_reread(
    *, outlet: Outlet | None = None, article_id: int | None = None, unread: bool = False
) -> QuerySet[ArticleVersion]:
    """Texts, oldest first, that this extractor has neither read nor been asked to read.

    Only `unread` has those among them that no extractor was ever asked to read: somebody imported them without.
    """
    runs = ExtractionRun.objects.filter(version=OuterRef("pk"))
    # What is pending is read by whichever extractor is there then.
    versions = ArticleVersion.objects.filter(
        ~Exists(runs.filter(extractor=extraction.VERSION)), ~Exists(runs.filter(state=RunState.PENDING))
    )
    if not unread:
        versions = versions.filter(Exists(runs))
    if outlet:
        versions = versions.filter(article__outlet=outlet)
    if article_id is not None:
        versions = versions.filter(article=article_id)
    return versions.order_by("pk")


def request_reextraction(versions: QuerySet[ArticleVersion], *, most: int | None = None) -> Iterator[int]:
    """Has `versions_to_reread` read by this extractor, in chunks, each a transaction; yields how many after each.

    No messages are sent: the sweeper wakes the workers for so many as they can do, so that new articles need not wait.
    """
    last, left = 0, most
    while left is None or left > 0:
        size = CHUNK if left is None else min(CHUNK, left)
        read = Exists(ExtractionRun.objects.filter(version=OuterRef("pk"), state=RunState.DONE))
        chunk = list(versions.filter(pk__gt=last).values_list("pk", read)[:size])
        if not chunk:
            return
        ExtractionRun.objects.bulk_create(
            [ExtractionRun(version_id=pk, extractor=extraction.VERSION, again=again) for pk, again in chunk],
            ignore_conflicts=True,
        )
        last = chunk[-1][0]
        left = None if left is None else left - len(chunk)
        yield len(chunk)


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
            done: dict[str, Given] = {
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
        _put_back(run, file_problem(error))
    except Exception:  # a text that breaks the extractor must be seen as such, not tried for ever
        logger.exception("extraction run %s", run.pk)
        _finish(
            run,
            state=RunState.FAILED,
            error_code="extraction_failed",
            error_message="The claims of this text could not be extracted: an admin finds the reason in the worker's log.",
        )
    if run.state not in (RunState.DONE, RunState.FAILED):  # it was put back, or is another's
        run.refresh_from_db()
    _wake_following(run)
    return run


def extractor_problem() -> str:
    """Why the extractor cannot be loaded here, as a sentence; "" when it can."""
    try:
        extraction.load()
    except OSError as error:
        return file_problem(error)
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
    transaction.on_commit(partial(wake, extract_version_task, run.pk), robust=True)


_FOLLOWING = Prepared(
    lambda version: ExtractionRun.objects.filter(version__previous=version, state=RunState.PENDING)
)


def _wake_following(run: ExtractionRun) -> None:
    """Wakes a worker for the texts that waited for this one, see `undone_runs`."""
    if run.state in (RunState.DONE, RunState.FAILED):
        for following in _FOLLOWING(run.version_id):
            _wake(following)


def undone_runs() -> QuerySet[ExtractionRun]:
    """Runs that a worker should have by now. A text is read after the one before it, whose claims it has again."""
    return _undone(timezone.now()).order_by("pk")


def _undone(now: datetime) -> QuerySet[ExtractionRun]:
    # Not by a join: an update claims a run, and looks again at its own row only when another worker was quicker.
    unread_before = ArticleVersion.objects.filter(
        pk=OuterRef("version_id"),
        previous__runs__again=False,
        previous__runs__state__in=[RunState.PENDING, RunState.RUNNING],
    )
    return ExtractionRun.objects.filter(
        Q(state=RunState.PENDING) | Q(state=RunState.RUNNING, leased_until__lt=now),
        ~Exists(unread_before),
    )


_CLAIM = PreparedUpdate(
    lambda run, now, lease_end: (
        _undone(now).filter(pk=run),
        {"state": RunState.RUNNING, "attempts": F("attempts") + 1, "leased_until": lease_end},
    )
)
_RUN = Prepared(lambda run: ExtractionRun.objects.filter(pk=run).select_related("version__article__outlet"))


def _claim(run_id: int) -> ExtractionRun | None:
    """Makes the run this worker's, if it is anybody's to take; after too many tries it fails instead."""
    now = timezone.now()
    if not _CLAIM(run_id, now, now + timedelta(seconds=settings.EXTRACTION_LEASE_SECONDS)):
        return None
    run: ExtractionRun = _RUN(run_id)[0]
    if not _is_done_by_this_extractor(run):
        return None
    if run.attempts > MAX_ATTEMPTS:
        _finish(
            run,
            state=RunState.FAILED,
            error_code="gave_up",
            error_message=f"The worker stopped {MAX_ATTEMPTS} times while reading this text: tell an admin.",
        )
        return None
    return run


def _is_done_by_this_extractor(run: ExtractionRun) -> bool:
    """A run asked for before an upgrade is done by the extractor that is here now, and says so.

    False when that one has a run of its own over this text: then nothing is left to do here.
    """
    if run.extractor == extraction.VERSION:
        return True
    try:
        with transaction.atomic():
            ExtractionRun.objects.filter(pk=run.pk).update(extractor=extraction.VERSION)
    except IntegrityError:
        _finish(run, state=RunState.DONE, claims=0, skipped="superseded")
        return False
    run.extractor = extraction.VERSION
    return True


@cache
def _end_of(fields: tuple[str, ...]) -> PreparedUpdate:
    return PreparedUpdate(
        lambda run, attempts, *values: (
            ExtractionRun.objects.filter(pk=run, state=RunState.RUNNING, attempts=attempts),
            {"leased_until": None, **dict(zip(fields, values, strict=True))},
        )
    )


def _finish(run: ExtractionRun, **outcome: Given) -> bool:
    """Ends the run if this worker still has it: another's claim raises `attempts`."""
    ended = {"finished_at": timezone.now(), **outcome}
    if not _end_of(tuple(ended))(run.pk, run.attempts, *ended.values()):
        return False
    run.leased_until = None
    for name, value in ended.items():
        setattr(run, name, value)
    return True


_LOCK_ARTICLE = Prepared(
    lambda article: (
        Article.objects.filter(pk=article).select_for_update(no_key=True).values_list("pk").order_by()
    )
)


def _store(run: ExtractionRun, found: Extraction) -> None:
    """The first reading of a text: what it found is stored; of a later one it is proposed."""
    # One version of an article after the other, or two at once would each make the claims that they share.
    _LOCK_ARTICLE(run.version.article_id)
    if has_been_read(run):
        proposing.propose(run, found)
        return
    if run.again:
        ExtractionRun.objects.filter(pk=run.pk).update(again=False)
        run.again = False
    appearances = reanchoring.store_reading(run, found)
    record_event(
        by=None, verb="extract", target=run, after={"claims": len(appearances), "extractor": run.extractor}
    )


def has_been_read(run: ExtractionRun) -> bool:
    """Whether an earlier run found claims in this text, which people may have worked on since."""
    return bool(_READ_BEFORE(run.version_id, run.pk))


def _read_before(version: int, run: int) -> QuerySet[ArticleVersion, Any]:
    appearances = Appearance.objects.filter(version=OuterRef("pk"))
    earlier = ExtractionRun.objects.filter(version=OuterRef("pk"), state=RunState.DONE, claims__gt=0)
    read = Exists(appearances) | Exists(earlier.exclude(pk=run))
    return ArticleVersion.objects.filter(read, pk=version).values_list("pk")


_READ_BEFORE = Prepared(_read_before)
