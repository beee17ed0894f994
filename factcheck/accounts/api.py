"""REST API: keys."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.serializers import CharField, ChoiceField, DateTimeField, IntegerField, ListField

from factcheck.accounts import keys
from factcheck.api.picking import Picks
from factcheck.api.schema import problems
from factcheck.api.views import ApiRequest, ApiView, ListView, validated
from factcheck.lib.errors import Missing
from factcheck.lib.roles import Scope
from factcheck.models import Key, User

_COLUMNS = (
    "pk",
    "name",
    "scopes",
    "start",
    "user__username",
    "made_at",
    "expires_at",
    "revoked_at",
    "last_used_at",
)


class KeySerializer(serializers.Serializer):
    """A key, without its secret."""

    id = IntegerField()
    name = CharField(help_text="What it is for.")
    username = CharField(help_text="Whom it acts as.")
    scopes = ListField(child=ChoiceField(Scope.choices))
    start = CharField(help_text="What it begins with.")
    made_at = DateTimeField()
    expires_at = DateTimeField(allow_null=True)
    revoked_at = DateTimeField(allow_null=True)
    last_used_at = DateTimeField(allow_null=True, help_text="To the minute.")


class MadeKeySerializer(KeySerializer):
    """A key with its secret, which is told this once."""

    key = CharField(help_text="Send it as `Authorization: Bearer …`. It cannot be shown again.")


class GivenKeySerializer(serializers.Serializer):
    name = CharField(max_length=100)
    scopes = ListField(child=ChoiceField(Scope.choices), min_length=1)
    days = IntegerField(
        min_value=1,
        max_value=keys.MOST_DAYS,
        allow_null=True,
        required=False,
        default=90,
        help_text="How long it lasts; null: until it is revoked.",
    )
    username = CharField(
        required=False, default="", help_text="Whom it acts as, where that is not you: for admins."
    )


class Keys(ListView):
    queryset = Key.objects.all()  # of which each request asks for those that are to be seen
    columns = _COLUMNS
    picks = Picks(KeySerializer)
    keeps_answers = False

    @extend_schema(
        operation_id="keys_list",
        tags=["keys"],
        summary="Your keys; of an admin, everybody's",
        responses=KeySerializer(many=True),
    )
    def get(self, request: ApiRequest) -> Response:
        return self.list(request)

    def get_queryset(self) -> Any:
        return keys.visible_keys(self.request.user)  # type: ignore[arg-type]  # who is not signed in came no further

    def shape(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [_shape(row) for row in rows]

    @extend_schema(
        operation_id="keys_make",
        tags=["keys"],
        summary="Make a key",
        description="A key needs the scope `manage` for it, and makes none that may more or lasts longer than itself.",
        request=GivenKeySerializer,
        responses={201: MadeKeySerializer},
        examples=[
            OpenApiExample(
                "For a dashboard",
                {"name": "Newsroom screen", "scopes": ["read"], "days": 365},
                request_only=True,
            )
        ],
        extensions=problems("404"),
    )
    def post(self, request: ApiRequest) -> Response:
        given = validated(GivenKeySerializer, request)
        user = request.user
        if (username := given.pop("username")) and username != user.username:
            found = User.objects.filter(username=username).first()
            if found is None:
                raise Missing("account_not_found", f"There is no account {username}.")
            user = found
        key, secret = keys.make_key(by=request.user, user=user, **given)
        row = Key.objects.values(*_COLUMNS).get(pk=key.pk)
        return Response({**_shape(row), "key": secret}, status=201)


class KeyDetail(ApiView):
    @extend_schema(
        operation_id="keys_revoke",
        tags=["keys"],
        summary="Revoke a key",
        description="For good. Any key may revoke itself; others need the scope `manage`.",
        responses={204: None},
    )
    def delete(self, request: ApiRequest, pk: int) -> Response:
        keys.revoke_key(by=request.user, key_id=pk)
        return Response(status=204)


def _shape(row: dict[str, Any]) -> dict[str, Any]:
    shaped = {name: value for name, value in row.items() if name not in ("pk", "user__username")}
    return {"id": row["pk"], "username": row["user__username"], **shaped}
