"""Asking the Wayback Machine to save what is linked as evidence, where the desk wants that.

It is asked once we have a copy of our own, so that no address of a private network is told to a stranger. What it answers is
shown and never stops anything: it is tried a few times, and after an error it may have saved the page all the same.
"""

import json
import logging
import re
from datetime import timedelta
from urllib.parse import quote, urljoin, urlsplit

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from articles.fetching import Fetched, FetchError, Limits, fetch
from articles.services.turns import WaitingForTurn, give_back_turn, take_turn
from articles.services.visits import fetch_policy
from claims.models import DeskSettings, EvidenceWatch

logger = logging.getLogger(__name__)

Archive = EvidenceWatch.Archive

# After a failed try; after the last of them it is given up.
WAITS = (timedelta(minutes=2), timedelta(minutes=30), timedelta(hours=6))
LEASE = timedelta(minutes=5)
PAUSE_SECONDS = 6.0  # it allows some ten saves a minute without an account
_SAVE_LIMITS = Limits(total_seconds=80, idle_seconds=75, wire_bytes=20_000_000, body_bytes=20_000_000)
_LOOKUP_LIMITS = Limits(total_seconds=20)
_SAVED = re.compile(r"/web/\d{14}[a-z_]*/")


def due_archivings() -> QuerySet[EvidenceWatch]:
    if not DeskSettings.current().archive_evidence:
        return EvidenceWatch.objects.none()
    return EvidenceWatch.objects.filter(archive_due_at__lte=timezone.now()).order_by("archive_due_at")


def archive_document(*, evidence_id: int) -> EvidenceWatch | None:
    """Asks for one document; None when that is not due, or somebody is at it."""
    now = timezone.now()
    if not due_archivings().filter(pk=evidence_id).update(archive_due_at=now + LEASE):
        return None
    watch = EvidenceWatch.objects.select_related("evidence").get(pk=evidence_id)
    url = watch.evidence.url
    try:
        saved = _save(url)
        if not saved:
            _note_failure(watch, "The Wayback Machine did not say where it has saved the page.")
    except WaitingForTurn as busy:
        EvidenceWatch.objects.filter(pk=watch.pk, archive=Archive.PENDING).update(
            archive_due_at=timezone.now() + timedelta(seconds=busy.seconds)
        )
        saved = ""
    except FetchError as error:
        saved = _look_up(url)
        if not saved:
            _note_failure(watch, f"The Wayback Machine could not save it: {_said(error)}")
    if saved:
        EvidenceWatch.objects.filter(pk=watch.pk).update(
            archive=Archive.SAVED,
            archive_url=saved,
            archived_at=timezone.now(),
            archive_due_at=None,
            archive_error="",
            archive_attempts=watch.archive_attempts + 1,
        )
    watch.refresh_from_db()
    return watch


def _save(url: str) -> str:
    """Where it saved the page; "" where it does not say."""
    address = f"{settings.WAYBACK_SAVE_URL}{quote(url, safe=_SAFE)}"
    host = urlsplit(address).netloc
    token = take_turn(host, pause=PAUSE_SECONDS, line="wayback")
    try:
        # A door that is there to be asked: what robots.txt says is meant for those who crawl what lies behind it.
        fetched = fetch(address, policy=fetch_policy(), limits=_SAVE_LIMITS, accept=None)
    finally:
        give_back_turn(host, token, pause=PAUSE_SECONDS)
    return _saved_at(fetched)


_SAFE = "%/:?#[]@!$&'()*+,;=-._~"


def _saved_at(fetched: Fetched) -> str:
    for place in (fetched.final_url, fetched.headers.get("content-location", "")):
        if _SAVED.search(place):
            return urljoin(fetched.final_url, place)
    return ""


def _look_up(url: str) -> str:
    """The copy that it has of today, most likely from the try that seemed to fail; "" where it has none, or does not answer."""
    address = f"{settings.WAYBACK_LOOKUP_URL}?url={quote(url, safe='')}"
    try:
        fetched = fetch(address, policy=fetch_policy(), limits=_LOOKUP_LIMITS, accept=None)
        closest = json.loads(fetched.content)["archived_snapshots"]["closest"]
        is_fresh = str(closest["timestamp"])[:8] >= (timezone.now() - timedelta(days=1)).strftime("%Y%m%d")
        found = str(closest["url"])
    except (FetchError, ValueError, KeyError, TypeError):
        return ""
    return found if is_fresh and _SAVED.search(found) else ""


def _said(error: FetchError) -> str:
    if error.status == 429:
        return "it is asked too much just now."
    return f"it answered with {error.status}." if error.status else "it did not answer."


def _note_failure(watch: EvidenceWatch, message: str) -> None:
    attempts = watch.archive_attempts + 1
    again = attempts <= len(WAITS)
    EvidenceWatch.objects.filter(pk=watch.pk).update(
        archive=Archive.PENDING if again else Archive.FAILED,
        archive_due_at=timezone.now() + WAITS[attempts - 1] if again else None,
        archive_attempts=attempts,
        archive_error=message,
    )
