"""REST API: fact-checks. Drafts, their preview and publication, corrections and retraction, through the desk's services."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import status
from rest_framework.response import Response

from claims.api import shapes
from claims.api.factcheckserializers import (
    STAGES,
    EditionSerializer,
    FactCheckDetailSerializer,
    FactCheckPreviewSerializer,
    FactCheckSerializer,
    GivenFactCheckSerializer,
    GivenNoteSerializer,
    GivenPublicationSerializer,
    GivenReasonSerializer,
    GivenWordsSerializer,
    words_of,
)
from claims.choices import Veracity
from claims.drafting import prefilled, troubles
from claims.exports.claimreview import claim_review
from claims.facts import facts_of
from claims.models import ClaimState, Edition, FactCheck, verdict_choices
from claims.models.factcheck import WORDS
from claims.publicpages import draft_as_published
from claims.publicqueries import desk, page_address
from claims.rationales import rationale_html
from claims.services import factchecks, publishing
from factcheck.api.filters import IdFilter, OneOfFilter
from factcheck.api.picking import Picks
from factcheck.api.schema import IF_MATCH, STALE, problems
from factcheck.api.views import ApiRequest, ApiView, ListView, etag, stated_version, validated
from factcheck.lib.errors import DomainError, Missing

_PLAIN = (
    "language", "version", "slug", "title", "summary", "claim_reviewed", "published_at", "changed_at", "retracted_at",
    "retraction", "written_at",
)  # fmt: skip
_COLUMNS = ("pk", "claim", *_PLAIN, "current__slug", *shapes.person_columns("written_by"))
_EDITION = (
    "number", "language", "slug", "title", "summary", "body", "claim_reviewed", "unknown", "social", "claim_text", "claimant",
    "veracity", "rating", "published_at", "listed", "undone_at",
)  # fmt: skip
_CLAIM_STALE = problems("400", "409")


class FactCheckFilters(django_filters.FilterSet):
    claim = IdFilter(field_name="claim_id", label="A claim's id.")
    language = django_filters.CharFilter(lookup_expr="iexact", label="BCP 47.")
    stage = OneOfFilter(choices=STAGES, method="at_stage")

    class Meta:
        model = FactCheck
        fields: tuple[str, ...] = ()

    def at_stage(self, rows: QuerySet[FactCheck], name: str, stage: str) -> QuerySet[FactCheck]:
        return rows.filter(
            {
                "draft": Q(current=None),
                "published": Q(current__isnull=False, retracted_at=None),
                "retracted": Q(retracted_at__isnull=False),
            }[stage]
        )


class FactCheckList(ListView):
    queryset = FactCheck.objects.all()
    filterset_class = FactCheckFilters
    columns = _COLUMNS
    picks = Picks(FactCheckSerializer)

    @extend_schema(
        operation_id="fact_checks_list",
        tags=["fact-checks"],
        summary="Fact-checks, newest first: drafts, published and retracted ones",
        responses=FactCheckSerializer(many=True),
    )
    def get(self, request: ApiRequest) -> Response:
        return self.list(request)

    @extend_schema(
        operation_id="fact_checks_create",
        tags=["fact-checks"],
        summary="Begin the fact-check of an approved claim",
        description="What is left out begins as the workbench would begin it: from the claim, its verdicts and why.",
        request=GivenFactCheckSerializer,
        responses={201: FactCheckDetailSerializer},
        examples=[
            OpenApiExample(
                "With a headline",
                {"claim": 12, "language": "en", "title": "The dam holds no more than it was built for"},
                request_only=True,
            )
        ],
        extensions=problems("400", "404", "409"),
    )
    def post(self, request: ApiRequest) -> Response:
        given = validated(GivenFactCheckSerializer, request)
        case = _case(given["claim"])
        language = factchecks.require_language(given["language"])
        facts = facts_of(case, language)
        words = prefilled(case, facts, language) if facts else {}
        made = factchecks.write_fact_check(
            by=request.user,
            claim_id=case.pk,
            language=language,
            words=words | words_of(given),
            expected_version=factchecks.NEW,
        )
        return _answer(made.pk, status.HTTP_201_CREATED)

    def shape(self, rows: list[shapes.Row]) -> list[shapes.Shape]:
        return [_shape(row) for row in rows]


class FactCheckDetail(ApiView):
    @extend_schema(
        operation_id="fact_checks_read",
        tags=["fact-checks"],
        summary="One fact-check, with what still keeps it from being published",
        responses=FactCheckDetailSerializer,
    )
    def get(self, request: ApiRequest, pk: int) -> Response:
        return _answer(pk)

    @extend_schema(
        operation_id="fact_checks_write",
        tags=["fact-checks"],
        summary="Change its words; of a published one, while a correction is open",
        request=GivenWordsSerializer,
        responses=FactCheckDetailSerializer,
        parameters=[IF_MATCH],
        extensions=STALE,
    )
    def patch(self, request: ApiRequest, pk: int) -> Response:
        given = validated(GivenWordsSerializer, request)
        fact_check = factchecks.require_fact_check(pk)
        with stated_version(request, given.get("expected_version")) as version:
            factchecks.write_fact_check(
                by=request.user,
                claim_id=fact_check.claim_id,
                language=fact_check.language,
                words=words_of(given),
                expected_version=version,
            )
        return _answer(pk)

    @extend_schema(
        operation_id="fact_checks_discard",
        tags=["fact-checks"],
        summary="Discard a draft that readers never had",
        responses={204: None},
        parameters=[IF_MATCH],
        extensions=STALE,
    )
    def delete(self, request: ApiRequest, pk: int) -> Response:
        with stated_version(request, None) as version:
            factchecks.discard_fact_check(by=request.user, fact_check_id=pk, expected_version=version)
        return Response(status=status.HTTP_204_NO_CONTENT)


class FactCheckPreview(ApiView):
    @extend_schema(
        operation_id="fact_checks_preview",
        tags=["fact-checks"],
        summary="The page as it would be published now",
        responses=FactCheckPreviewSerializer,
        extensions=problems("400"),
    )
    def get(self, request: ApiRequest, pk: int) -> Response:
        fact_check = factchecks.require_fact_check(pk)
        published = draft_as_published(fact_check, _case(fact_check.claim_id))
        if published is None:
            raise DomainError("verdict_missing", "This claim has no verdict yet: there is nothing to show.")
        return Response(
            {
                "claim_review": claim_review(published, desk()),
                "body_html": str(rationale_html(fact_check.body)),
                "unknown_html": str(rationale_html(fact_check.unknown)),
                "troubles": _troubles(fact_check),
            }
        )


class FactCheckEditions(ListView):
    queryset = Edition.objects.all()
    columns = ("pk", *_EDITION, "correction__note")
    picks = Picks(EditionSerializer)

    @extend_schema(
        operation_id="fact_checks_editions",
        tags=["fact-checks"],
        summary="What was published of it, the last first; undone ones too",
        responses=EditionSerializer(many=True),
    )
    def get(self, request: ApiRequest, pk: int) -> Response:
        factchecks.require_fact_check(pk)
        return self.list(request)

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(fact_check=self.kwargs["pk"])

    def shape(self, rows: list[shapes.Row]) -> list[shapes.Shape]:
        return [
            {"id": row["pk"], **{name: row[name] for name in _EDITION}, "correction": row["correction__note"]}
            for row in rows
        ]


class PublishFactCheck(ApiView):
    @extend_schema(
        operation_id="fact_checks_publish",
        tags=["fact-checks"],
        summary="Publish it, and with it its claim",
        description="Of a claim that is published already, in another language.",
        request=GivenPublicationSerializer,
        responses=FactCheckDetailSerializer,
        parameters=[IF_MATCH],
        extensions=STALE,
    )
    def post(self, request: ApiRequest, pk: int) -> Response:
        given = validated(GivenPublicationSerializer, request)
        with stated_version(request, given.get("expected_version")) as version:
            factchecks.publish_fact_check(
                by=request.user,
                fact_check_id=pk,
                expected_version=version,
                expected_claim_version=given.get("claim_version"),
            )
        return _answer(pk)


class CorrectFactCheck(ApiView):
    @extend_schema(
        operation_id="fact_checks_correct",
        tags=["fact-checks"],
        summary="Open its claim for correction; then change words or verdicts",
        request=GivenReasonSerializer,
        responses=FactCheckDetailSerializer,
        extensions=_CLAIM_STALE,
    )
    def post(self, request: ApiRequest, pk: int) -> Response:
        given = validated(GivenReasonSerializer, request)
        publishing.open_correction(
            by=request.user,
            claim_id=_correctable(pk).claim_id,
            reason=given["reason"],
            expected_version=given["claim_version"],
        )
        return _answer(pk)


class PublishFactCheckCorrection(ApiView):
    @extend_schema(
        operation_id="fact_checks_publish_correction",
        tags=["fact-checks"],
        summary="Publish what it and its claim say now, with a note to readers",
        description="Every page of the claim gets a new edition; what was published before stays to be read.",
        request=GivenNoteSerializer,
        responses=FactCheckDetailSerializer,
        extensions=_CLAIM_STALE,
    )
    def post(self, request: ApiRequest, pk: int) -> Response:
        given = validated(GivenNoteSerializer, request)
        publishing.publish_correction(
            by=request.user,
            claim_id=_correctable(pk).claim_id,
            note=given["note"],
            expected_version=given["claim_version"],
        )
        return _answer(pk)


class RetractFactCheck(ApiView):
    @extend_schema(
        operation_id="fact_checks_retract",
        tags=["fact-checks"],
        summary="Take its claim back: its pages say so, and why",
        request=GivenReasonSerializer,
        responses=FactCheckDetailSerializer,
        extensions=_CLAIM_STALE,
    )
    def post(self, request: ApiRequest, pk: int) -> Response:
        given = validated(GivenReasonSerializer, request)
        publishing.retract_claim(
            by=request.user,
            claim_id=factchecks.require_fact_check(pk).claim_id,
            reason=given["reason"],
            expected_version=given["claim_version"],
        )
        return _answer(pk)


def _correctable(pk: int) -> FactCheck:
    fact_check = factchecks.require_fact_check(pk)
    if fact_check.retracted_at is not None:
        raise factchecks.retracted()
    return fact_check


def _case(claim_id: int) -> ClaimState:
    cases = ClaimState.objects.select_related("claim", "speaker__outlet", "outlet").defer("claim__search")
    case = cases.filter(pk=claim_id).first()
    if case is None:
        raise Missing(
            "claim_not_found", f"There is no claim #{claim_id}: check the number, or look for it in the list."
        )
    return case


def _answer(pk: int, code: int = status.HTTP_200_OK) -> Response:
    fact_check = factchecks.require_fact_check(pk)
    row = FactCheck.objects.values(*_COLUMNS, "body", "unknown", "social", "claim__case__version").get(pk=pk)
    told = _shape(row) | {
        "body": row["body"],
        "unknown": row["unknown"],
        "social": row["social"],
        "claim_version": row["claim__case__version"],
        "troubles": _troubles(fact_check),
    }
    return Response(told, code, headers=etag(fact_check.version))


def _troubles(fact_check: FactCheck) -> list[dict[str, Any]]:
    words = {name: getattr(fact_check, name) for name in WORDS}
    found = troubles(words, [label for _, label in verdict_choices(Veracity)])
    return [
        {"field": one.field, "code": one.code, "detail": one.message, "stops": one.stops} for one in found
    ]


def _shape(row: shapes.Row) -> shapes.Shape:
    published = row["current__slug"]
    stage = "retracted" if row["retracted_at"] else "published" if published else "draft"
    return {
        "id": row["pk"],
        "claim": row["claim"],
        "stage": stage,
        "url": page_address(published) if published else None,
        **{name: row[name] for name in _PLAIN},
        "written_by": shapes.person(row, "written_by"),
    }
