"""The files of everything that is published. Written by a worker, chunk by chunk; a new one takes the old one's place at once."""

import csv
import hashlib
import io
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import IO, Any

import orjson
from django.core.files import File
from django.db import connection, transaction
from django.utils import timezone

from claims.exports.claimreview import feed_head, feed_item
from claims.exports.published import Published
from claims.facts import iso
from claims.models import Dump, Edition, FactCheck
from claims.publicqueries import desk, listed_editions, with_corrections
from factcheck.lib.tables import plain_cell

CHUNK = 500
EVERY = timedelta(days=1)
PAUSE = timedelta(hours=1)  # between two of them, however much is published
_LOCK = 7_431  # an advisory lock: one worker writes, others leave it to that one
COLUMNS = (
    "id", "url", "language", "title", "claim_reviewed", "claim", "claimant", "claim_date", "verdict", "rating", "score",
    "attribution", "first_appearance", "summary", "published", "modified", "corrections", "licence",
)  # fmt: skip


def write_dumps(*, now: datetime | None = None) -> int | None:
    """Writes the files anew if it is time: daily, and within the hour after readers got to see something else.

    Returns how many fact-checks they hold; None where nothing was due, or another worker is at it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return None
    try:
        now = now or timezone.now()
        return _write(now) if _is_due(now) else None
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _is_due(now: datetime) -> bool:
    made = Dump.objects.order_by("made_at").values_list("made_at", flat=True)
    if len(made) < len(Dump.Kind):
        return True
    if made[0] + EVERY <= now:
        return True
    if made[0] + PAUSE > now:
        return False
    return (
        FactCheck.objects.filter(changed_at__gt=made[0]).exists()
        or Edition.objects.filter(undone_at__gt=made[0]).exists()
    )


def _write(now: datetime) -> int:
    with (
        tempfile.TemporaryFile() as as_json,
        tempfile.TemporaryFile() as as_csv,
        tempfile.TemporaryFile() as feed,
    ):
        rows = _fill(as_json, as_csv, feed, now)
        for kind, file in ((Dump.Kind.JSON, as_json), (Dump.Kind.CSV, as_csv), (Dump.Kind.FEED, feed)):
            _replace(kind, file, rows=rows, now=now)
    return rows


def _fill(as_json: IO[bytes], as_csv: IO[bytes], feed: IO[bytes], now: datetime) -> int:
    """Fills the three files in one walk over what is published, the oldest first; returns how many there are."""
    publisher = desk()
    table = io.TextIOWrapper(as_csv, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(table)
    writer.writerow(COLUMNS)
    head = {"publisher": publisher.name, "licence": publisher.licence or None, "made_at": iso(now)}
    as_json.write(orjson.dumps(head)[:-1] + b',"fact_checks":[')
    feed.write(orjson.dumps(feed_head(iso(now), publisher))[:-1] + b',"dataFeedElement":[')
    rows = 0
    for edition, published in _published():
        between = b",\n" if rows else b"\n"
        told = dump_row(edition, published, publisher.licence)
        as_json.write(between + orjson.dumps(told))
        feed.write(between + orjson.dumps(feed_item(published, publisher)))
        corrections = " | ".join(f"{one['at']} {one['note']}" for one in told["corrections"])
        writer.writerow([plain_cell(value) for value in {**told, "corrections": corrections}.values()])
        rows += 1
    as_json.write(b"\n]}\n")
    feed.write(b"\n]}\n")
    table.detach()
    return rows


def dump_row(edition: Edition, published: Published, licence: str) -> dict[str, Any]:
    """One fact-check as the JSON dump has it, with the columns of the CSV in their order."""
    facts = published.facts
    first = facts.appearances[0] if facts.appearances else None
    row = {
        "id": edition.fact_check_id,
        "url": published.url,
        "language": published.language,
        "title": published.title,
        "claim_reviewed": published.claim_reviewed,
        "claim": facts.claim_text,
        "claimant": facts.claimant.words,
        "claim_date": facts.claim_date,
        "verdict": facts.rating.verdict,
        "rating": facts.rating.label,
        "score": facts.rating.score,
        "attribution": first.attribution.label if first and first.attribution else "",
        "first_appearance": first.url if first else "",
        "summary": published.summary,
        "published": published.published,
        "modified": published.modified,
        "corrections": [{"at": one.at, "note": one.text} for one in published.corrections],
        "licence": licence or None,
    }
    assert tuple(row) == COLUMNS
    return row


def _published() -> Iterator[tuple[Edition, Published]]:
    last = 0
    while True:
        rows = listed_editions().filter(pk__gt=last).defer("search").order_by("pk")[:CHUNK]
        chunk = list(rows)
        if not chunk:
            return
        last = chunk[-1].pk
        yield from zip(chunk, with_corrections(chunk), strict=True)


def _replace(kind: Dump.Kind, file: IO[bytes], *, rows: int, now: datetime) -> None:
    """Keeps the file under a name of its own, points the dump at it, and only then lets the old one go."""
    file.seek(0)
    hashed, size = hashlib.sha256(), 0
    while block := file.read(2**20):
        hashed.update(block)
        size += len(block)
    digest = hashed.hexdigest()
    before = Dump.objects.filter(pk=kind).first()
    stem, _, ending = str(kind.label).rpartition(".")
    dump = Dump(kind=kind, sha256=digest, size=size, rows=rows, licence=desk().licence, made_at=now)
    file.seek(0)
    dump.file.save(f"{stem}-{now:%Y%m%dT%H%M%S}-{digest[:8]}.{ending}", File(file), save=False)
    with transaction.atomic():
        dump.save(force_insert=before is None)
    if before is not None and before.file.name not in (None, dump.file.name):
        before.file.storage.delete(before.file.name or "")
