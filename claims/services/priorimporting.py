"""Taking in what other desks checked: an address is fetched, or a file read, in the background; each row has its own fate.

The same check (its address and the claim's words) is kept once. One that says something else now is kept beside the old
one, which stays as it came; who had confirmed the old one as a check of a claim has confirmed this one.
"""

import hashlib
import logging
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, BinaryIO

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from articles.fetching import FetchError, Limits, read_url
from articles.models import Outlet, Snapshot
from articles.parsing.urls import url_key
from articles.services.snapshots import StorageProblem, keep_snapshot
from articles.services.streams import keep_stream, local_file
from articles.services.turns import WaitingForTurn
from articles.services.visits import fetch_politely
from claims import permissions
from claims.choices import PriorImportState, SpeakerKind, WebhookEventType
from claims.elsewhere.reading import Entry, Reading, Unreadable, read_claim_reviews
from claims.models import PriorCheck, PriorImport, PriorMatch, PriorProblem, Speaker
from claims.services.audit import record_event
from claims.services.outbox import tell_of_end
from claims.services.speakers import ensure_speakers, name_key
from claims.tasks import run_prior_import as run_prior_import_task
from claims.tasks import suggest_matches as suggest_matches_task
from factcheck.lib.errors import DomainError, Missing
from factcheck.models import User

logger = logging.getLogger(__name__)

State = PriorImportState
CHUNK = 100
LEASE = timedelta(seconds=180)
MOST_ATTEMPTS = 3
MOST_PROBLEMS = 1_000  # kept of one import; all are counted
FETCH_SECONDS = 60.0
_AGAIN_AFTER = timedelta(minutes=2)
_SAID = (
    "text", "claimant", "publisher", "site", "url", "title", "rating", "rating_value", "rating_best", "rating_worst",
    "claimed_on", "reviewed_on", "language", "appearances",
)  # fmt: skip


class _TakenOver(Exception):
    """Another worker has the import."""


# ---- Asking for it ---------------------------------------------------------------------------------


@transaction.atomic
def request_prior_import(
    *, by: User, url: str = "", file: BinaryIO | None = None, name: str = ""
) -> PriorImport:
    """Asks for the ClaimReview at an address, or in a file, to be taken in; a worker does it.

    Raises Refused, StorageProblem, DomainError (`nothing_given`, `too_large`, and what `read_url` says of an address).
    """
    permissions.require(by, "import_checks")
    job = PriorImport(created_by=by)
    if file is not None:
        job.snapshot = keep_stream(file, most=settings.PRIOR_MAX_BYTES, name=name)
        job.file_name = (name.replace("\0", "") or "file")[:255]
        Snapshot.objects.filter(pk=job.snapshot.pk, unreferenced_since__isnull=False).update(
            unreferenced_since=None
        )
    elif url.strip():
        try:
            job.url = read_url(url.strip()).url
        except FetchError as error:
            raise DomainError(error.code, error.message) from error
    else:
        raise DomainError("nothing_given", "Give the address of a page or feed with ClaimReview, or a file.")
    job.save()
    record_event(by=by, verb="import_checks", target=job, after={"url": job.url, "file": job.file_name})
    _wake(job)
    return job


@transaction.atomic
def retry_prior_import(*, by: User, import_id: int) -> PriorImport:
    """Does an import that ended again: an address is fetched anew. Raises Refused, Missing, DomainError `not_ended`."""
    permissions.require(by, "import_checks")
    job = PriorImport.objects.select_for_update().filter(pk=import_id).first()
    if job is None:
        raise Missing("prior_import_not_found", f"There is no import {import_id} of other desks' checks.")
    if job.is_undone:
        raise DomainError("not_ended", "This import is on its way already.")
    job.state, job.attempts, job.due_at, job.finished_at = State.QUEUED, 0, None, None
    job.error_code = job.error_message = ""
    job.save()
    record_event(by=by, verb="retry_import_checks", target=job)
    _wake(job)
    return job


# ---- Doing it --------------------------------------------------------------------------------------


def undone_imports() -> QuerySet[PriorImport]:
    """Imports that a worker should be at by now."""
    now = timezone.now()
    due = Q(due_at__isnull=True) | Q(due_at__lte=now)
    return PriorImport.objects.filter(
        (Q(state=State.QUEUED) & due) | Q(state=State.RUNNING, leased_until__lt=now)
    ).order_by("pk")


def run_prior_import(*, import_id: int) -> PriorImport | None:
    """Fetches and reads one; None when there is nothing to do for us. Safe to call twice."""
    job = _claim(import_id)
    if job is None:
        return None
    try:
        _take_in(job, read_claim_reviews(_content(job)))
    except _TakenOver:
        return None
    except WaitingForTurn as busy:
        _put_back(job, timedelta(seconds=busy.seconds))
    except StorageProblem:
        _put_back(job, _AGAIN_AFTER)
    except FetchError as error:
        _fail(job, error.code, _without_pasting(error.message))
    except (DomainError, Unreadable) as error:
        _fail(job, error.code, error.message)
    except (OperationalError, InterfaceError, SoftTimeLimitExceeded):
        raise  # the database or the time ran out: so does the lease, and somebody begins anew
    except Exception:  # what nobody foresaw must not be tried for ever, or end without a word
        logger.exception("import %s of checks elsewhere", job.pk)
        _fail(
            job,
            "internal_error",
            "Something went wrong on our side: retry it, and tell an admin if it happens again.",
        )
    job.refresh_from_db()
    return job


def _claim(import_id: int) -> PriorImport | None:
    now = timezone.now()
    claimed = (
        undone_imports()
        .filter(pk=import_id)
        .order_by()
        .update(
            state=State.RUNNING,
            attempts=F("attempts") + 1,
            claimed_at=now,
            leased_until=now + LEASE,
            total=None,
            added=0,
            updated=0,
            unchanged=0,
            refused=0,
        )
    )
    if not claimed:
        return None
    job = PriorImport.objects.select_related("snapshot").get(pk=import_id)
    job.problems.all().delete()
    if job.attempts > MOST_ATTEMPTS:
        _fail(
            job,
            "gave_up",
            f"The worker stopped {MOST_ATTEMPTS} times while reading this: split it up, and tell an admin.",
        )
        return None
    return job


def _content(job: PriorImport) -> bytes:
    """What is to be read; what an address answers is kept."""
    most = settings.PRIOR_MAX_BYTES
    if not job.url:
        assert job.snapshot is not None, "the database holds that an import without an address has a file"
        try:
            with local_file(job.snapshot) as stored:
                return stored.read(most + 1)
        except OSError as error:
            raise DomainError("file_gone", "The file is not there any more: upload it again.") from error
    fetched = fetch_politely(
        job.url,
        line="prior",
        accept=None,
        limits=Limits(total_seconds=FETCH_SECONDS, wire_bytes=most + 100_000, body_bytes=most),
    )
    job.snapshot = keep_snapshot(
        content=fetched.content,
        media_type=fetched.media_type,
        charset=fetched.charset,
        url=fetched.final_url,
        headers=fetched.headers,
        redirects=fetched.redirects,
    )
    _update(job, snapshot=job.snapshot)
    return fetched.content


def _take_in(job: PriorImport, entries: list[Entry]) -> None:
    _update(job, total=len(entries))
    seen: set[str] = set()
    kept_problems = 0
    for start in range(0, len(entries), CHUNK):
        chunk = entries[start : start + CHUNK]
        with transaction.atomic():
            if not _mine(job).select_for_update().exists():
                raise _TakenOver
            outcomes = _store(job, [entry for entry in chunk if entry.reading], seen)
            broken = [entry for entry in chunk if entry.reading is None]
            PriorProblem.objects.bulk_create(
                PriorProblem(prior_import=job, place=one.place, code=one.code, message=one.message)
                for one in broken[: MOST_PROBLEMS - kept_problems]
            )
            kept_problems += len(broken)
            _mine(job).update(
                leased_until=timezone.now() + LEASE,
                refused=F("refused") + len(broken),
                **{name: F(name) + n for name, n in outcomes.items()},
            )
    if not _end(job, State.DONE):
        raise _TakenOver
    transaction.on_commit(suggest_matches_task.delay, robust=True)


def _store(job: PriorImport, entries: list[Entry], seen: set[str]) -> Counter[str]:
    """Keeps a chunk's checks; how many were added, updated and unchanged."""
    found = Counter[str]()
    readings = {check_key(entry.reading): entry.reading for entry in entries if entry.reading}
    found["unchanged"] += len(entries) - len(readings) + len(readings.keys() & seen)
    readings = {key: reading for key, reading in readings.items() if key not in seen}
    seen |= readings.keys()
    known = {
        one.key: one
        for one in PriorCheck.objects.select_for_update().filter(key__in=readings, replaced_at=None)
    }
    speakers = _speakers(readings.values())
    for key in sorted(readings):  # in one order for all writers
        reading, old = readings[key], known.get(key)
        check = _as_row(job, key, reading)
        check.speaker = speakers.get((reading.claimant_kind, reading.claimant))
        if old is not None and all(getattr(old, name) == getattr(check, name) for name in _SAID):
            # Kept by this import before its worker died, it is as new as it was then.
            mine = old.prior_import_id == job.pk
            found["unchanged" if not mine else "updated" if old.supersedes_id else "added"] += 1
            continue
        if old is not None:
            PriorCheck.objects.filter(pk=old.pk).update(replaced_at=timezone.now())
            check.supersedes = old
        check.save()
        if old is not None:
            PriorMatch.objects.filter(prior_check=old).update(prior_check=check)
        found["updated" if old else "added"] += 1
    return found


def check_key(reading: Reading) -> str:
    """What makes a check the same one: where it is to be read, and the claim's words."""
    words = " ".join(reading.text.casefold().split())
    return hashlib.sha256(f"{url_key(reading.url) or reading.url}\n{words}".encode()).hexdigest()


def _as_row(job: PriorImport, key: str, reading: Reading) -> PriorCheck:
    return PriorCheck(
        prior_import=job,
        key=key,
        text=reading.text,
        claimant=reading.claimant,
        publisher=reading.publisher,
        site=reading.site,
        url=reading.url,
        title=reading.title,
        rating=reading.rating,
        rating_value=reading.rating_value,
        rating_best=reading.best,
        rating_worst=reading.worst,
        score=reading.score,
        claimed_on=reading.claimed_on,
        reviewed_on=reading.reviewed_on,
        language=reading.language,
        appearances=reading.appearances,
    )


def _speakers(readings: Iterable[Reading]) -> dict[tuple[str, str], Speaker]:
    """Who claimed it: whoever the desk knows by that name, whatever kind the other desk says; made where it knows nobody."""
    named = {(one.claimant_kind, one.claimant) for one in readings if one.claimant}
    keys = {name_key(name) for _, name in named}
    kinds = [SpeakerKind.PERSON, SpeakerKind.ORGANIZATION, SpeakerKind.GROUP]
    known: dict[str, set[Speaker]] = {}
    for speaker in Speaker.objects.filter(outlet=None, kind__in=kinds, name_key__in=keys):
        known.setdefault(speaker.name_key, set()).add(speaker.surviving())
    found = {
        (kind, name): next(iter(known[name_key(name)]))
        for kind, name in named
        if len(known.get(name_key(name), ())) == 1
    }
    # No outlet quoted them: people and organizations are no outlet's.
    return found | ensure_speakers(named - found.keys(), quoted_by=Outlet(name=""))


def _update(job: PriorImport, **changes: object) -> None:
    if not _mine(job).update(**changes):
        raise _TakenOver


def _mine(job: PriorImport) -> QuerySet[PriorImport]:
    return PriorImport.objects.filter(pk=job.pk, state=State.RUNNING, claimed_at=job.claimed_at)


def _put_back(job: PriorImport, wait: timedelta) -> None:
    """It was not its fault: this try does not count."""
    _mine(job).update(
        state=State.QUEUED, leased_until=None, due_at=timezone.now() + wait, attempts=F("attempts") - 1
    )


def _fail(job: PriorImport, code: str, message: str) -> None:
    _end(job, State.FAILED, error_code=code, error_message=message)


@transaction.atomic
def _end(job: PriorImport, state: PriorImportState, **columns: Any) -> bool:
    """Whether it was ours to end."""
    ended = _mine(job).update(state=state, leased_until=None, finished_at=timezone.now(), **columns)
    if ended:
        tell_of_end(WebhookEventType.PRIOR_IMPORT_FINISHED, "prior-imports", job.pk, state=state)
    return bool(ended)


def _without_pasting(sentence: str) -> str:
    """A fetcher's sentence is about articles; here a file is the other way."""
    return sentence.replace("paste the text instead", "upload the file instead").replace(
        "the link leads to an article", "the link leads to a feed of fact-checks"
    )


def _wake(job: PriorImport) -> None:
    transaction.on_commit(lambda: run_prior_import_task.delay(job.pk), robust=True)
