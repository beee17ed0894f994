"""What the entries of a file of many become: rows are texts of their own, pages and files are items to be run."""

import logging
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO, cast

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from articles.fetching import FetchError, read_url
from articles.models import Container, ImportItem, Outlet
from articles.parsing import ParsedArticle, ParsingError
from articles.parsing.formats import archives, warcs
from articles.parsing.formats.archives import ArchiveLimits, ArchiveMember
from articles.parsing.formats.columns import TableMapping
from articles.parsing.formats.rows import RowArticle
from articles.parsing.formats.sniffing import TABLES, sniff, unsupported_type
from articles.parsing.formats.starts import read_rows
from articles.parsing.formats.types import EntryError, Member, Row
from articles.parsing.guarded import read_rows_in_child
from articles.parsing.types import MAX_BYTES
from articles.services.containers import (
    ContainerRequest,
    PreparedContainer,
    format_of,
    prepare_container,
    storable,
)
from articles.services.outlets import domain_of, resolve_outlet
from articles.services.recording import record_version
from articles.services.recording_many import TextToRecord, record_versions
from articles.services.snapshots import keep_snapshot
from articles.services.streams import local_file
from factcheck.lib.errors import DomainError

logger = logging.getLogger(__name__)

Kind, State = ImportItem.Kind, ImportItem.State

CHUNK_ENTRIES = 200
CHUNK_BYTES = 10_000_000
BATCH_BYTES = 3_000_000  # of rows read at once: as JSON they may be three times that


@dataclass(slots=True)
class Entry:
    """A row, page or file of a container, as far as it could be read without writing anything.

    `item` is not stored yet. With `parsed` and then an `outlet` it is a text to be recorded; with `container` it is
    itself a file of many.
    """

    place: int
    end: int
    size: int
    item: ImportItem
    parsed: ParsedArticle | None = None
    outlet: Outlet | None = None
    container: PreparedContainer | None = None

    def fail(self, code: str, message: str) -> None:
        self.parsed = self.container = None
        self.item.state, self.item.finished_at = State.FAILED, timezone.now()
        self.item.error_code, self.item.error_message = code[:60], message


@dataclass(slots=True)
class Outlets:
    """Outlets met so far, so that a table of one outlet asks for it once."""

    _known: dict[tuple[str, str], Outlet] = field(default_factory=dict)

    def resolve(self, entry: Entry) -> None:
        if entry.parsed is None:
            return
        name, url = entry.item.outlet_name, entry.item.url
        key = (name.casefold(), domain_of(url))
        if key not in self._known:
            if len(self._known) > 10_000:
                self._known.clear()
            try:
                self._known[key] = resolve_outlet(name=name, url=url)
            except DomainError as error:
                entry.fail(error.code, error.message)
                return
        entry.outlet = self._known[key]


def chunks_of(container: Container) -> Iterator[list[Entry]]:
    """The container's entries from its cursor on, some at a time, so that memory stays flat.

    Raises ParsingError where the file cannot be read any further, after the entries before that.
    """
    chunk: list[Entry] = []
    size = 0
    try:
        for entry in _entries(container):
            chunk.append(entry)
            size += entry.size
            if len(chunk) >= CHUNK_ENTRIES or size >= CHUNK_BYTES:
                yield chunk
                chunk, size = [], 0
    except ParsingError:
        if chunk:
            yield chunk
        raise
    if chunk:
        yield chunk


def record_texts(container: Container, entries: Sequence[Entry]) -> list[ImportItem]:
    """Stores the texts among `entries` in a few statements; their items, all of them, are the caller's to store."""
    texts = [entry for entry in entries if entry.parsed is not None]
    recorded = record_versions(
        [TextToRecord(_outlet(entry), _parsed(entry), entry.item.url) for entry in texts],
        snapshot=container.snapshot,
        wants_claims=container.job.extract,
    )
    for entry, (version, outcome) in zip(texts, recorded, strict=True):
        entry.item.state, entry.item.version, entry.item.outcome = State.DONE, version, outcome
    return [entry.item for entry in entries]


def record_one_by_one(container: Container, entries: Sequence[Entry]) -> list[ImportItem]:
    """As `record_texts`, each in a savepoint of its own: one that cannot be stored fails alone.

    Raises OperationalError, InterfaceError and SoftTimeLimitExceeded, of which no entry is guilty.
    """
    for entry in entries:
        if entry.parsed is None:
            continue
        try:
            with transaction.atomic():
                version, outcome = record_version(
                    outlet=_outlet(entry),
                    parsed=entry.parsed,
                    url=entry.item.url,
                    snapshot=container.snapshot,
                    wants_claims=container.job.extract,
                )
        except (OperationalError, InterfaceError, SoftTimeLimitExceeded):
            raise  # no fault of the entry's: the whole chunk is done again
        except Exception:  # an entry that nobody foresaw must not cost its neighbours
            logger.exception("container %s, entry %s", container.pk, entry.place)
            entry.fail(
                "internal_error",
                "Something went wrong on our side: retry, and tell an admin if it happens again.",
            )
        else:
            entry.item.state, entry.item.version, entry.item.outcome = State.DONE, version, outcome
    return [entry.item for entry in entries]


def read_row_again(item: ImportItem) -> RowArticle:
    """The row of an item that failed, read anew. Raises DomainError, OSError."""
    container = item.container
    assert container is not None and item.offset is not None, "a row has a place in a file"
    table = container.table
    with local_file(container.snapshot, encoding=table["encoding"]) as file:
        how = format_of(table)
        # From a row's own place on, the row that names the columns does not come any more.
        rows = read_rows(
            file, container.kind, how, table["columns"], item.offset, max(0, (item.place or 1) - 1)
        )
        row = next(rows, None)
    if row is None:
        raise DomainError("row_lost", "This row is not in the file any more: import the file again.")
    [found] = read_mapped([row], TableMapping.from_plain(container.mapping))
    if isinstance(found, EntryError):
        raise DomainError(found.code, found.message)
    return found


def _entries(container: Container) -> Iterator[Entry]:
    if container.kind in TABLES:
        yield from _rows(container)
        return
    with local_file(container.snapshot) as file:
        if container.kind == Container.Kind.WARC:
            for member in warcs.read_members(file, container.cursor, container.place):
                yield _page_entry(container, member)
        else:
            yield from _files(container, file)


def _rows(container: Container) -> Iterator[Entry]:
    table, mapping = container.table, TableMapping.from_plain(container.mapping)
    with local_file(container.snapshot, encoding=table["encoding"]) as file:
        rows = read_rows(
            file, container.kind, format_of(table), table["columns"], container.cursor, container.place
        )
        # The child reads the next rows while these are stored: two cores' work.
        with ThreadPoolExecutor(max_workers=1) as ahead:
            before: tuple[list[Row], Future[list[RowArticle | EntryError]]] | None = None
            for batch in _batches(rows):
                whole = [row.values for row in batch if row.error is None]
                reading = ahead.submit(read_rows_in_child, whole, mapping)
                if before is not None:
                    yield from _row_entries(container, *before, mapping)
                before = (batch, reading)
            if before is not None:
                yield from _row_entries(container, *before, mapping)


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += row.end - row.offset
        if len(batch) >= CHUNK_ENTRIES or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _row_entries(
    container: Container,
    batch: list[Row],
    reading: "Future[list[RowArticle | EntryError]]",
    mapping: TableMapping,
) -> Iterator[Entry]:
    found = iter(reading.result())
    for row in batch:
        yield _row_entry(container, row, row.error or next(found), mapping)


def _row_entry(
    container: Container, row: Row, found: RowArticle | EntryError, mapping: TableMapping
) -> Entry:
    item = _item(container, Kind.ROW, row.number, row.offset)
    entry = Entry(row.number, row.end, row.end - row.offset, item)
    if isinstance(found, RowArticle) and (problem := _address_problem(found)):
        found = problem
    if isinstance(found, EntryError):
        item.title = _glimpse(row, mapping)
        item.outlet_name = _outlet_named(row, mapping) or item.outlet_name
        entry.fail(found.code, found.message)
        return entry
    item.url, item.title, item.external_id = storable(found.url), found.title, found.external_id
    item.outlet_name = found.outlet[:200] or item.outlet_name
    item.published_at, item.published_on = found.published_at, found.published_on
    if found.parsed is None:
        item.kind, item.snapshot, item.state = Kind.URL, None, State.QUEUED
        item.started_at = item.finished_at = None
        item.attempts = 0
    entry.parsed = found.parsed
    return entry


def read_mapped(rows: Sequence[Row], mapping: TableMapping) -> list[RowArticle | EntryError]:
    """What each of `rows` would become, or why nothing."""
    found = iter(read_rows_in_child([row.values for row in rows if row.error is None], mapping))
    read = [row.error or next(found) for row in rows]
    return [_address_problem(one) or one if isinstance(one, RowArticle) else one for one in read]


def _address_problem(found: RowArticle) -> EntryError | None:
    """What is wrong with the address of a text. Nothing is fetched from there, but people will follow it."""
    if not found.url or found.parsed is None:
        return None
    try:
        read_url(found.url)
    except FetchError as error:
        return EntryError(error.code, error.message)
    return None


def _glimpse(row: Row, mapping: TableMapping) -> str:
    """Something to know a row by that could not be read: its title, or the start of whatever it has."""
    title = row.values.get(mapping.columns.get("title", ""), "")
    return " ".join(storable(title or next(filter(None, row.values.values()), "")).split())[:200]


def _outlet_named(row: Row, mapping: TableMapping) -> str:
    return " ".join(storable(row.values.get(mapping.columns.get("outlet", ""), "")).split())[:200]


def _page_entry(container: Container, member: Member) -> Entry:
    item = _item(container, Kind.FILE, member.number, member.offset)
    item.url, item.file_name = storable(member.url)[:10_000], ""
    entry = Entry(member.number, member.end, len(member.content), item)
    if member.error is not None:
        entry.fail(member.error.code, member.error.message)
        return entry
    item.snapshot = keep_snapshot(
        content=member.content,
        media_type=member.media_type,
        charset=member.charset,
        url=item.url,
        headers={
            **{storable(name): storable(value) for name, value in member.headers.items()},
            "WARC-Date": storable(member.fetched_at),  # when it was fetched; the row's own date is today
        },
        status=member.status,
    )
    _queue(item)
    return entry


def _files(container: Container, file: BinaryIO) -> Iterator[Entry]:
    limits = ArchiveLimits(
        members=settings.CONTAINER_MAX_ITEMS, bytes_in_all=settings.CONTAINER_MAX_UNPACKED_BYTES
    )
    with archives.open_archive(file, limits) as archive:
        members = archives.list_members(archive, limits)
        if not members:
            raise ParsingError("empty", "There is no file in this archive.")
        for member in members[container.place :]:
            yield _file_entry(container, archive, member)


def _file_entry(container: Container, archive: Any, member: ArchiveMember) -> Entry:
    item = _item(container, Kind.FILE, member.number, member.number)
    item.file_name = storable(member.name)[-255:]
    entry = Entry(member.number, member.number, min(member.size, MAX_BYTES), item)
    if member.error is not None:
        entry.fail(member.error.code, member.error.message)
        return entry
    try:
        _open_file(container, archive, member, entry)
    except (ParsingError, DomainError) as error:
        entry.fail(error.code, error.message)
    return entry


def _open_file(container: Container, archive: Any, member: ArchiveMember, entry: Entry) -> None:
    """Reads a file of an archive. Raises ParsingError, DomainError."""
    with tempfile.SpooledTemporaryFile(max_size=MAX_BYTES) as spooled:
        file = cast(BinaryIO, spooled)
        with archives.open_member(archive, member) as stream:
            for block in archives.blocks(stream, member.size + 1):
                file.write(block)
        found = sniff(file, member.name)
        if found.kind == "zip":
            raise DomainError(
                "nested_archive",
                f"{member.name} is an archive inside the archive: unpack it and upload it by itself.",
            )
        if found.is_container:
            entry.container = _prepared(
                ContainerRequest(file, member.name, found.kind, outlet=container.outlet_name)
            )
            return
        if found.unknown_type:  # nobody chose it: an archive has style sheets and scripts beside its articles
            raise unsupported_type(found.unknown_type)
        if member.size > MAX_BYTES:
            raise DomainError(
                "too_large",
                f"{member.name} is larger than the {MAX_BYTES // 1_000_000} MB that one article may have.",
            )
        file.seek(0)
        entry.item.snapshot = keep_snapshot(content=file.read(), media_type=MEDIA_TYPES[found.kind])
    _queue(entry.item)


def _prepared(request: ContainerRequest) -> PreparedContainer:
    """As `prepare_container`; a person is asked about a table whose columns do not say what they are."""
    try:
        return prepare_container(request)
    except DomainError as error:
        if error.code != "mapping_needed":
            raise
        return prepare_container(replace(request, ask=True))


MEDIA_TYPES = {
    "html": "text/html",
    "text": "text/plain",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def _queue(item: ImportItem) -> None:
    item.state = State.QUEUED
    item.attempts, item.started_at, item.finished_at = 0, None, None


def _item(container: Container, kind: ImportItem.Kind, place: int, offset: int) -> ImportItem:
    """An item that has ended when it is stored, unless it turns out to be one to be run."""
    now = timezone.now()
    return ImportItem(
        job_id=container.job_id,
        container_id=container.pk,
        kind=kind,
        place=place,
        offset=offset,
        snapshot_id=container.snapshot_id,
        outlet_name=container.outlet_name,
        attempts=1,
        queued_at=now,
        started_at=now,
        finished_at=now,
    )


def _outlet(entry: Entry) -> Outlet:
    assert entry.outlet is not None, "whoever has a text was given an outlet"
    return entry.outlet


def _parsed(entry: Entry) -> ParsedArticle:
    assert entry.parsed is not None
    return entry.parsed
