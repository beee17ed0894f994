"""Files of many articles, from their upload to the moment a worker may read them (which `expanding` does)."""

import gzip
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction

from articles.models import Container, ImportJob, Snapshot
from articles.parsing import ParsingError
from articles.parsing.formats.columns import TableMapping, guess_mapping, is_sure
from articles.parsing.formats.sniffing import TABLES
from articles.parsing.formats.starts import TableStart, read_start
from articles.parsing.formats.tables import TableFormat
from articles.parsing.formats.types import MAX_ROW_BYTES
from articles.services.streams import keep_stream
from articles.tasks import expand_container as expand_container_task
from factcheck.lib.errors import Conflict, DomainError
from factcheck.lib.roles import Role, Scope, require_role
from factcheck.models import User

Kind, State = Container.Kind, Container.State

_HEAD_BYTES = MAX_ROW_BYTES + 2_000_000


@dataclass(frozen=True, slots=True)
class ContainerRequest:
    """A file of many to import. `mapping` says what a table's columns are; without one it is guessed, and, with `ask`,
    shown to a person before anything is imported."""

    file: BinaryIO
    file_name: str
    kind: str
    outlet: str = ""
    mapping: TableMapping | None = None
    ask: bool = False


@dataclass(frozen=True, slots=True)
class PreparedContainer:
    """A file of many whose bytes are kept, and what was asked for with it."""

    request: ContainerRequest
    snapshot: Snapshot
    start: TableStart | None
    mapping: TableMapping


def prepare_container(request: ContainerRequest) -> PreparedContainer:
    """Keeps the file and looks at its start. Raises DomainError: what is wrong with it as a whole (`too_large`, `empty`,
    `not_text`, `too_many_columns`, `no_rows`), or `mapping_needed`, `mapping_wrong`."""
    start, mapping = None, request.mapping or TableMapping()
    if request.kind in TABLES:
        try:
            start = read_start(request.file, request.kind, name=request.file_name)
        except ParsingError as error:
            raise DomainError(error.code, f"{_name(request.file_name)}: {error.message}") from error
        if request.mapping is not None:
            check_mapping(request.mapping, start.columns)
        else:
            mapping = suggest_mapping(start)
            if not request.ask and not is_sure(mapping, [row.values for row in start.rows]):
                raise _mapping_needed(request.file_name, start.columns)
    snapshot = keep_stream(request.file, most=settings.CONTAINER_MAX_BYTES, name=_name(request.file_name))
    return PreparedContainer(request, snapshot, start, mapping)


def add_container(job: ImportJob, prepared: PreparedContainer) -> Container:
    """Makes the file one of the job's, and wakes a worker for it unless a person is to be asked first."""
    request, start = prepared.request, prepared.start
    waits = request.ask and start is not None and request.mapping is None
    container = Container.objects.create(
        job=job,
        snapshot=prepared.snapshot,
        kind=request.kind,
        file_name=_name(request.file_name),
        outlet_name=" ".join(storable(request.outlet).split())[:200],
        table=_table(start.how, start.columns) if start else {},
        mapping=prepared.mapping.as_plain() if start else {},
        columns_sha256=_columns_sha256(start.columns) if start else "",
        state=State.MAPPING if waits else State.QUEUED,
    )
    if not waits:
        wake_container(container)
    return container


@transaction.atomic
def start_container(
    *, by: User, container: Container, how: TableFormat, mapping: TableMapping, outlet: str = ""
) -> Container:
    """Has a table read as a person said. Raises Refused, Conflict `already_started`, DomainError (see `prepare_container`)."""
    require_role(by, Role.RESEARCHER, "import articles", scope=Scope.IMPORT)
    container = _waiting(container)
    start = read_container_start(container, how)
    check_mapping(mapping, start.columns)
    if not is_sure(mapping, [row.values for row in start.rows]):
        raise DomainError(
            "dates_ambiguous",
            "Dates like 03/04/2026 can be read in two ways: say whether the day or the month comes first.",
        )
    container.table, container.mapping = _table(how, start.columns), mapping.as_plain()
    container.columns_sha256 = _columns_sha256(start.columns)
    container.outlet_name = " ".join(storable(outlet).split())[:200]
    container.state = State.QUEUED
    container.save()
    wake_container(container)
    return container


@transaction.atomic
def leave_out_container(*, by: User, container: Container) -> None:
    """Imports nothing of a table that waits for its columns. Raises Refused, Conflict `already_started`."""
    require_role(by, Role.RESEARCHER, "import articles", scope=Scope.IMPORT)
    container = _waiting(container)
    container.state, container.error_code = State.FAILED, "left_out"
    container.error_message = f"{by} left this file out: nothing of it was imported."
    container.save()


def read_container_start(container: Container, how: TableFormat | None = None) -> TableStart:
    """The start of a table as `how` it is written, or as it was found. Raises DomainError."""
    with container.snapshot.file.open("rb") as stored, gzip.GzipFile(fileobj=stored, mode="rb") as reader:
        head = reader.read(_HEAD_BYTES)
    try:
        return read_start(
            io.BytesIO(head), container.kind, name=container.file_name, how=how or format_of(container.table)
        )
    except ParsingError as error:
        raise DomainError(error.code, error.message) from error


def suggest_mapping(start: TableStart) -> TableMapping:
    """How a table with these columns was mapped the last time, else a guess. The order of dates is judged anew."""
    guess = guess_mapping(start.columns, [row.values for row in start.rows])
    last = (
        Container.objects.filter(columns_sha256=_columns_sha256(start.columns))
        .exclude(state=State.MAPPING)
        .exclude(error_code="left_out")
        .order_by("-pk")
        .first()
    )
    if last is None:
        return guess
    return TableMapping(TableMapping.from_plain(last.mapping).columns, guess.dates)


def check_mapping(mapping: TableMapping, columns: Sequence[str]) -> None:
    """Raises DomainError `mapping_wrong`, `mapping_needed`."""
    unknown = [column for column in mapping.columns.values() if column not in columns]
    if unknown:
        raise DomainError(
            "mapping_wrong", f"There is no column “{unknown[0]}”: this table has {_listed(columns)}."
        )
    if not {"text", "url"} & set(mapping.columns):
        raise DomainError(
            "mapping_needed",
            "Say which column has the text of the articles, or at least which one their web addresses.",
        )


def format_of(table: Mapping[str, Any]) -> TableFormat:
    return TableFormat(table["encoding"], table["delimiter"], table["has_header"])


def wake_container(container: Container) -> None:
    """Wakes a worker once the transaction commits; a broker that is away only delays."""
    transaction.on_commit(lambda: expand_container_task.delay(container.pk), robust=True)


def storable(text: str) -> str:
    """Without what PostgreSQL or UTF-8 cannot hold."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _waiting(container: Container) -> Container:
    container = Container.objects.select_for_update().get(pk=container.pk)
    if container.state != State.MAPPING:
        raise Conflict(
            "already_started", f"{container.file_name} is being imported already: see how it goes."
        )
    return container


def _table(how: TableFormat, columns: Sequence[str]) -> dict[str, Any]:
    return {
        "encoding": how.encoding,
        "delimiter": how.delimiter,
        "has_header": how.has_header,
        "columns": [storable(column) for column in columns],
    }


def _columns_sha256(columns: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(sorted(columns)).encode("utf-8", "replace")).hexdigest()


def _mapping_needed(file_name: str, columns: Sequence[str]) -> DomainError:
    return DomainError(
        "mapping_needed",
        f"{_name(file_name)}: say what the columns are, and which comes first in dates like 03/04/2026, with a mapping. "
        f"The columns: {_listed(columns)}.",
        columns=list(columns),
    )


def _listed(columns: Sequence[str]) -> str:
    shown = ", ".join(columns[:20])
    return shown if len(columns) <= 20 else f"{shown} and {len(columns) - 20} more"


def _name(file_name: str) -> str:
    return storable(PurePath(file_name.replace("\\", "/")).name)[:255] or "file"
