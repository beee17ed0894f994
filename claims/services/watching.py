"""Keeping documents of the web: a copy when one is linked, then looks from time to time at what has become of it.

The row says when the next look is due; a worker takes it by a conditional update and holds it by a lease. Until there is a copy
it is tried again soon (FIRST_WAITS), unless trying again cannot help; afterwards the waits grow while nothing happens (WAITS).
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from articles.fetching import Fetched, FetchError, Limits, read_url
from articles.models import Snapshot
from articles.parsing import ParsingError
from articles.parsing.formats.documents import refuse_trap
from articles.services.snapshots import StorageProblem, keep_snapshot
from articles.services.turns import WaitingForTurn
from articles.services.visits import fetch_politely
from claims.choices import NoticeKind
from claims.models import DeskSettings, Evidence, EvidenceCopy, EvidenceLink, EvidenceWatch, HopCheck
from claims.models.watch import FIRST_WAITS, WAITS
from claims.services.audit import record_event
from claims.services.comparing import holds_quote, text_of, text_of_copy
from claims.services.notices import tell_of_event
from claims.tasks import archive_document as archive_document_task
from claims.tasks import look_at_document as look_at_document_task

logger = logging.getLogger(__name__)

Result, Archive = EvidenceWatch.Result, EvidenceWatch.Archive

LOOK_SECONDS = 60.0
LEASE_STAGES = 3  # a look fetches, opens and stores: as many leases of an import
LONGEST_DELAY = timedelta(days=7)  # a server may ask for, and get, so much patience
STORAGE_WAIT = timedelta(minutes=5)
GONE_STATUS = frozenset({404, 410})
# Where the fetcher's own sentence, which is about importing articles, would be the wrong advice.
_SENTENCES = {
    "too_large": "{shown} is larger than the {limit:g} MB that are kept of a document: download it, and upload the pages that "
    "matter.",
    "forbidden_address": "{shown} leads to a private network, where no copy can be made and readers cannot look: upload the "
    "document instead.",
    "forbidden_port": "{shown} uses a port that may not be fetched, so that no copy can be made: upload the document instead.",
    "robots_disallowed": "{shown} asks programs not to fetch it (robots.txt), so that no copy was made: save the page yourself "
    "and upload it.",
    "unsupported_encoding": "{shown} was sent in a way that cannot be read: save the page yourself and upload it.",
    "timed_out": "{shown} did not answer in time.",
}


def watch_document(evidence: Evidence, *, is_new: bool) -> None:
    """Has a document of the web looked at soon. Call it in the transaction that refers to it."""
    if is_new:
        EvidenceWatch.objects.get_or_create(evidence=evidence, defaults={"due_at": timezone.now()})
        _wake(evidence.pk)
    else:
        look_now(evidence)


def look_now(evidence: Evidence) -> None:
    EvidenceWatch.objects.update_or_create(
        evidence=evidence, defaults={"due_at": timezone.now(), "attempts": 0}
    )
    _wake(evidence.pk)


def due_documents() -> QuerySet[EvidenceWatch]:
    """Documents that a worker should look at now; of those that are kept already none while that is turned off."""
    due = _takeable()
    if not settings.RECHECK_EVIDENCE:
        due = due.filter(evidence__snapshot__isnull=True)
    return due.order_by("due_at")


def look_at_document(*, evidence_id: int) -> EvidenceWatch | None:
    """Looks at one document, and keeps what is new; None when that is not due, or somebody is at it."""
    watch = _claim(evidence_id)
    if watch is None:
        return None
    url = watch.evidence.url
    try:
        fetched = _fetch(watch)
        if fetched.not_modified:
            _note_seen(watch, fetched, None)
        else:
            refuse_trap(fetched.content, fetched.media_type)
            text = _text_if_other(watch, fetched)
            _note_seen(watch, fetched, None if text is SAME else _keep(fetched), text)
    except WaitingForTurn as busy:  # the site is busy with others of ours: that is no look
        _mine(watch).update(leased_until=None, due_at=timezone.now() + timedelta(seconds=busy.seconds))
    except StorageProblem as problem:
        _mine(watch).update(
            leased_until=None,
            due_at=timezone.now() + STORAGE_WAIT,
            **({} if watch.evidence.snapshot_id else _failed(problem.code, problem.message)),
        )
    except FetchError as error:
        gone = error.status in GONE_STATUS and watch.evidence.snapshot_id is not None
        _note_problem(
            watch,
            error.code,
            _sentence(error, url),
            gone=gone,
            retryable=error.retryable,
            patience=error.retry_after or 0,
        )
    except ParsingError as error:
        _note_problem(watch, error.code, error.message, retryable=False)
    except (OperationalError, InterfaceError):
        raise  # the database went away: the lease runs out and somebody looks again
    except Exception:  # a document that nobody foresaw must not be looked at every ten seconds
        logger.exception("look at document %s", evidence_id)
        message = "Something went wrong on our side: tell an admin if it happens again."
        _note_problem(watch, "internal_error", message, retryable=True)
    watch.refresh_from_db()
    return watch


def _fetch(watch: EvidenceWatch) -> Fetched:
    kept = watch.evidence.snapshot_id is not None
    limit = settings.EVIDENCE_MAX_BYTES
    return fetch_politely(
        watch.evidence.url,
        line="evidence",
        accept=None,
        limits=Limits(total_seconds=LOOK_SECONDS, wire_bytes=limit + 100_000, body_bytes=limit),
        etag=watch.etag if kept else "",
        last_modified=watch.last_modified if kept else "",
    )


SAME = "\0same"  # in place of a text: the document says what its copy says


def _text_if_other(watch: EvidenceWatch, fetched: Fetched) -> str | None:
    """The text of what was fetched; SAME where that is the text of the kept copy, None where there is none to compare."""
    kept = watch.evidence.snapshot
    if kept is None:
        return None
    if kept.sha256 == sha256(fetched.content).hexdigest():
        return SAME
    text = text_of(
        fetched.content, media_type=fetched.media_type, charset=fetched.charset, url=fetched.final_url
    )
    return SAME if text is not None and text == text_of_copy(kept) else text


def _keep(fetched: Fetched) -> Snapshot:
    return keep_snapshot(
        content=fetched.content,
        media_type=fetched.media_type,
        charset=fetched.charset,
        url=fetched.final_url,
        headers=fetched.headers,
        redirects=fetched.redirects,
        status=fetched.status,
    )


def _takeable() -> QuerySet[EvidenceWatch]:
    now = timezone.now()
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    return EvidenceWatch.objects.filter(free, due_at__lte=now)


def _claim(evidence_id: int) -> EvidenceWatch | None:
    until = timezone.now() + timedelta(seconds=settings.IMPORT_LEASE_SECONDS * LEASE_STAGES)
    if not _takeable().filter(pk=evidence_id).update(leased_until=until):
        return None
    return EvidenceWatch.objects.select_related("evidence__snapshot").get(pk=evidence_id)


def _mine(watch: EvidenceWatch) -> QuerySet[EvidenceWatch]:
    """The row as long as this worker has it."""
    return EvidenceWatch.objects.filter(pk=watch.pk, leased_until=watch.leased_until)


@transaction.atomic
def _note_seen(
    watch: EvidenceWatch, fetched: Fetched, found: Snapshot | None, text: str | None = None
) -> None:
    """That the document is there; `found` is None where it says what it said, else `text` is what it says now, if known."""
    now, before = timezone.now(), watch.evidence.snapshot_id
    snapshot_id = found.pk if found else before
    is_first, is_other = before is None, before is not None and snapshot_id != before
    step = 0 if is_first or is_other else min(watch.step + 1, len(WAITS) - 1)
    validators = _validators(fetched.headers)
    if fetched.not_modified:  # a 304 need not repeat what still holds
        validators = {name: value for name, value in validators.items() if value}
    changes: dict[str, Any] = {
        "leased_until": None,
        "result": Result.KEPT if is_first else Result.CHANGED if is_other else Result.UNCHANGED,
        "error_code": "",
        "error_message": "",
        "attempts": 0,
        "checked_at": now,
        "seen_at": now,
        "gone_since": None,
        "step": step,
        "due_at": _due(watch.pk, step, now),
        **validators,
    }
    if is_other:
        changes["changed_at"] = now
    asks_archive = is_first and not watch.archive and DeskSettings.current().archive_evidence
    if asks_archive:
        changes |= {"archive": Archive.PENDING, "archive_due_at": now}
    if not _mine(watch).update(**changes):
        return  # somebody else has it by now
    Evidence.objects.filter(pk=watch.pk).update(snapshot=snapshot_id)
    if found is not None:
        EvidenceCopy.objects.get_or_create(evidence_id=watch.pk, snapshot=found)
    EvidenceLink.objects.filter(evidence=watch.pk, snapshot=None).update(snapshot=snapshot_id)
    HopCheck.objects.filter(document=watch.pk, snapshot=None).update(snapshot=snapshot_id)
    if is_other:
        _note_quotes(watch, text, now)
    if asks_archive:
        transaction.on_commit(partial(archive_document_task.delay, watch.pk), robust=True)


@transaction.atomic
def _note_problem(
    watch: EvidenceWatch,
    code: str,
    message: str,
    *,
    gone: bool = False,
    retryable: bool = False,
    patience: float = 0,
) -> None:
    now, attempts = timezone.now(), watch.attempts + 1
    due: datetime | None
    if watch.evidence.snapshot_id is not None:
        step = min(watch.step + 1, len(WAITS) - 1)
        due = _due(watch.pk, step, now)
    else:
        step = 0
        due = now + FIRST_WAITS[attempts - 1] if retryable and attempts <= len(FIRST_WAITS) else None
    if due and patience:
        due = max(due, now + min(timedelta(seconds=patience), LONGEST_DELAY))
    noted = _mine(watch).update(
        leased_until=None,
        step=step,
        attempts=attempts,
        due_at=due,
        gone_since=(watch.gone_since or now) if gone else watch.gone_since,
        **_failed(code, message, Result.GONE if gone else Result.FAILED),
    )
    if noted and gone and watch.gone_since is None:
        _tell_claims(watch, NoticeKind.EVIDENCE_GONE, {"url": watch.evidence.url, "code": code})


def _note_quotes(watch: EvidenceWatch, text: str | None, now: datetime) -> None:
    """Looks for the words of each link in the document as it is now; who linked it is told of what is not there any more.

    Of a change elsewhere nobody is told. Where no words are quoted, or those were never found, any change is told.
    """
    texts: dict[int, str | None] = {}  # of the copies as they were when they were linked
    told = []
    for link in EvidenceLink.objects.filter(evidence=watch.pk, withdrawn_at=None).select_related("snapshot"):
        copy = link.snapshot
        if link.quote and text is not None and link.quote_seen_at is None and copy is not None:
            if copy.pk not in texts:
                texts[copy.pk] = text_of_copy(copy)
            if holds_quote(texts[copy.pk], link.quote):
                link.quote_seen_at = link.added_at
        was_gone = link.quote_gone_at
        if holds_quote(text, link.quote):
            link.quote_seen_at, link.quote_gone_at = now, None
        elif link.quote_seen_at is not None and text is not None:
            link.quote_gone_at = was_gone or now
        elif link.quote_seen_at is not None:  # nobody can tell whether the words are still there
            link.quote_seen_at = None
        link.save(update_fields=["quote_seen_at", "quote_gone_at"])
        if link.quote_seen_at is None or (link.quote_gone_at and not was_gone):
            told.append(link.pk)
    _tell_claims(watch, NoticeKind.EVIDENCE_CHANGED, {"url": watch.evidence.url}, links=told)


def _failed(
    code: str, message: str, result: EvidenceWatch.Result = EvidenceWatch.Result.FAILED
) -> dict[str, Any]:
    return {
        "result": result,
        "checked_at": timezone.now(),
        "error_code": code[:60],
        "error_message": message,
    }


def _tell_claims(
    watch: EvidenceWatch, kind: NoticeKind, after: dict[str, Any], *, links: Sequence[int] | None = None
) -> None:
    """In the history of every claim that it is evidence for (or of those of `links`), and in the inbox of whoever linked it.

    Always in one order, so that two of them do not cross.
    """
    found = EvidenceLink.objects.filter(evidence=watch.pk, withdrawn_at=None).order_by("claim_id")
    for link in found if links is None else found.filter(pk__in=links):
        told = {**after, "quote": link.quote} if link.quote_gone_at else after
        event = record_event(by=None, verb=kind.value, target=link, claim_id=link.claim_id, after=told)
        tell_of_event([link.added_by_id], kind, event, link=link)


def _sentence(error: FetchError, url: str) -> str:
    sentence = _SENTENCES.get(error.code)
    if sentence is None:
        return error.message.replace("; paste the text instead.", ": save the page yourself and upload it.")
    return sentence.format(shown=read_url(url).shown, limit=settings.EVIDENCE_MAX_BYTES / 1_000_000)


def _due(evidence_id: int, step: int, now: datetime) -> datetime:
    """When the look after `step` quiet ones is due, spread, so that what came in together does not come back together."""
    return now + WAITS[step] * (0.95 + (evidence_id % 11) / 100)


def _validators(headers: Mapping[str, str]) -> dict[str, str]:
    return {"etag": headers.get("etag", ""), "last_modified": headers.get("last-modified", "")}


def _wake(evidence_id: int) -> None:
    transaction.on_commit(partial(look_at_document_task.delay, evidence_id), robust=True)
