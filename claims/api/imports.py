"""REST API: imports. They live here, not with the articles, because an import is done when its claims are there."""

from collections import Counter, defaultdict
from typing import Any

from django.db.models import Count, Sum
from django.http import StreamingHttpResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from articles.api import GivenFilesSerializer, GivenImportSerializer
from articles.models import Container, ImportItem, ImportJob
from articles.queries import NOT_DONE
from articles.retrying import is_retryable
from articles.services.importing import request_import
from articles.services.jobs import cancel_import, retry_cancelled, retry_container, retry_failed
from articles.services.reporting import FORMATS, report_name
from claims.api import articleshapes, shapes
from claims.api.filters import ImportItemFilters
from claims.api.given import GivenCancelSerializer, GivenRetrySerializer
from claims.api.importserializers import (
    CancelledSerializer,
    ImportDetailSerializer,
    ImportItemSerializer,
    ImportReportSerializer,
    ImportSerializer,
    RetriedSerializer,
)
from claims.choices import RunState
from claims.models import ExtractionRun
from factcheck.api.paging import TextOrder
from factcheck.api.picking import Picks
from factcheck.api.views import ApiRequest, ApiView, ListView, checked_body, validated
from factcheck.api.wire import JsonParser
from factcheck.lib.errors import Missing

OPEN_FILES = [Container.State.MAPPING, Container.State.QUEUED, Container.State.RUNNING]
UNDONE_RUNS = [RunState.PENDING, RunState.RUNNING]

JOB_COLUMNS = ("pk", "label", "total", "extract", "created_at", *shapes.person_columns("created_by"))
ITEM_COLUMNS = (
    "pk",
    "position",
    "kind",
    "url",
    "file_name",
    "outlet_name",
    "title",
    "external_id",
    "container",
    "place",
    "state",
    "stage",
    "attempts",
    "error_code",
    "error_message",
    "outcome",
    "duplicate_of",
    "version",
    "version__article",
    "queued_at",
    "started_at",
    "finished_at",
    "timings",
)


class Imports(ListView):
    queryset = ImportJob.objects.all()
    columns = JOB_COLUMNS
    picks = Picks(ImportSerializer)
    parser_classes = [JsonParser, MultiPartParser]

    @extend_schema(
        operation_id="imports_list",
        tags=["imports"],
        summary="Imports, newest first",
        responses=ImportSerializer(many=True),
    )
    def get(self, request: ApiRequest) -> Response:
        return self.list(request)

    @extend_schema(
        operation_id="imports_create",
        tags=["imports"],
        summary="Import articles in the background",
        description=(
            "Addresses and texts as JSON, files as multipart/form-data. The answer comes at once; ask its Location how it "
            "goes. An item that cannot be imported fails by itself, with a reason. A file of many articles (a table, JSON "
            "lines, a web archive, a ZIP) becomes items in the background."
        ),
        request={"application/json": GivenImportSerializer, "multipart/form-data": GivenFilesSerializer},
        responses={202: ImportDetailSerializer},
        examples=[
            OpenApiExample(
                "Addresses",
                {
                    "label": "This morning",
                    "urls": ["https://lakeside.example/dam", "https://lakeside.example/rain"],
                },
                request_only=True,
                media_type="application/json",
            ),
            OpenApiExample(
                "A text",
                {
                    "items": [
                        {
                            "kind": "text",
                            "outlet": "Lakeside Post",
                            "title": "Mayor rejects report on the dam",
                            "text": "“The old dam holds,” Mira Tolland said.",
                            "published_at": "2026-03-03T10:00:00Z",
                        }
                    ]
                },
                request_only=True,
                media_type="application/json",
            ),
        ],
        parameters=[
            OpenApiParameter(
                "Location", str, OpenApiParameter.HEADER, response=[202], description="The import's address."
            ),
        ],
    )
    def post(self, request: ApiRequest) -> Response:
        is_upload = (request.content_type or "").startswith("multipart/")
        given = checked_body(GivenFilesSerializer if is_upload else GivenImportSerializer, request)
        job = request_import(
            by=request.user,
            items=given.to_requests(),
            containers=given.to_containers() if isinstance(given, GivenFilesSerializer) else (),
            label=given.validated_data.get("label", ""),
            extract=given.validated_data["extract"],
        )
        body = _job(request, job.pk)
        return Response(body, status=status.HTTP_202_ACCEPTED, headers={"Location": body["url"]})

    def shape(self, rows: list[shapes.Row]) -> list[shapes.Shape]:
        jobs = [row["pk"] for row in rows]
        counts = _item_counts(jobs)
        read = ExtractionRun.objects.filter(
            state__in=UNDONE_RUNS, again=False, version__import_items__job__in=jobs
        )
        reading = set(read.values_list("version__import_items__job", flat=True))
        open_files = Container.objects.filter(job__in=jobs, state__in=OPEN_FILES)
        reading |= set(open_files.values_list("job", flat=True))
        return [_line(self.request, row, counts[row["pk"]], is_reading=row["pk"] in reading) for row in rows]


class ImportDetail(ApiView):
    @extend_schema(
        operation_id="imports_retrieve",
        tags=["imports"],
        summary="How an import goes",
        responses=ImportDetailSerializer,
    )
    def get(self, request: ApiRequest, pk: int) -> Response:
        return Response(_job(request, pk))


class ImportItems(ListView):
    queryset = ImportItem.objects.all()
    filterset_class = ImportItemFilters
    pagination_class = TextOrder
    columns = ITEM_COLUMNS
    picks = Picks(ImportItemSerializer)

    @extend_schema(
        operation_id="imports_items",
        tags=["imports"],
        summary="The items of an import, in their order",
        responses=ImportItemSerializer(many=True),
    )
    def get(self, request: ApiRequest, pk: int) -> Response:
        if not ImportJob.objects.filter(pk=pk).exists():
            raise _no_import(pk)
        return self.list(request)

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(job_id=self.kwargs["pk"])

    def shape(self, rows: list[shapes.Row]) -> list[shapes.Shape]:
        runs = articleshapes.latest_runs([row["version"] for row in rows if row["version"]])
        return [_item(row, runs) for row in rows]


class RetryImport(ApiView):
    @extend_schema(
        operation_id="imports_retry",
        tags=["imports"],
        summary="Import the failed items again, those of one error, those that were cancelled, one item, or a file of many",
        description="What would fail the same way again (`retryable` false) stays; where there is nothing else, 400 `not_retryable`.",
        request=GivenRetrySerializer,
        responses={202: RetriedSerializer},
    )
    def post(self, request: ApiRequest, pk: int) -> Response:
        given = validated(GivenRetrySerializer, request)
        job = _import(pk)
        if given["file"] is not None:
            retry_container(by=request.user, job=job, container_id=given["file"])
            retried = 0
        elif given["cancelled"]:
            retried = retry_cancelled(by=request.user, job=job)
        else:
            retried = retry_failed(
                by=request.user, job=job, item_id=given["item"], error_code=given["error_code"]
            )
        return Response({"retried": retried, "job": _job(request, pk)}, status=status.HTTP_202_ACCEPTED)


class CancelImport(ApiView):
    @extend_schema(
        operation_id="imports_cancel",
        tags=["imports"],
        summary="Cancel what is not done yet, or one item",
        description="What a worker has in hand stops at its next stage. To undo it, retry with `cancelled`.",
        request=GivenCancelSerializer,
        responses={200: CancelledSerializer},
    )
    def post(self, request: ApiRequest, pk: int) -> Response:
        given = validated(GivenCancelSerializer, request)
        cancelled = cancel_import(by=request.user, job=_import(pk), item_id=given["item"])
        return Response({"cancelled": cancelled, "job": _job(request, pk)})


class ImportReport(ApiView):
    @extend_schema(
        operation_id="imports_report",
        tags=["imports"],
        summary="How each item of an import ended, all of them in one answer",
        parameters=[OpenApiParameter("as", str, enum=list(FORMATS), default="json")],
        responses={
            (200, "application/json"): ImportReportSerializer,
            (200, "text/csv"): OpenApiTypes.STR,
        },
    )
    def get(self, request: ApiRequest, pk: int) -> StreamingHttpResponse:
        form = request.query_params.get("as", "json")
        if form not in FORMATS:
            raise ValidationError({"as": f"Use {' or '.join(FORMATS)}."}, code="unknown_format")
        job = _import(pk)
        return StreamingHttpResponse(
            FORMATS[form].lines(job, base=request.build_absolute_uri("/").rstrip("/")),
            content_type=FORMATS[form].content_type,
            headers={"Content-Disposition": f'attachment; filename="{report_name(job, form)}"'},
        )


def _import(pk: int) -> ImportJob:
    job = ImportJob.objects.filter(pk=pk).first()
    if job is None:
        raise _no_import(pk)
    return job


def _job(request: Request, pk: int) -> shapes.Shape:
    """How an import stands, extraction included. Raises Missing."""
    row = ImportJob.objects.filter(pk=pk).values(*JOB_COLUMNS).first()
    if row is None:
        raise _no_import(pk)
    items = _item_counts([pk])[pk]
    versions = ImportItem.objects.filter(job=pk, version__isnull=False).values("version")
    runs = ExtractionRun.objects.filter(version__in=versions, again=False).order_by().values("state")
    files = [file_shape(container) for container in Container.objects.filter(job=pk).order_by("pk")]
    is_open = any(file["state"] in OPEN_FILES for file in files)
    by_state = {run["state"]: run for run in runs.annotate(n=Count("pk"), found=Sum("claims"))}
    extractions = {state: by_state[state]["n"] if state in by_state else 0 for state in RunState.values}
    return {
        **_line(request, row, items, is_reading=is_open or any(extractions[state] for state in UNDONE_RUNS)),
        "items": {
            "queued": items["queued"],
            "running": items["running"],
            "done": row["total"] - items.total(),
            "failed": items["failed"],
            "cancelled": items["cancelled"],
        },
        "files": files,
        "extractions": extractions,
        "failed": items["failed"]
        + extractions[RunState.FAILED]
        + sum(file["state"] == Container.State.FAILED for file in files),
        "claims": sum(run["found"] or 0 for run in by_state.values()),
        "items_url": request.build_absolute_uri(reverse("api_import_items", args=[pk])),
    }


def _item_counts(jobs: list[int]) -> defaultdict[int, Counter[str]]:
    """Per job, its items that are not done, by state: those that are done are what the total leaves."""
    counts: defaultdict[int, Counter[str]] = defaultdict(Counter)
    items = ImportItem.objects.filter(job__in=jobs, state__in=NOT_DONE).order_by()
    for job, state, n in items.values_list("job", "state").annotate(n=Count("pk")):
        counts[job][state] = n
    return counts


def _line(request: Request, row: shapes.Row, items: Counter[str], *, is_reading: bool) -> shapes.Shape:
    if items["queued"] == row["total"] and (row["total"] or is_reading):
        state = "queued"
    elif items["queued"] or items["running"] or is_reading:
        state = "running"
    else:
        state = "done"
    return {
        "id": row["pk"],
        "url": request.build_absolute_uri(reverse("api_import", args=[row["pk"]])),
        "label": row["label"],
        "state": state,
        "total": row["total"],
        "extract": row["extract"],
        "created_by": shapes.person(row, "created_by"),
        "created_at": row["created_at"],
    }


def file_shape(container: Container) -> shapes.Shape:
    return {
        "id": container.pk,
        "file_name": container.file_name,
        "kind": container.kind,
        "state": container.state,
        "items": container.made,
        "columns": container.table.get("columns", []),
        "mapping": container.mapping.get("columns", {}),
        "error": _error(container.kind, container.error_code, container.error_message),
    }


def _item(row: shapes.Row, runs: dict[int, shapes.Shape]) -> shapes.Shape:
    return {
        "id": row["pk"],
        "position": row["position"],
        "kind": row["kind"],
        "url": row["url"],
        "file_name": row["file_name"],
        "outlet": row["outlet_name"],
        "title": row["title"],
        "external_id": row["external_id"],
        "file": row["container"],
        "place": row["place"],
        "state": row["state"],
        "stage": row["stage"] or None,
        "attempts": row["attempts"],
        "error": _error(row["kind"], row["error_code"], row["error_message"]),
        "outcome": row["outcome"] or None,
        "duplicate_of": row["duplicate_of"],
        "version": row["version"],
        "article": row["version__article"],
        "extraction": runs.get(row["version"]),
        "queued_at": row["queued_at"],
        "started_at": row["started_at"],
        "finished_at": row["finished_at"],
        "timings": row["timings"],
    }


def _error(kind: str, code: str, message: str) -> shapes.Shape | None:
    return {"code": code, "message": message, "retryable": is_retryable(kind, code)} if code else None


def _no_import(pk: int) -> Missing:
    return Missing("import_not_found", f"There is no import {pk}.")
