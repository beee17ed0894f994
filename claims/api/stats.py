"""REST API: the numbers of the dashboards, from the reads that the screens make."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.serializers import CharField, DictField, ListField

from claims import permissions
from claims.agreement import agreement_view
from claims.dashboards import flow, now, records, travel, verdicts
from claims.dashboards.agreement import agreement_board
from claims.dashboards.figures import Board
from claims.dashboards.filters import period_asked, verdicts_asked
from factcheck.api.views import ApiRequest, ApiView
from factcheck.lib.errors import DomainError, Missing


class ColumnSerializer(serializers.Serializer):
    key = CharField()
    label = CharField()  # type: ignore[assignment] # a field of that name, as the tables have it


class ChartSerializer(serializers.Serializer):
    """One count. Each of `rows` has a value for the key of each of `columns`: a text, a number, or null where there is none."""

    key = CharField()
    title = CharField()
    reading = CharField(help_text="What is to be seen, as a sentence.")
    note = CharField(help_text="How it was counted.")
    columns = ColumnSerializer(many=True)
    rows = ListField(child=DictField())


class BoardSerializer(serializers.Serializer):
    """One page of the dashboards, with the filters that it was narrowed by."""

    page = CharField()
    filters = DictField(child=CharField())
    charts = ChartSerializer(many=True)


TravelSerializer = inline_serializer(
    "Travel",
    {
        "page": CharField(),
        "filters": DictField(child=CharField()),
        "charts": ChartSerializer(many=True),
        "outlets": serializers.IntegerField(help_text="How many have it."),
        "origins": ListField(
            child=CharField(), help_text="Who has it from nobody, as far as the texts here tell."
        ),
    },
)


def _period(offered: dict[str, str], default: str) -> OpenApiParameter:
    return OpenApiParameter("period", str, enum=list(offered), default=default)


class DeskStats(ApiView):
    @extend_schema(
        operation_id="stats_desk",
        tags=["stats"],
        summary="How the desk stands now: the queue and its age, due, on hold, who has what, what fails",
        responses=BoardSerializer,
    )
    def get(self, request: ApiRequest) -> Response:
        return _answer(now.desk_now().board)


class FlowStats(ApiView):
    @extend_schema(
        operation_id="stats_flow",
        tags=["stats"],
        summary="Claims in, judged and published; time in each state; where the backlog is going",
        parameters=[_period(flow.PERIODS, "28")],
        responses=BoardSerializer,
    )
    def get(self, request: ApiRequest) -> Response:
        period, problems = period_asked(request.query_params, flow.PERIODS, "28")
        return _answer(flow.flow(int(period), problems))


class VerdictStats(ApiView):
    @extend_schema(
        operation_id="stats_verdicts",
        tags=["stats"],
        summary="Verdicts: how many of each, over time, by outlet, speaker and topic",
        description="Of one outlet, speaker or tag at a time, each by its id or its name.",
        parameters=[
            _period(verdicts.PERIODS, "12"),
            OpenApiParameter("scale", str, enum=["veracity", "attribution"], default="veracity"),
            OpenApiParameter("outlet", str),
            OpenApiParameter("speaker", str),
            OpenApiParameter("tag", str),
        ],
        responses=BoardSerializer,
    )
    def get(self, request: ApiRequest) -> Response:
        asked, problems = verdicts_asked(request.query_params)
        return _answer(verdicts.verdicts(asked, problems))


class AgreementStats(ApiView):
    @extend_schema(
        operation_id="stats_agreement",
        tags=["stats"],
        summary="How far authors and cross-checkers agree: for editors",
        responses=BoardSerializer,
        extensions={"x-problems": ("403",)},
    )
    def get(self, request: ApiRequest) -> Response:
        permissions.require(request.user, "see_agreement")
        return _answer(agreement_board(agreement_view()))


class OutletStats(ApiView):
    @extend_schema(
        operation_id="stats_outlet",
        tags=["stats"],
        summary="An outlet's record: its own voice beside what others said, what was checked, and the verdicts",
        responses=BoardSerializer,
    )
    def get(self, request: ApiRequest, pk: int) -> Response:
        record = records.outlet_record(pk)
        if record is None:
            raise Missing("outlet_not_found", f"There is no outlet {pk}.")
        return _answer(record.board)


class SpeakerStats(ApiView):
    @extend_schema(
        operation_id="stats_speaker",
        tags=["stats"],
        summary="A speaker's record: what was checked, and the verdicts",
        responses=BoardSerializer,
    )
    def get(self, request: ApiRequest, pk: int) -> Response:
        record = records.speaker_record(pk)
        if record is None:
            raise Missing("speaker_not_found", f"There is no speaker {pk}.")
        return _answer(record.board)


class ClaimTravel(ApiView):
    @extend_schema(
        operation_id="claims_travel",
        tags=["stats", "claims"],
        summary="How a claim travelled: from whom to whom, from which origins, and where its attribution was lost",
        responses=TravelSerializer,
    )
    def get(self, request: ApiRequest, claim_id: int) -> Response:
        found = travel.travel(claim_id)
        if found is None:
            raise Missing("claim_not_found", f"There is no claim {claim_id}.")
        return Response({**_board(found.board), "outlets": found.outlets, "origins": found.origins})


def _answer(board: Board) -> Response:
    """Raises DomainError `unknown_filter`: to a program, a number that is not narrowed as asked would be a wrong one."""
    if board.problems:
        raise DomainError("unknown_filter", " ".join(board.problems))
    return Response(_board(board))


def _board(board: Board) -> dict[str, Any]:
    return {
        "page": board.key,
        "filters": board.asked,
        "charts": [
            {
                "key": chart.key,
                "title": chart.title,
                "reading": chart.reading,
                "note": chart.note,
                "columns": [{"key": one.key, "label": one.label} for one in chart.columns],
                "rows": [
                    {column.key: value for column, value in zip(chart.columns, row, strict=True)}
                    for row in chart.values()
                ],
            }
            for chart in board.charts
        ],
    }
