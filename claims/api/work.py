"""REST API: who is at the desk, who has which claim, and who did what."""

from typing import Any, cast

import django_filters
from django.contrib.auth.models import Group
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.serializers import (
    CharField,
    ChoiceField,
    DateTimeField,
    IntegerField,
)

from claims import decisions, permissions
from claims.api import shapes
from claims.api.filters import Filters
from claims.api.serializers import HistoryEventSerializer, PersonSerializer
from claims.choices import LeaseEnd, ReviewStage
from claims.models import Assignment, AuditEvent
from factcheck.api.filters import IdFilter, OneOfFilter, YesNoFilter
from factcheck.api.picking import Picks
from factcheck.api.views import ApiRequest, ListView
from factcheck.lib.roles import Role
from factcheck.models import User

# ---- People ----------------------------------------------------------------------------------------


class ColleagueSerializer(PersonSerializer):
    role = ChoiceField(
        Role.choices, allow_null=True, help_text="Null: none was given; they read as a viewer does."
    )


class PeopleFilters(Filters):
    role = OneOfFilter(
        choices=Role.choices, field_name="groups__name", label="Whose role is this one, and no higher."
    )

    class Meta:
        model = User
        fields: list[str] = []


class People(ListView):
    queryset = User.objects.filter(is_active=True)
    filterset_class = PeopleFilters
    columns = ("pk", "username", "first_name", "last_name")
    picks = Picks(ColleagueSerializer)

    @extend_schema(
        operation_id="people_list",
        tags=["desk"],
        summary="Who is at the desk, and as what",
        description="By `username` claims are handed over and given out, and people are mentioned in comments.",
        responses=ColleagueSerializer(many=True),
    )
    def get(self, request: ApiRequest) -> Response:
        return self.list(request)

    def shape(self, rows: list[shapes.Row]) -> list[shapes.Shape]:
        held = Group.objects.filter(user__in=[row["pk"] for row in rows]).values_list("user", "name")
        roles: dict[int, list[str]] = {}
        for user, name in held:
            roles.setdefault(user, []).append(name)
        return [
            {
                **cast(dict[str, Any], shapes.person({**_prefixed(row), "who": row["pk"]}, "who")),
                "role": max(
                    (Role(name) for name in roles.get(row["pk"], ()) if name in Role.values),
                    key=list(Role).index,
                    default=None,
                ),
            }
            for row in rows
        ]


def _prefixed(row: shapes.Row) -> shapes.Row:
    return {f"who__{name}": row[name] for name in ("username", "first_name", "last_name")}


# ---- Who has what ----------------------------------------------------------------------------------


class LeaseSerializer(serializers.Serializer):
    """A claim that somebody has or had, to review it or to cross-check it."""

    id = IntegerField()
    claim = IntegerField()
    reviewer = PersonSerializer()
    stage = ChoiceField(ReviewStage.choices)
    taken_at = DateTimeField()
    leased_until = DateTimeField()
    given_by = PersonSerializer(
        allow_null=True, help_text="Who handed it over; null: they took it themselves."
    )
    ended_at = DateTimeField(allow_null=True)
    end = ChoiceField(LeaseEnd.choices, allow_null=True, help_text="How it ended.")


class AssignmentFilters(Filters):
    claim = IdFilter(field_name="claim_id", label="A claim's id.")
    reviewer = IdFilter(field_name="reviewer_id", label="The id of a member of the desk.")
    open = YesNoFilter(field_name="ended_at", lookup_expr="isnull", label="Whether they have it still.")

    class Meta:
        model = Assignment
        fields: list[str] = []


class Assignments(ListView):
    queryset = Assignment.objects.all()
    filterset_class = AssignmentFilters
    columns = (
        "pk", "claim", "stage", "taken_at", "leased_until", "ended_at", "end",
        *shapes.person_columns("reviewer"), *shapes.person_columns("given_by"),
    )  # fmt: skip
    picks = Picks(LeaseSerializer)

    @extend_schema(
        operation_id="assignments_list",
        tags=["claims"],
        summary="Who has or had which claim, newest first",
        description="Made by `take`, `next`, `hand-over` and `bulk`; ended by `release`, a verdict, or time.",
        responses=LeaseSerializer(many=True),
    )
    def get(self, request: ApiRequest) -> Response:
        return self.list(request)

    def shape(self, rows: list[shapes.Row]) -> list[shapes.Shape]:
        return [
            {
                "id": row["pk"],
                **{name: row[name] for name in ("claim", "stage", "taken_at", "leased_until", "ended_at")},
                "end": row["end"] or None,
                "reviewer": shapes.person(row, "reviewer"),
                "given_by": shapes.person(row, "given_by"),
            }
            for row in rows
        ]


# ---- Who did what ----------------------------------------------------------------------------------


class AuditEventSerializer(HistoryEventSerializer):
    claim = IntegerField(allow_null=True)
    chain = CharField(help_text="Whose history it is part of.")
    number = IntegerField(help_text="Its place there, from 1.")
    hash = CharField(
        help_text="SHA-256 over this event and the hash of the one before: proves that none was changed."
    )


class AuditFilters(Filters):
    claim = IdFilter(field_name="claim_id", label="A claim's id.")
    actor = IdFilter(field_name="actor_id", label="The id of a member of the desk.")
    verb = django_filters.CharFilter(label="What was done, like `review`.")
    object_type = django_filters.CharFilter(label="What it was done to, like `speaker`.")
    object_id = IdFilter(field_name="object_id", label="The id of that.")
    since = django_filters.IsoDateTimeFilter(field_name="at", lookup_expr="gte", label="From this moment on.")
    until = django_filters.IsoDateTimeFilter(field_name="at", lookup_expr="lt", label="Before this moment.")

    class Meta:
        model = AuditEvent
        fields: list[str] = []


class Audit(ListView):
    queryset = AuditEvent.objects.all()
    filterset_class = AuditFilters
    columns = (
        *shapes.EVENT_COLUMNS, "claim", "chain", "number", "hash", "claim__case__state", "claim__case__author",
    )  # fmt: skip
    picks = Picks(AuditEventSerializer)

    @extend_schema(
        operation_id="audit_list",
        tags=["desk"],
        summary="Who did what at the desk, newest first",
        description=(
            "Of one object with `object_type` and `object_id`. An author's verdict is left out until you may see it, so that such "
            "an event cannot be proved by its hash until then."
        ),
        responses=AuditEventSerializer(many=True),
    )
    def get(self, request: ApiRequest) -> Response:
        return self.list(request)

    def shape(self, rows: list[shapes.Row]) -> list[shapes.Shape]:
        user = cast(User, self.request.user)
        for row in rows:
            case = {"state": row["claim__case__state"], "author_id": row["claim__case__author"]}
            if not permissions.sees_verdict(user, **case):
                row["before"], row["after"] = decisions.redacted(row["verb"], row["before"], row["after"])
        return [
            {**shapes.event(row), **{name: row[name] for name in ("claim", "chain", "number", "hash")}}
            for row in rows
        ]
