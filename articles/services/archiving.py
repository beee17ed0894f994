"""Snapshots as WARC files (ISO 28500), for other archives: written record by record, so that any number streams."""

from collections.abc import Iterable, Iterator
from http import HTTPStatus
from io import BytesIO

from django.db.models import QuerySet
from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]  # has no hints
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]

from articles.models import Article, ArticleVersion, ImportJob, Snapshot
from articles.services.snapshots import read_snapshot

CHUNK = 100
# What was said of the bytes on the wire; those that are kept are decompressed and in one piece.
_OF_THE_WIRE = frozenset({"content-encoding", "transfer-encoding", "content-length", "connection"})


def snapshots_of_article(article: Article) -> QuerySet[Snapshot]:
    """The bytes that its versions were read from."""
    of_versions = ArticleVersion.objects.filter(article=article, snapshot__isnull=False)
    return Snapshot.objects.filter(pk__in=of_versions.values("snapshot")).order_by("pk")


def snapshots_of_import(job: ImportJob) -> QuerySet[Snapshot]:
    """What an import fetched or was given."""
    of_items = job.items.filter(snapshot__isnull=False).order_by()
    return Snapshot.objects.filter(pk__in=of_items.values("snapshot")).order_by("pk")


def warc_records(snapshots: Iterable[Snapshot], *, name: str) -> Iterator[bytes]:
    """A .warc.gz of `snapshots`, a gzip member for each record.

    First a `warcinfo`. Then, for each, a `response` with the headers that came with it (a `resource` named by its
    digest, when it was uploaded or pasted), its payload digest being the snapshot's sha256; before it, for each step
    of its redirects, a `metadata` record of the address (`via` says which one led there): no more of those answers
    is known. Bytes that the storage has lost leave a `metadata` record that says so.
    """
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=True, warc_version="1.1")

    def taken() -> bytes:
        written = buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
        return written

    info = {
        "software": "Factcheck workbench",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
    }
    writer.write_record(writer.create_warcinfo_record(name, info))
    yield taken()
    rows = snapshots.iterator(chunk_size=CHUNK) if isinstance(snapshots, QuerySet) else snapshots
    for snapshot in rows:
        _write(writer, snapshot)
        yield taken()


def _write(writer: WARCWriter, snapshot: Snapshot) -> None:
    uri = _uri(snapshot.url) or f"urn:sha256:{snapshot.sha256}"
    given = {"WARC-Date": snapshot.created_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")}
    steps = [_uri(url) for url in snapshot.redirects] + [uri]
    for before, step in zip(["", *steps], steps, strict=False):
        if len(steps) > 1:
            fields = [("via", before), ("hopsFromSeed", "R")] if before else [("hopsFromSeed", "")]
            _write_metadata(writer, step, fields, given)
    try:
        content = read_snapshot(snapshot)
    except OSError:
        lost = [("error", "the bytes are no longer where they were kept"), ("sha256", snapshot.sha256)]
        _write_metadata(writer, uri, lost, given)
        return
    given |= {"WARC-Payload-Digest": f"sha256:{snapshot.sha256}"}
    if not snapshot.url:
        content_type = snapshot.media_type or "application/octet-stream"
        if snapshot.charset:
            content_type += f"; charset={snapshot.charset}"
        record = writer.create_warc_record(
            uri,
            "resource",
            payload=BytesIO(content),
            length=len(content),
            warc_content_type=content_type,
            warc_headers_dict=given,
        )
    else:
        record = writer.create_warc_record(
            uri,
            "response",
            payload=BytesIO(content),
            length=len(content),
            warc_headers_dict=given,
            http_headers=_http_headers(snapshot, len(content)),
        )
    writer.write_record(record)


def _http_headers(snapshot: Snapshot, size: int) -> StatusAndHeaders:
    kept = [(_line(name), _line(value)) for name, value in snapshot.headers.items()]
    headers = [(name.title(), value) for name, value in kept if name.lower() not in _OF_THE_WIRE]
    return StatusAndHeaders(
        _status_line(snapshot.status or HTTPStatus.OK),
        [*headers, ("Content-Length", str(size))],
        protocol="HTTP/1.1",
    )


def _status_line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:  # a number of the server's own
        return f"{status} Unknown"


def _write_metadata(
    writer: WARCWriter, uri: str, fields: list[tuple[str, str]], given: dict[str, str]
) -> None:
    block = "".join(f"{name}: {_line(value)}\r\n" for name, value in fields).encode()
    record = writer.create_warc_record(
        uri, "metadata", payload=BytesIO(block), length=len(block), warc_headers_dict=dict(given)
    )
    writer.write_record(record)


def _uri(url: str) -> str:
    """An address as a header takes it."""
    return _line(url).replace(" ", "%20")


def _line(text: str) -> str:
    return "".join(c for c in text if c.isprintable())
