"""REST API: the inbox, and when a claim is due."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.serializers import CharField, ChoiceField, DateTimeField, IntegerField

from claims.api import shapes
from claims.api.claims import claim_response
from claims.api.filters import NoticeFilters
from claims.api.serializers import ClaimDetailSerializer, PersonSerializer
from claims.choices import NoticeKind
from claims.models import Notice
from claims.services import notices, planning
from factcheck.api.paging import MAX_KEY
from factcheck.api.picking import Picks
from factcheck.api.schema import problems
from factcheck.api.views import ApiRequest, ApiView, ListView, validated
from factcheck.lib.roles import Scope

_PLAIN = ("kind", "comment", "reply", "note", "moment", "at", "read_at")
_KINDS = dict(NoticeKind.choices)


class NoticeClaimSerializer(serializers.Serializer):
    id = IntegerField()
    text = CharField()


class NoticeSerializer(serializers.Serializer):
    """One thing that concerns you. It never tells a verdict."""

    id = IntegerField()
    kind = ChoiceField(NoticeKind.choices)
    kind_label = CharField()
    claim = NoticeClaimSerializer(allow_null=True)
    webhook = IntegerField(allow_null=True, help_text="What it is about, where that is no claim.")
    by = PersonSerializer(allow_null=True, help_text="Who caused it; null: the workbench itself, or time.")
    comment = IntegerField(allow_null=True)
    reply = IntegerField(allow_null=True)
    evidence = IntegerField(allow_null=True, help_text="The evidence link.")
    note = CharField(
        help_text="The reason or the words given with it. Plain text: escape it before you show it."
    )
    moment = DateTimeField(
        allow_null=True, help_text="The time that it is about: a due date, a deadline, a lease's end."
    )
    at = DateTimeField()
    read_at = DateTimeField(allow_null=True)


class MarkedReadSerializer(serializers.Serializer):
    marked = IntegerField(help_text="How many were unread until now.")


class GivenThroughSerializer(serializers.Serializer):
    through = IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=1,
        max_value=MAX_KEY,
        help_text="The newest one that you have seen: later ones stay unread. Left out: all.",
    )


class GivenDueSerializer(serializers.Serializer):
    due_at = DateTimeField(allow_null=True, help_text="Null: it is not due any more.")


class Inbox(ListView):
    queryset = Notice.objects.all()
    filterset_class = NoticeFilters
    columns = ("pk", *_PLAIN, "link", "webhook", "claim", "claim__text", *shapes.person_columns("by"))
    picks = Picks(NoticeSerializer)

    @extend_schema(
        operation_id="inbox_list",
        tags=["inbox"],
        summary="What concerns you, newest first",
        responses=NoticeSerializer(many=True),
    )
    def get(self, request: ApiRequest) -> Response:
        return self.list(request)

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(recipient=self.request.user)

    def shape(self, rows: list[shapes.Row]) -> list[shapes.Shape]:
        return [_shape(row) for row in rows]


class ReadNotice(ApiView):
    key_scope = Scope.REVIEW

    @extend_schema(
        operation_id="inbox_read",
        tags=["inbox"],
        summary="Mark one as read",
        request=None,
        responses=NoticeSerializer,
    )
    def post(self, request: ApiRequest, notice_id: int) -> Response:
        notices.mark_read(by=request.user, notice_id=notice_id)
        return Response(_shape(Notice.objects.values(*Inbox.columns).get(pk=notice_id)))


class ReadInbox(ApiView):
    key_scope = Scope.REVIEW

    @extend_schema(
        operation_id="inbox_read_all",
        tags=["inbox"],
        summary="Mark all as read",
        request=GivenThroughSerializer,
        responses=MarkedReadSerializer,
        examples=[OpenApiExample("Up to the newest one seen", {"through": 512}, request_only=True)],
    )
    def post(self, request: ApiRequest) -> Response:
        given = validated(GivenThroughSerializer, request)
        return Response({"marked": notices.mark_all_read(by=request.user, through=given["through"])})


class ClaimDue(ApiView):
    @extend_schema(
        operation_id="claims_due",
        tags=["claims"],
        summary="Say by when a claim is due, or that it is not",
        description=(
            "For editors, and for whoever handed the claim over. It plans the work and is no write to the claim: its "
            "version stays."
        ),
        request=GivenDueSerializer,
        responses=ClaimDetailSerializer,
        examples=[OpenApiExample("Until noon", {"due_at": "2030-03-05T12:00:00Z"}, request_only=True)],
        extensions=problems("400"),
    )
    def post(self, request: ApiRequest, claim_id: int) -> Response:
        given = validated(GivenDueSerializer, request)
        planning.set_due(by=request.user, claim_id=claim_id, due_at=given["due_at"])
        return claim_response(claim_id, request.user)


def _shape(row: shapes.Row) -> shapes.Shape:
    return {
        "id": row["pk"],
        **{name: row[name] for name in _PLAIN},
        "kind_label": str(_KINDS[row["kind"]]),
        "evidence": row["link"],
        "claim": {"id": row["claim"], "text": row["claim__text"]} if row["claim"] else None,
        "webhook": row["webhook"],
        "by": shapes.person(row, "by"),
    }
