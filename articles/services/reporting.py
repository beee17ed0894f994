"""How each item of an import ended, as a file to be kept: a row per item, streamed, however many there are."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from django.urls import reverse

from articles.models import ImportItem, ImportJob
from articles.queries import latest_run
from factcheck.lib.tables import plain_cell

COLUMNS = (
    "position", "kind", "item", "outlet", "state", "stage", "outcome", "attempts", "error_code", "error_message",
    "article", "version", "claims", "queued_at", "started_at", "finished_at", "waited_ms", "fetching_ms", "parsing_ms",
    "recording_ms",
)  # fmt: skip
TIMINGS = ("waited", *ImportItem.Stage.values)
CHUNK = 500

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Report:
    """A form that a report comes in. `lines(job, base=...)` yields its parts; `base` is the desk's own address."""

    content_type: str
    lines: Callable[..., Iterator[bytes]]


def report_rows(job: ImportJob, *, base: str = "") -> Iterator[Row]:
    """The items of `job` in their order. Keys are COLUMNS; `article` is the address of its page, at that version."""
    items = (
        job.items.select_related("version__article__outlet")
        .defer("version__text", "version__provenance")
        .prefetch_related("version__runs")
        .order_by("position")
    )
    for item in items.iterator(chunk_size=CHUNK):
        yield _row(item, base)


def csv_lines(job: ImportJob, *, base: str = "") -> Iterator[bytes]:
    line = _Line()
    writer = csv.writer(line)
    writer.writerow(COLUMNS)
    yield "\ufeff".encode() + line.take()  # the mark by which spreadsheets know UTF-8
    for row in report_rows(job, base=base):
        writer.writerow([plain_cell(_iso(row[name])) for name in COLUMNS])
        yield line.take()


def json_lines(job: ImportJob, *, base: str = "") -> Iterator[bytes]:
    about = {"import": job.pk, "label": job.label, "total": job.total, "created_at": job.created_at}
    yield orjson.dumps(about)[:-1] + b',"items":['
    for number, row in enumerate(report_rows(job, base=base)):
        yield (b",\n" if number else b"\n") + orjson.dumps(row)
    yield b"\n]}\n"


FORMATS = {
    "csv": Report("text/csv; charset=utf-8", csv_lines),
    "json": Report("application/json", json_lines),
}


def report_name(job: ImportJob, form: str) -> str:
    return f"import-{job.pk}.{form}"


def _row(item: ImportItem, base: str) -> Row:
    version, run = item.version, latest_run(item)
    return {
        "position": item.position,
        "kind": item.kind,
        "item": str(item),
        "outlet": version.article.outlet.name if version else item.outlet_name,
        "state": item.state,
        "stage": item.stage,
        "outcome": item.outcome,
        "attempts": item.attempts,
        "error_code": item.error_code,
        "error_message": item.error_message,
        "article": f"{base}{reverse('article_detail', args=[version.article_id])}?version={version.number}"
        if version
        else "",
        "version": version.number if version else None,
        "claims": run.claims if run else None,
        "queued_at": item.queued_at,
        "started_at": item.started_at,
        "finished_at": item.finished_at,
        **{f"{name}_ms": item.timings.get(name) for name in TIMINGS},
    }


def _iso(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


class _Line:
    """What a csv.writer writes to: gives back what was written since it was last asked."""

    def __init__(self) -> None:
        self._text = ""

    def write(self, text: str) -> None:
        self._text += text

    def take(self) -> bytes:
        text, self._text = self._text, ""
        return text.encode()
