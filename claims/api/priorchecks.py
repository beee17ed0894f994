"""REST API: what other desks checked, bringing it in, and which of our claims it is about."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import (
    CharField,
    ChoiceField,
    DateField,
    DateTimeField,
    FloatField,
    IntegerField,
)

from claims import priorreads
from claims.api import shapes
from claims.api.claims import require_claim
from claims.api.filters import Filters
from claims.api.serializers import ClaimReferenceSerializer, PersonSerializer, SpeakerReferenceSerializer
from claims.choices import MatchState, PriorImportState
from claims.models import PriorCheck, PriorImport, PriorMatch, PriorProblem
from claims.priorreads import PriorFilters
from claims.services import priorimporting, priormatching
from factcheck.api.filters import IdFilter, OneOfFilter, YesNoFilter
from factcheck.api.paging import MAX_KEY
from factcheck.api.picking import Picks
from factcheck.api.schema import problems
from factcheck.api.views import ApiRequest, ApiView, ListView, validated
from factcheck.api.wire import JsonParser
from factcheck.lib.errors import Missing

CHECK_COLUMNS = (
    "pk", "text", "claimant", "speaker", "speaker__name", "speaker__kind", "publisher", "site", "url", "title", "rating",
    "rating_value", "rating_best", "rating_worst", "score", "claimed_on", "reviewed_on", "language", "appearances",
    "supersedes", "replaced_at", "prior_import", "created_at",
)  # fmt: skip
IMPORT_COLUMNS = (
    "pk", "url", "file_name", "state", "total", "added", "updated", "unchanged", "refused", "error_code", "error_message",
    "created_at", "finished_at", *shapes.person_columns("created_by"),
)  # fmt: skip
MATCH_COLUMNS = (
    "pk", "claim", "claim__text", "claim__speaker", "claim__speaker__name", "claim__speaker__kind", "state", "nearness",
    "decided_at", "created_at", *shapes.person_columns("decided_by"),
    *(f"prior_check__{name}" for name in CHECK_COLUMNS if name != "pk"), "prior_check",
)  # fmt: skip


class PriorCheckSerializer(serializers.Serializer):
    """A claim as another desk checked it, in its own words. Never a verdict of this desk."""

    id = IntegerField()
    text = CharField(help_text="The claim, as the other desk puts it.")
    claimant = CharField(help_text="Who is said to have claimed it; may be empty.")
    speaker = SpeakerReferenceSerializer(allow_null=True, help_text="Whom the desk knows by that name.")
    publisher = CharField(help_text="The other desk.")
    site = CharField(help_text="Its host name without www.")
    url = CharField(help_text="Where its check is to be read.")
    title = CharField()
    rating = CharField(help_text="In the other desk's words.")
    rating_value = FloatField(allow_null=True)
    rating_best = FloatField(allow_null=True)
    rating_worst = FloatField(allow_null=True)
    score = FloatField(
        allow_null=True, help_text="On 1 to 5; only where the other desk gives both ends of its scale."
    )
    claimed_on = DateField(allow_null=True)
    reviewed_on = DateField(allow_null=True)
    language = CharField()
    appearances = serializers.ListField(
        child=CharField(), help_text="Where it was claimed, as the other desk says."
    )
    supersedes = IntegerField(allow_null=True, help_text="What it said before.")
    replaced_at = DateTimeField(
        allow_null=True, help_text="When it came to say something else; null while it stands."
    )
    prior_import = IntegerField()
    created_at = DateTimeField()


class PriorMatchSerializer(serializers.Serializer):
    """That a check elsewhere is, or may be, of a claim of ours."""

    id = IntegerField()
    claim = ClaimReferenceSerializer()
    prior_check = PriorCheckSerializer()
    state = ChoiceField(MatchState.choices)
    nearness = FloatField(allow_null=True, help_text="0 to 1, by their words; null: a person found it.")
    decided_by = PersonSerializer(allow_null=True)
    decided_at = DateTimeField(allow_null=True)
    created_at = DateTimeField()


class PriorErrorSerializer(serializers.Serializer):
    code = CharField()
    message = CharField()


class PriorImportSerializer(serializers.Serializer):
    """One request to take in other desks' checks, and what became of its rows."""

    id = IntegerField()
    self_url = CharField()
    url = CharField(help_text="The address; empty for a file.")
    file_name = CharField()
    state = ChoiceField(PriorImportState.choices)
    total = IntegerField(allow_null=True, help_text="Rows, once they were found.")
    added = IntegerField()
    updated = IntegerField(help_text="Known ones that say something else now.")
    unchanged = IntegerField()
    refused = IntegerField()
    error = PriorErrorSerializer(allow_null=True)
    problems_url = CharField()
    created_by = PersonSerializer()
    created_at = DateTimeField()
    finished_at = DateTimeField(allow_null=True)


class PriorProblemSerializer(serializers.Serializer):
    """A row that was refused, and why."""

    place = IntegerField(help_text="Its row in what was given, from 1.")
    code = CharField()
    message = CharField()


class GivenPriorImportSerializer(serializers.Serializer):
    url = CharField(
        max_length=2048, help_text="Of a page with ClaimReview, of a DataFeed, or of a JSON list of them."
    )


class GivenPriorFileSerializer(serializers.Serializer):
    file = serializers.FileField(allow_empty_file=True)


class GivenMatchStateSerializer(serializers.Serializer):
    state = ChoiceField(MatchState.choices, help_text="`suggested` opens it again.")


class GivenMatchSerializer(serializers.Serializer):
    prior_check = IntegerField(min_value=1, max_value=MAX_KEY)


class PriorCheckFilters(Filters):
    q = django_filters.CharFilter(method="with_words", label="Words of the claim, as in a web search.")
    site = django_filters.CharFilter(method="of_site", label="The other desk's host, like `desk.example`.")
    language = django_filters.CharFilter(label="A language code, like `en`.")
    match = OneOfFilter(
        choices=[*MatchState.choices, (priorreads.UNMATCHED, "No claim of ours")],
        method="matched",
        label="That have a match in this state; `none`: that have none.",
    )
    speaker = IdFilter(field_name="speaker_id", label="A speaker's id.")
    standing = YesNoFilter(
        field_name="replaced_at", lookup_expr="isnull", label="Whether that is what it says now."
    )

    class Meta:
        model = PriorCheck
        fields: list[str] = []

    def with_words(self, checks: QuerySet[PriorCheck], name: str, words: str) -> QuerySet[PriorCheck]:
        return priorreads.narrowed_checks(checks, PriorFilters(words=words))

    def of_site(self, checks: QuerySet[PriorCheck], name: str, site: str) -> QuerySet[PriorCheck]:
        return priorreads.narrowed_checks(checks, PriorFilters(site=site))

    def matched(self, checks: QuerySet[PriorCheck], name: str, match: str) -> QuerySet[PriorCheck]:
        return priorreads.narrowed_checks(checks, PriorFilters(match=match))


class PriorChecks(ListView):
    queryset = PriorCheck.objects.all()
    filterset_class = PriorCheckFilters
    columns = CHECK_COLUMNS
    picks = Picks(PriorCheckSerializer)

    @extend_schema(
        operation_id="prior_checks_list",
        tags=["prior checks"],
        summary="What other desks checked, the latest to come in first",
        responses=PriorCheckSerializer(many=True),
    )
    def get(self, request: ApiRequest) -> Response:
        return self.list(request)

    def shape(self, rows: list[shapes.Row]) -> list[shapes.Shape]:
        return [_check(row) for row in rows]


class PriorCheckDetail(ApiView):
    @extend_schema(
        operation_id="prior_checks_retrieve",
        tags=["prior checks"],
        summary="One check of another desk",
        responses=PriorCheckSerializer,
    )
    def get(self, request: ApiRequest, pk: int) -> Response:
        row = PriorCheck.objects.filter(pk=pk).values(*CHECK_COLUMNS).first()
        if row is None:
            raise Missing("prior_check_not_found", f"There is no check {pk} of another desk.")
        return Response(_check(row))


class ClaimPriorMatches(ApiView):
    @extend_schema(
        operation_id="claims_prior_matches",
        tags=["claims", "prior checks"],
        summary="What other desks checked that is, or may be, this claim",
        responses=PriorMatchSerializer(many=True),
    )
    def get(self, request: ApiRequest, claim_id: int) -> Response:
        require_claim(claim_id)
        rows = PriorMatch.objects.filter(claim=claim_id).order_by("pk").values(*MATCH_COLUMNS)
        return Response([_match(row) for row in rows])

    @extend_schema(
        operation_id="claims_match_prior_check",
        tags=["claims", "prior checks"],
        summary="Say that a check of another desk is of this claim",
        request=GivenMatchSerializer,
        responses={201: PriorMatchSerializer},
    )
    def post(self, request: ApiRequest, claim_id: int) -> Response:
        given = validated(GivenMatchSerializer, request)
        match = priormatching.match_by_hand(by=request.user, check_id=given["prior_check"], claim_id=claim_id)
        return Response(_match_of(match.pk), status=status.HTTP_201_CREATED)


class DecidePriorMatch(ApiView):
    @extend_schema(
        operation_id="prior_matches_decide",
        tags=["prior checks"],
        summary="Confirm or reject that a check elsewhere is of a claim of ours",
        request=GivenMatchStateSerializer,
        responses=PriorMatchSerializer,
    )
    def post(self, request: ApiRequest, pk: int) -> Response:
        given = validated(GivenMatchStateSerializer, request)
        priormatching.decide_match(by=request.user, match_id=pk, state=given["state"])
        return Response(_match_of(pk))


class PriorImports(ListView):
    queryset = PriorImport.objects.all()
    columns = IMPORT_COLUMNS
    picks = Picks(PriorImportSerializer)
    parser_classes = [JsonParser, MultiPartParser]

    @extend_schema(
        operation_id="prior_imports_list",
        tags=["prior checks"],
        summary="Imports of other desks' checks, newest first",
        responses=PriorImportSerializer(many=True),
    )
    def get(self, request: ApiRequest) -> Response:
        return self.list(request)

    def shape(self, rows: list[shapes.Row]) -> list[shapes.Shape]:
        return [_import(self.request, row) for row in rows]

    @extend_schema(
        operation_id="prior_imports_create",
        tags=["prior checks"],
        summary="Bring in other desks' ClaimReview in the background",
        description=(
            "An address as JSON, or a file as multipart/form-data: a page with JSON-LD, a ClaimReview, a list or a DataFeed of "
            "them, JSON lines, or an answer of claims:search. Each row has its own fate; the same check is kept once."
        ),
        request={
            "application/json": GivenPriorImportSerializer,
            "multipart/form-data": GivenPriorFileSerializer,
        },
        responses={202: PriorImportSerializer},
        parameters=[
            OpenApiParameter(
                "Location", str, OpenApiParameter.HEADER, response=[202], description="The import's address."
            )
        ],
    )
    def post(self, request: ApiRequest) -> Response:
        if (request.content_type or "").startswith("multipart/"):
            file = validated(GivenPriorFileSerializer, request)["file"]
            job = priorimporting.request_prior_import(by=request.user, file=file.file, name=file.name)
        else:
            url = validated(GivenPriorImportSerializer, request)["url"]
            job = priorimporting.request_prior_import(by=request.user, url=url)
        return _accepted(request, job.pk)


class PriorImportDetail(ApiView):
    @extend_schema(
        operation_id="prior_imports_retrieve",
        tags=["prior checks"],
        summary="How an import of other desks' checks goes",
        responses=PriorImportSerializer,
    )
    def get(self, request: ApiRequest, pk: int) -> Response:
        return Response(_shown(request, pk))


class PriorImportProblems(ListView):
    queryset = PriorProblem.objects.all()
    columns = ("pk", "place", "code", "message")
    picks = Picks(PriorProblemSerializer)

    @extend_schema(
        operation_id="prior_imports_problems",
        tags=["prior checks"],
        summary="The rows that were refused, and why (the first 1,000), the last first",
        responses=PriorProblemSerializer(many=True),
    )
    def get(self, request: ApiRequest, pk: int) -> Response:
        _shown(request, pk)
        return self.list(request)

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(prior_import_id=self.kwargs["pk"])

    def shape(self, rows: list[shapes.Row]) -> list[shapes.Shape]:
        return [{name: row[name] for name in ("place", "code", "message")} for row in rows]


class RetryPriorImport(ApiView):
    @extend_schema(
        operation_id="prior_imports_retry",
        tags=["prior checks"],
        summary="Do an import again that has ended: an address is fetched anew",
        request=None,
        responses={202: PriorImportSerializer},
        extensions=problems("400"),
    )
    def post(self, request: ApiRequest, pk: int) -> Response:
        priorimporting.retry_prior_import(by=request.user, import_id=pk)
        return _accepted(request, pk)


def _check(row: shapes.Row, at: str = "") -> shapes.Shape:
    plain = (name for name in CHECK_COLUMNS if name != "pk" and not name.startswith("speaker"))
    return {
        "id": row[f"{at}pk"] if not at else row[at.removesuffix("__")],
        "speaker": shapes.speaker_reference(row, f"{at}speaker"),
        **{name: row[f"{at}{name}"] for name in plain},
    }


def _match_of(pk: int) -> shapes.Shape:
    return _match(PriorMatch.objects.filter(pk=pk).values(*MATCH_COLUMNS)[0])


def _match(row: shapes.Row) -> shapes.Shape:
    return {
        "id": row["pk"],
        "claim": {
            "id": row["claim"],
            "text": row["claim__text"],
            "speaker": shapes.speaker_reference(row, "claim__speaker"),
        },
        "prior_check": _check(row, "prior_check__"),
        "state": row["state"],
        "nearness": row["nearness"],
        "decided_by": shapes.person(row, "decided_by"),
        "decided_at": row["decided_at"],
        "created_at": row["created_at"],
    }


def _accepted(request: Request, pk: int) -> Response:
    body = _shown(request, pk)
    return Response(body, status=status.HTTP_202_ACCEPTED, headers={"Location": body["self_url"]})


def _shown(request: Request, pk: int) -> shapes.Shape:
    """Raises Missing."""
    row = PriorImport.objects.filter(pk=pk).values(*IMPORT_COLUMNS).first()
    if row is None:
        raise Missing("prior_import_not_found", f"There is no import {pk} of other desks' checks.")
    return _import(request, row)


def _import(request: Request, row: shapes.Row) -> shapes.Shape:
    plain = (
        "url",
        "file_name",
        "state",
        "total",
        "added",
        "updated",
        "unchanged",
        "refused",
        "created_at",
        "finished_at",
    )
    return {
        "id": row["pk"],
        "self_url": request.build_absolute_uri(reverse("api_prior_import", args=[row["pk"]])),
        **{name: row[name] for name in plain},
        "error": {"code": row["error_code"], "message": row["error_message"]} if row["error_code"] else None,
        "problems_url": request.build_absolute_uri(reverse("api_prior_problems", args=[row["pk"]])),
        "created_by": shapes.person(row, "created_by"),
    }
