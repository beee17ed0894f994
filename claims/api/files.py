"""REST API: bytes as they came in, web archives of them, and tables that wait for somebody to say what their columns are."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.serializers import BooleanField, CharField, DateTimeField, IntegerField

from articles import queries
from articles.api import GivenMappingSerializer
from articles.models import Article, Container, ImportJob, Snapshot
from articles.parsing.formats.columns import TableMapping
from articles.parsing.formats.tables import TableFormat
from articles.services.archiving import snapshots_of_article, snapshots_of_import, warc_records
from articles.services.containers import (
    format_of,
    leave_out_container,
    read_container_start,
    start_container,
    suggest_mapping,
)
from articles.services.previewing import preview_table
from articles.services.snapshots import read_snapshot
from claims.api.articleserializers import SnapshotSerializer
from claims.api.imports import file_shape
from claims.api.importserializers import ImportFileSerializer
from claims.api.shapes import Shape
from factcheck.api.schema import problems
from factcheck.api.views import ApiRequest, ApiView, validated
from factcheck.lib.errors import Missing

WARC = {(200, "application/warc"): OpenApiTypes.BINARY}

# ---- Snapshots -------------------------------------------------------------------------------------


class SnapshotUseSerializer(serializers.Serializer):
    article = IntegerField()
    version = IntegerField()


class SnapshotDetailSerializer(SnapshotSerializer):
    charset = CharField()
    versions = SnapshotUseSerializer(many=True, help_text="Texts that were read from it, the latest first.")
    items = serializers.ListField(
        child=IntegerField(), help_text="Items of imports that met it, the latest first."
    )


class SnapshotDetail(ApiView):
    @extend_schema(
        operation_id="snapshots_retrieve",
        tags=["snapshots"],
        summary="Bytes as they were fetched or uploaded: where from, and what was read from them",
        responses=SnapshotDetailSerializer,
    )
    def get(self, request: ApiRequest, digest: str) -> Response:
        view = queries.snapshot_view(digest)
        if view is None:
            raise _no_snapshot()
        snapshot = view.snapshot
        names = ("sha256", "size", "status", "media_type", "charset", "url", "created_at")
        return Response(
            {
                **{name: getattr(snapshot, name) for name in names},
                "versions": [{"article": one.article_id, "version": one.pk} for one in view.versions],
                "items": [item.pk for item in view.items],
            }
        )


class SnapshotContent(ApiView):
    @extend_schema(
        operation_id="snapshots_content",
        tags=["snapshots"],
        summary="The bytes themselves",
        description="They are a stranger's: whatever they say they are, they come as application/octet-stream.",
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: ApiRequest, digest: str) -> HttpResponse:
        try:
            content = read_snapshot(_snapshot(digest))
        except OSError as error:
            raise Missing(
                "snapshot_lost", "The bytes of this snapshot are no longer where they were kept."
            ) from error
        return HttpResponse(
            content,
            content_type="application/octet-stream",
            headers={
                "Content-Disposition": f'attachment; filename="snapshot-{digest[:12]}.bin"',
                "X-Content-Type-Options": "nosniff",
            },
        )


class SnapshotArchive(ApiView):
    @extend_schema(
        operation_id="snapshots_warc",
        tags=["snapshots"],
        summary="A snapshot as a web archive",
        responses=WARC,
    )
    def get(self, request: ApiRequest, digest: str) -> StreamingHttpResponse:
        return _warc([_snapshot(digest)], f"snapshot-{digest[:12]}.warc.gz")


class ArticleArchive(ApiView):
    @extend_schema(
        operation_id="articles_warc",
        tags=["snapshots", "articles"],
        summary="What all versions of an article were read from, as a web archive",
        responses=WARC,
    )
    def get(self, request: ApiRequest, pk: int) -> StreamingHttpResponse:
        article = Article.objects.filter(pk=pk).first()
        if article is None:
            raise Missing("article_not_found", f"There is no article {pk}.")
        return _warc(snapshots_of_article(article), f"article-{pk}.warc.gz")


class ImportArchive(ApiView):
    @extend_schema(
        operation_id="imports_warc",
        tags=["snapshots", "imports"],
        summary="All that an import fetched or was given, as a web archive",
        responses=WARC,
    )
    def get(self, request: ApiRequest, pk: int) -> StreamingHttpResponse:
        job = ImportJob.objects.filter(pk=pk).first()
        if job is None:
            raise Missing("import_not_found", f"There is no import {pk}.")
        return _warc(snapshots_of_import(job), f"import-{pk}.warc.gz")


def _snapshot(digest: str) -> Snapshot:
    snapshot = Snapshot.objects.filter(sha256=digest).first()
    if snapshot is None:
        raise _no_snapshot()
    return snapshot


def _no_snapshot() -> Missing:
    return Missing("snapshot_not_found", "There is no such snapshot, or not any more.")


def _warc(snapshots: Iterable[Snapshot], name: str) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        warc_records(snapshots, name=name),
        content_type="application/warc",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
        },
    )


# ---- Tables that wait ------------------------------------------------------------------------------


class TableFormatSerializer(serializers.Serializer):
    """How a table is written."""

    encoding = CharField()
    delimiter = CharField(help_text="Between fields; empty for JSON lines.")
    has_header = BooleanField(help_text="Row 1 names the columns.")


class TableRowSerializer(serializers.Serializer):
    """A row as it would be imported, or why it would not be."""

    number = IntegerField()
    title = CharField()
    start = CharField(help_text="Of its text.")
    outlet = CharField()
    published_at = DateTimeField(allow_null=True)
    url = CharField()
    error = CharField()


class TableSerializer(serializers.Serializer):
    """A table of an import, as it would be read by the mapping that fits it best."""

    file = ImportFileSerializer()
    format = TableFormatSerializer()
    columns = serializers.ListField(child=CharField())
    mapping = serializers.DictField(
        child=CharField(), help_text="Field to column: a guess, or the last one's."
    )
    dates = CharField(help_text="How dates like 03/04/2026 would be read; empty: say it.")
    rows = TableRowSerializer(many=True, help_text="The first ten.")
    broken = IntegerField(help_text="Rows at its start that could not be imported so.")


class GivenFormatSerializer(serializers.Serializer):
    encoding = CharField(max_length=40)
    delimiter = CharField(max_length=1, allow_blank=True, trim_whitespace=False)
    has_header = BooleanField()


class GivenTableSerializer(serializers.Serializer):
    """What the columns are. `format` only where the table is written otherwise than it was taken to be."""

    mapping = GivenMappingSerializer()
    outlet = CharField(required=False, allow_blank=True, default="", max_length=200)
    format = GivenFormatSerializer(required=False, allow_null=True, default=None)


class ImportTable(ApiView):
    @extend_schema(
        operation_id="imports_table",
        tags=["imports"],
        summary="A table that waits for its columns: a guess, and how its first rows would come in",
        responses=TableSerializer,
        extensions=problems("400"),
    )
    def get(self, request: ApiRequest, pk: int, file_id: int) -> Response:
        container = _table(pk, file_id)
        start = read_container_start(container)
        mapping = suggest_mapping(start)
        preview = preview_table(start.rows, mapping, outlet=container.outlet_name)
        how = format_of(container.table)
        body: Shape = {
            "file": file_shape(container),
            "format": {name: getattr(how, name) for name in ("encoding", "delimiter", "has_header")},
            "columns": list(start.columns),
            "mapping": dict(mapping.columns),
            "dates": mapping.dates,
            "rows": [
                {
                    "published_at": row.instant,
                    **{
                        name: getattr(row, name)
                        for name in ("number", "title", "start", "outlet", "url", "error")
                    },
                }
                for row in preview.rows
            ],
            "broken": len(preview.broken),
        }
        return Response(body)


class StartTable(ApiView):
    @extend_schema(
        operation_id="imports_table_start",
        tags=["imports"],
        summary="Say what a table's columns are, and have its rows imported",
        request=GivenTableSerializer,
        responses={202: ImportFileSerializer},
        examples=[
            OpenApiExample(
                "Two columns",
                {"mapping": {"text": "body", "title": "headline"}, "outlet": "Lakeside Post"},
                request_only=True,
            )
        ],
        extensions=problems("409"),
    )
    def post(self, request: ApiRequest, pk: int, file_id: int) -> Response:
        given = validated(GivenTableSerializer, request)
        container, how = _table(pk, file_id), given["format"]
        columns = {name: column for name, column in given["mapping"].items() if name != "dates" and column}
        container = start_container(
            by=request.user,
            container=container,
            how=TableFormat(**how) if how else format_of(container.table),
            mapping=TableMapping(columns, given["mapping"].get("dates", "")),
            outlet=given["outlet"] or container.outlet_name,
        )
        return Response(file_shape(container), status=202)


class LeaveOutTable(ApiView):
    @extend_schema(
        operation_id="imports_table_leave_out",
        tags=["imports"],
        summary="Import nothing of a table that waits for its columns",
        request=None,
        responses=ImportFileSerializer,
        extensions=problems("400", "409"),
    )
    def post(self, request: ApiRequest, pk: int, file_id: int) -> Response:
        leave_out_container(by=request.user, container=_table(pk, file_id))
        return Response(file_shape(_table(pk, file_id)))


def _table(pk: int, file_id: int) -> Any:
    container = Container.objects.select_related("snapshot").filter(job=pk, pk=file_id).first()
    if container is None or not container.table:
        raise Missing("file_not_found", f"Import {pk} has no table {file_id}.")
    return container
