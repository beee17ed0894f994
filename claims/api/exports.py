"""REST API: exports of the desk's work, made in the background, and their files."""

from typing import Any

from django.http import FileResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BooleanField, CharField, ChoiceField, DateTimeField, IntegerField

from claims.api import shapes
from claims.api.serializers import PersonSerializer
from claims.choices import ExportFormat, ExportState, ExportSubject
from claims.exportforms import ExportForm
from claims.models import Export
from claims.services import exporting, viewing
from factcheck.api.paging import MAX_KEY
from factcheck.api.picking import Picks
from factcheck.api.schema import problems
from factcheck.api.views import ApiRequest, ApiView, ListView, validated
from factcheck.lib.errors import DomainError
from factcheck.lib.roles import Scope

COLUMNS = (
    "pk", "label", "subject", "format", "filters", "article", "story", "bom", "state", "total", "written", "lines", "size",
    "sha256", "as_of", "expires_at", "error_code", "error_message", "created_at", "finished_at",
    *shapes.person_columns("created_by"),
)  # fmt: skip
_LOCATION = OpenApiParameter(
    "Location", str, OpenApiParameter.HEADER, response=[202], description="The export's address."
)


class ExportErrorSerializer(serializers.Serializer):
    code = CharField()
    message = CharField()


class ExportSerializer(serializers.Serializer):
    """A file of the desk's work: how far it is, and where it is to be had."""

    id = IntegerField()
    url = CharField()
    label = CharField(help_text="What it is of, in words.")  # type: ignore[assignment]  # a field, not this serializer's label
    subject = ChoiceField(ExportSubject.choices)
    format = ChoiceField(ExportFormat.choices)
    filters = serializers.DictField(child=CharField(), help_text="Of claims: field of the toolbar to value.")
    article = IntegerField(allow_null=True)
    story = IntegerField(allow_null=True)
    bom = BooleanField(help_text="A CSV that begins with a byte order mark.")
    state = ChoiceField(ExportState.choices)
    total = IntegerField(allow_null=True, help_text="Things to write; null until they are counted.")
    written = IntegerField(help_text="Things written so far.")
    lines = IntegerField(help_text="Rows, lines or annotations in the file.")
    file_url = CharField(allow_null=True, help_text="Null: there is no file (yet, or any more).")
    size = IntegerField(allow_null=True, help_text="Bytes.")
    sha256 = CharField(help_text="Of the file, as hexadecimal digits; empty while there is none.")
    as_of = DateTimeField(allow_null=True, help_text="The moment whose state the file has.")
    expires_at = DateTimeField(allow_null=True, help_text="When the file is deleted.")
    error = ExportErrorSerializer(allow_null=True)
    created_by = PersonSerializer()
    created_at = DateTimeField()
    finished_at = DateTimeField(allow_null=True)


class GivenExportSerializer(serializers.Serializer):
    subject = ChoiceField(ExportSubject.choices)
    format = ChoiceField(ExportFormat.choices)
    filters = serializers.DictField(
        child=CharField(allow_blank=True, max_length=500),
        required=False,
        default=dict,
        help_text="Of claims, as a saved view has them: q, state, mine, tag, speaker, outlet, form, checkable, veracity, "
        "edited, due, older, score.",
    )
    view = IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=1,
        max_value=MAX_KEY,
        help_text="A saved view's id, instead of filters.",
    )
    article = IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=1,
        max_value=MAX_KEY,
        help_text="With subject `article`.",
    )
    story = IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=1,
        max_value=MAX_KEY,
        help_text="With subject `story`.",
    )
    bom = BooleanField(required=False, default=False)


class Exports(ListView):
    key_scope = Scope.READ
    queryset = Export.objects.all()
    columns = COLUMNS
    picks = Picks(ExportSerializer)

    @extend_schema(
        operation_id="exports_list",
        tags=["exports"],
        summary="Your exports, newest first; an editor's list has everybody's",
        responses=ExportSerializer(many=True),
    )
    def get(self, request: ApiRequest) -> Response:
        return self.list(request)

    def get_queryset(self) -> Any:
        return exporting.exports_for(self.request.user)  # type: ignore[arg-type]  # somebody who is signed in

    def shape(self, rows: list[shapes.Row]) -> list[shapes.Shape]:
        return [_export(self.request, row) for row in rows]

    @extend_schema(
        operation_id="exports_create",
        tags=["exports"],
        summary="Export work of the desk in the background",
        description=(
            "Claims (by filters or a saved view), those of an article or a story, fact-checks, or corrections. As `claimreview` come those that are published, and were not retracted. The answer comes at "
            "once; ask its Location how it goes until `state` is `done`, then get `file_url`. What a cross-checker must not "
            "see yet is in nobody's export."
        ),
        request=GivenExportSerializer,
        responses={202: ExportSerializer},
        examples=[
            OpenApiExample(
                "What is published, as a table",
                {"subject": "claims", "format": "csv", "filters": {"state": "published"}},
                request_only=True,
            )
        ],
        parameters=[_LOCATION],
        extensions=problems("404"),
    )
    def post(self, request: ApiRequest) -> Response:
        given = validated(GivenExportSerializer, request)
        export = exporting.request_export(
            by=request.user,
            subject=given["subject"],
            file_format=given["format"],
            filters=_filters(request, given),
            article_id=given["article"],
            story_id=given["story"],
            bom=given["bom"],
        )
        return _accepted(request, export)


class ExportDetail(ApiView):
    @extend_schema(
        operation_id="exports_retrieve",
        tags=["exports"],
        summary="How an export goes",
        responses=ExportSerializer,
    )
    def get(self, request: ApiRequest, pk: int) -> Response:
        return Response(_shown(request, pk))


class ExportFile(ApiView):
    @extend_schema(
        operation_id="exports_file",
        tags=["exports"],
        summary="The file",
        description="Its maker's and the editors'. `Repr-Digest` is its sha256; 404 `export_expired` once it was deleted.",
        responses={
            (200, "text/csv"): OpenApiTypes.STR,
            (200, "application/jsonl"): OpenApiTypes.STR,
            (200, "application/ld+json"): OpenApiTypes.OBJECT,
        },
    )
    def get(self, request: ApiRequest, pk: int) -> FileResponse:
        return exporting.file_response(exporting.find_export(pk, request.user))


class CancelExport(ApiView):
    key_scope = Scope.READ

    @extend_schema(
        operation_id="exports_cancel",
        tags=["exports"],
        summary="Stop an export that is not done; nothing of it is kept",
        request=None,
        responses=ExportSerializer,
        extensions=problems("400"),
    )
    def post(self, request: ApiRequest, pk: int) -> Response:
        exporting.cancel_export(by=request.user, export_id=pk)
        return Response(_shown(request, pk))


class RetryExport(ApiView):
    key_scope = Scope.READ

    @extend_schema(
        operation_id="exports_retry",
        tags=["exports"],
        summary="Make an export again that failed, was cancelled or expired",
        request=None,
        responses={202: ExportSerializer},
        parameters=[_LOCATION],
        extensions=problems("400"),
    )
    def post(self, request: ApiRequest, pk: int) -> Response:
        return _accepted(request, exporting.retry_export(by=request.user, export_id=pk))


def _filters(request: ApiRequest, given: dict[str, Any]) -> dict[str, str]:
    """Raises Missing, DomainError `unknown_filter`: a misspelt one must not export the whole desk."""
    if given["view"] is not None:
        return dict(viewing.find_view(given["view"], request.user).filters)
    form = ExportForm(given["filters"], reader=request.user)
    answers = {name: value for name, value in form.answers().items() if name in form.TOOLBAR}
    if lost := [name for name, value in given["filters"].items() if value.strip() and name not in answers]:
        raise DomainError(
            "unknown_filter",
            f"“{lost[0]}” narrows nothing to “{given['filters'][lost[0]][:80]}”: use {', '.join(form.TOOLBAR)}, with values as "
            "the list of claims has them.",
        )
    return answers


def _accepted(request: ApiRequest, export: Export) -> Response:
    body = _shown(request, export.pk)
    return Response(body, status=status.HTTP_202_ACCEPTED, headers={"Location": body["url"]})


def _shown(request: ApiRequest, pk: int) -> shapes.Shape:
    """Raises Missing."""
    export = exporting.find_export(pk, request.user)
    return _export(request, Export.objects.filter(pk=export.pk).values(*COLUMNS)[0])


def _export(request: Request, row: shapes.Row) -> shapes.Shape:
    pk = row["pk"]
    plain = (
        "label", "subject", "format", "filters", "article", "story", "bom", "state", "total", "written", "lines", "size",
        "sha256", "as_of", "expires_at", "created_at", "finished_at",
    )  # fmt: skip
    is_done = row["state"] == ExportState.DONE
    return {
        "id": pk,
        "url": request.build_absolute_uri(reverse("api_export", args=[pk])),
        **{name: row[name] for name in plain},
        "file_url": request.build_absolute_uri(reverse("api_export_file", args=[pk])) if is_done else None,
        "error": {"code": row["error_code"], "message": row["error_message"]} if row["error_code"] else None,
        "created_by": shapes.person(row, "created_by"),
    }
