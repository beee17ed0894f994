"""REST API: webhooks, and the log of what they were sent."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DateTimeField,
    IntegerField,
    ListField,
)

from claims import permissions
from claims.api.filters import DeliveryFilters
from claims.choices import DeliveryState, WebhookEventType
from claims.models import Webhook, WebhookAttempt, WebhookDelivery
from claims.services import webhooks
from factcheck.api.paging import MAX_KEY
from factcheck.api.picking import Picks
from factcheck.api.schema import problems
from factcheck.api.views import ApiRequest, ApiView, ListView, validated

CHOSEN = [(event.value, event.label) for event in webhooks.CHOSEN_EVENTS]
_PLAIN = (
    "name",
    "url",
    "events",
    "is_on",
    "off_reason",
    "failures",
    "delivered_at",
    "made_at",
    "former_until",
)
_LOGGED = (
    "pk",
    "event__uid",
    "event__type",
    "subject",
    "event__at",
    "state",
    "attempts",
    "next_at",
    "ended_at",
)


class WebhookSerializer(serializers.Serializer):
    """A webhook, without its secret."""

    id = IntegerField()
    name = CharField()
    url = CharField()
    events = ListField(child=ChoiceField(CHOSEN))
    is_on = BooleanField()
    off_reason = CharField(help_text="Why the workbench turned it off; empty: a person did, or it is on.")
    failures = IntegerField(help_text="Tries that failed since the last success.")
    delivered_at = DateTimeField(allow_null=True, help_text="The last success.")
    made_at = DateTimeField()
    former_until = DateTimeField(allow_null=True, help_text="Until when the former secret signs too.")


class WebhookSecretSerializer(WebhookSerializer):
    """A webhook with its secret, which is told this once."""

    secret = CharField(help_text="Signs what is sent, as Standard Webhooks says. It cannot be shown again.")


class GivenWebhookSerializer(serializers.Serializer):
    name = CharField(max_length=100)
    url = CharField(max_length=2048)
    events = ListField(child=ChoiceField(CHOSEN), min_length=1)


class GivenChangesSerializer(serializers.Serializer):
    name = CharField(max_length=100, required=False)
    url = CharField(max_length=2048, required=False)
    events = ListField(child=ChoiceField(CHOSEN), min_length=1, required=False)
    is_on = BooleanField(required=False)


class AttemptSerializer(serializers.Serializer):
    at = DateTimeField()
    ms = IntegerField()
    status = IntegerField(allow_null=True, help_text="Null: there was no answer.")
    error_code = CharField()
    error_message = CharField()
    answer = CharField(help_text="The first bytes of it.")


class DeliverySerializer(serializers.Serializer):
    """An event on its way to one webhook."""

    id = IntegerField()
    event = CharField(help_text="The event's id: webhook-id.")
    type = ChoiceField(WebhookEventType.choices)
    subject = CharField()
    at = DateTimeField(help_text="When it happened.")
    state = ChoiceField(DeliveryState.choices)
    attempts = IntegerField(help_text="Since it was last queued.")
    next_at = DateTimeField(help_text="While it is pending: it is tried no earlier.")
    ended_at = DateTimeField(allow_null=True)
    tries = AttemptSerializer(many=True, help_text="The newest first.")


class GivenReplaySerializer(serializers.Serializer):
    delivery = IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=MAX_KEY)
    since = DateTimeField(required=False, allow_null=True, default=None)


class ReplayedSerializer(serializers.Serializer):
    queued = IntegerField(help_text="How many are sent again.")


class Webhooks(ListView):
    queryset = Webhook.objects.all()
    columns = ("pk", *_PLAIN)
    picks = Picks(WebhookSerializer)
    keeps_answers = False

    @extend_schema(
        operation_id="webhooks_list",
        tags=["webhooks"],
        summary="Webhooks",
        responses=WebhookSerializer(many=True),
    )
    def get(self, request: ApiRequest) -> Response:
        permissions.require(request.user, "manage_webhooks")
        return self.list(request)

    def shape(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [_shape(row) for row in rows]

    @extend_schema(
        operation_id="webhooks_make",
        tags=["webhooks"],
        summary="Make a webhook",
        description="The answer has the secret that signs what is sent: it is told this once.",
        request=GivenWebhookSerializer,
        responses={201: WebhookSecretSerializer},
        examples=[
            OpenApiExample(
                "Publications",
                {
                    "name": "Site",
                    "url": "https://news.example/hooks/factcheck",
                    "events": ["factcheck.published", "factcheck.corrected", "factcheck.retracted"],
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: ApiRequest) -> Response:
        webhook = webhooks.make_webhook(by=request.user, **validated(GivenWebhookSerializer, request))
        return Response({**_one(webhook.pk), "secret": webhook.secret}, status=201)


class WebhookDetail(ApiView):
    @extend_schema(
        operation_id="webhooks_get", tags=["webhooks"], summary="One webhook", responses=WebhookSerializer
    )
    def get(self, request: ApiRequest, pk: int) -> Response:
        return Response(_one(webhooks.find_webhook(by=request.user, webhook_id=pk).pk))

    @extend_schema(
        operation_id="webhooks_change",
        tags=["webhooks"],
        summary="Change a webhook, turn it on or off",
        request=GivenChangesSerializer,
        responses=WebhookSerializer,
    )
    def patch(self, request: ApiRequest, pk: int) -> Response:
        given = validated(GivenChangesSerializer, request)
        return Response(_one(webhooks.change_webhook(by=request.user, webhook_id=pk, **given).pk))

    @extend_schema(
        operation_id="webhooks_delete",
        tags=["webhooks"],
        summary="Delete a webhook and its log",
        responses={204: None},
    )
    def delete(self, request: ApiRequest, pk: int) -> Response:
        webhooks.delete_webhook(by=request.user, webhook_id=pk)
        return Response(status=204)


class RotateWebhook(ApiView):
    keeps_answers = False

    @extend_schema(
        operation_id="webhooks_rotate",
        tags=["webhooks"],
        summary="A new secret",
        description="For a day what is sent is signed with the former one as well.",
        request=None,
        responses=WebhookSecretSerializer,
    )
    def post(self, request: ApiRequest, pk: int) -> Response:
        webhook = webhooks.rotate_secret(by=request.user, webhook_id=pk)
        return Response({**_one(pk), "secret": webhook.secret})


class TestWebhook(ApiView):
    @extend_schema(
        operation_id="webhooks_test",
        tags=["webhooks"],
        summary="Send a test event",
        request=None,
        responses={204: None},
        extensions=problems("400"),
    )
    def post(self, request: ApiRequest, pk: int) -> Response:
        webhooks.send_test(by=request.user, webhook_id=pk)
        return Response(status=204)


class ReplayWebhook(ApiView):
    @extend_schema(
        operation_id="webhooks_replay",
        tags=["webhooks"],
        summary="Send one delivery again, or all that failed",
        description="With neither, all that failed and are in the log. Ids stay the same.",
        request=GivenReplaySerializer,
        responses=ReplayedSerializer,
        examples=[OpenApiExample("Since noon", {"since": "2030-03-05T12:00:00Z"}, request_only=True)],
    )
    def post(self, request: ApiRequest, pk: int) -> Response:
        given = validated(GivenReplaySerializer, request)
        count = webhooks.replay(
            by=request.user, webhook_id=pk, delivery_id=given["delivery"], since=given["since"]
        )
        return Response({"queued": count})


class Deliveries(ListView):
    queryset = WebhookDelivery.objects.all()
    filterset_class = DeliveryFilters
    columns = _LOGGED
    picks = Picks(DeliverySerializer)

    @extend_schema(
        operation_id="webhooks_deliveries",
        tags=["webhooks"],
        summary="What a webhook was sent, newest first",
        responses=DeliverySerializer(many=True),
    )
    def get(self, request: ApiRequest, pk: int) -> Response:
        webhooks.find_webhook(by=request.user, webhook_id=pk)
        return self.list(request)

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(webhook=self.kwargs.get("pk"))

    def shape(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        tries: dict[int, list[dict[str, Any]]] = {row["pk"]: [] for row in rows}
        found = WebhookAttempt.objects.filter(delivery__in=tries).order_by("-pk")
        for one in found.values("delivery", "at", "ms", "status", "error_code", "error_message", "answer"):
            tries[one["delivery"]].append({name: value for name, value in one.items() if name != "delivery"})
        return [
            {
                "id": row["pk"],
                "event": row["event__uid"],
                "type": row["event__type"],
                "at": row["event__at"],
                **{name: row[name] for name in ("subject", "state", "attempts", "next_at", "ended_at")},
                "tries": tries[row["pk"]],
            }
            for row in rows
        ]


def _one(pk: int) -> dict[str, Any]:
    return _shape(Webhook.objects.values("pk", *_PLAIN).get(pk=pk))


def _shape(row: dict[str, Any]) -> dict[str, Any]:
    return {"id": row["pk"], **{name: row[name] for name in _PLAIN}}
