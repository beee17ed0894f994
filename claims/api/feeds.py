"""REST API: feeds that are polled, a look at one before it is added, and the entries it had."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django_filters
from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.serializers import BooleanField, CharField, ChoiceField, DateTimeField, IntegerField

from articles.feedqueries import STATES, new_entries
from articles.models import Feed, FeedEntry
from articles.models.feed import LONGEST_INTERVAL, MOST_FIRST_ENTRIES, SHORTEST_INTERVAL
from articles.services import feeds
from claims.api import shapes
from claims.api.serializers import OutletReferenceSerializer, PersonSerializer
from factcheck.api.filters import IdFilter, OneOfFilter
from factcheck.api.picking import Picks
from factcheck.api.schema import problems
from factcheck.api.views import ApiRequest, ApiView, ListView, validated
from factcheck.lib.errors import Missing

LOOK_KINDS = [*Feed.Kind.choices, ("page", "A page, which may offer feeds")]

FEED_COLUMNS = (
    "pk", "name", "url", "kind", "active", "interval", "pace", "first_entries", "next_poll_at", "leased_until",
    "polled_at", "succeeded_at", "failing_since", "failures", "error_code", "error_message", "note", "last_new",
    "entries_seen", "newest_at", "created_at", "outlet", "outlet__name", *shapes.person_columns("owner"),
)  # fmt: skip
ENTRY_COLUMNS = (
    "pk", "url", "title", "published_at", "updated_at", "seen_at", "problem", "item", "item__job", "item__state",
    "item__version__article",
)  # fmt: skip


class FeedErrorSerializer(serializers.Serializer):
    code = CharField()
    message = CharField(help_text="What a person can do about it.")


class FeedSerializer(serializers.Serializer):
    """An RSS or Atom feed or a sitemap, polled for an outlet. Intervals are in minutes."""

    id = IntegerField()
    url = serializers.URLField(help_text="This feed, in this API.")
    feed_url = CharField(help_text="What is polled.")
    name = CharField()
    outlet = OutletReferenceSerializer()
    kind = ChoiceField(Feed.Kind.choices, allow_null=True, help_text="Found at the first poll.")
    state = ChoiceField(Feed.State.choices)
    active = BooleanField(help_text="False: it is paused.")
    interval = IntegerField(help_text="As a person chose it.")
    pace = IntegerField(help_text="At present: the interval, adapted to how often there is something new.")
    first_entries = IntegerField(
        help_text="How many of its newest entries the first poll imports; the others are remembered as seen."
    )
    next_poll_at = DateTimeField(allow_null=True, help_text="Null while it is paused.")
    polled_at = DateTimeField(allow_null=True)
    succeeded_at = DateTimeField(allow_null=True)
    failing_since = DateTimeField(allow_null=True)
    failures = IntegerField(help_text="In a row.")
    error = FeedErrorSerializer(allow_null=True)
    note = CharField(help_text="What there is to know about the last poll that succeeded.")
    last_new = IntegerField(allow_null=True, help_text="Imports asked for by the last poll that succeeded.")
    new_in_24_hours = IntegerField()
    entries_seen = IntegerField()
    newest_at = DateTimeField(allow_null=True, help_text="When it last had something new.")
    owner = PersonSerializer(help_text="Whose its imports are: who added it, or resumed it last.")
    created_at = DateTimeField()
    entries_url = serializers.URLField()


class FeedEntrySerializer(serializers.Serializer):
    """An entry that was seen. `item` is what imports it; null if it is only remembered."""

    id = IntegerField()
    url = CharField(help_text="As the feed gives it, made absolute; it may lead anywhere.")
    title = CharField()
    published_at = DateTimeField(allow_null=True)
    updated_at = DateTimeField(allow_null=True)
    seen_at = DateTimeField()
    problem = CharField(allow_null=True, help_text="Why it cannot be imported.")
    item = IntegerField(allow_null=True)
    job = IntegerField(allow_null=True)
    article = IntegerField(allow_null=True)


class GivenFeedAddressSerializer(serializers.Serializer):
    url = CharField(max_length=2048, help_text="Of a feed, or of a page, to see which feeds it offers.")


class GivenFeedSerializer(serializers.Serializer):
    """What is left out is the desk's default; an outlet, that of the site."""

    url = CharField(max_length=2048)
    name = CharField(required=False, allow_blank=True, max_length=200)
    outlet = CharField(
        required=False,
        allow_blank=True,
        max_length=200,
        help_text="Its name; made where there is none of it.",
    )
    interval = IntegerField(
        required=False,
        min_value=SHORTEST_INTERVAL,
        max_value=LONGEST_INTERVAL,
        help_text=f"Minutes between two polls; {settings.FEED_INTERVAL_MINUTES} if left out.",
    )
    first_entries = IntegerField(required=False, min_value=0, max_value=MOST_FIRST_ENTRIES)


class GivenFeedChangeSerializer(serializers.Serializer):
    """What is left out stays. `active` pauses and resumes."""

    name = CharField(required=False, max_length=200)
    outlet = CharField(required=False, max_length=200)
    interval = IntegerField(required=False, min_value=SHORTEST_INTERVAL, max_value=LONGEST_INTERVAL)
    active = BooleanField(required=False)


class ListedEntrySerializer(serializers.Serializer):
    url = CharField()
    title = CharField()
    summary = CharField()
    published_at = DateTimeField(allow_null=True)


class FeedOfferSerializer(serializers.Serializer):
    url = CharField()
    title = CharField()


class LookSerializer(serializers.Serializer):
    """What is at an address now. Nothing is stored."""

    url = CharField()
    kind = ChoiceField(LOOK_KINDS)
    title = CharField()
    total = IntegerField(help_text="Entries that are there.")
    entries = ListedEntrySerializer(many=True, help_text="The first few.")
    feeds = FeedOfferSerializer(many=True, help_text="Of a page, the feeds that it offers.")
    notes = serializers.ListField(child=CharField())
    known = IntegerField(allow_null=True, help_text="The id of the feed that polls it already.")


class FeedFilters(django_filters.FilterSet):
    state = OneOfFilter(
        method="in_state", choices=[(name, name.capitalize()) for name in STATES], label="How it stands."
    )
    outlet = IdFilter(field_name="outlet_id", label="An outlet's id.")

    class Meta:
        model = Feed
        fields: list[str] = []

    def in_state(self, rows: Any, name: str, state: str) -> Any:
        return rows.filter(STATES[state])


class FeedList(ListView):
    queryset = Feed.objects.all()
    filterset_class = FeedFilters
    columns = FEED_COLUMNS
    picks = Picks(FeedSerializer)

    @extend_schema(
        operation_id="feeds_list",
        tags=["feeds"],
        summary="Feeds that are polled, added last first",
        responses=FeedSerializer(many=True),
    )
    def get(self, request: ApiRequest) -> Response:
        return self.list(request)

    @extend_schema(
        operation_id="feeds_create",
        tags=["feeds"],
        summary="Add a feed",
        description=(
            "Its first poll comes in a moment; ask its Location what came of it. The address is not looked at now: "
            "`look` does that. 409 `feed_known`: it is here already, as `current.id`."
        ),
        request=GivenFeedSerializer,
        responses={201: FeedSerializer},
        examples=[
            OpenApiExample(
                "Every half hour",
                {"url": "https://lakeside.example/rss", "outlet": "Lakeside Post", "interval": 30},
                request_only=True,
            )
        ],
        parameters=[
            OpenApiParameter(
                "Location", str, OpenApiParameter.HEADER, response=[201], description="The feed's address."
            )
        ],
        extensions=problems("409"),
    )
    def post(self, request: ApiRequest) -> Response:
        feed = feeds.add_feed(by=request.user, **validated(GivenFeedSerializer, request))
        body = _feed(request, feed.pk)
        return Response(body, status=status.HTTP_201_CREATED, headers={"Location": body["url"]})

    def shape(self, rows: list[shapes.Row]) -> list[shapes.Shape]:
        new = new_entries([row["pk"] for row in rows])
        return [_shape(self.request, row, new.get(row["pk"], 0)) for row in rows]


class LookAtFeed(ApiView):
    @extend_schema(
        operation_id="feeds_look",
        tags=["feeds"],
        summary="Look at an address before adding it",
        description="Fetches it: the answer takes as long as the site does. 400 tells why it cannot be read.",
        request=GivenFeedAddressSerializer,
        responses=LookSerializer,
        examples=[OpenApiExample("A site", {"url": "https://lakeside.example/"}, request_only=True)],
    )
    def post(self, request: ApiRequest) -> Response:
        look = feeds.look_at_feed(by=request.user, url=validated(GivenFeedAddressSerializer, request)["url"])
        return Response(
            {
                "url": look.url,
                "kind": look.kind,
                "title": look.title,
                "total": look.total,
                "entries": [
                    {name: getattr(entry, name) for name in ("url", "title", "summary", "published_at")}
                    for entry in look.entries
                ],
                "feeds": [{"url": offer.url, "title": offer.title} for offer in look.offers],
                "notes": list(look.notes),
                "known": look.known.pk if look.known else None,
            }
        )


class FeedDetail(ApiView):
    @extend_schema(
        operation_id="feeds_retrieve", tags=["feeds"], summary="How a feed stands", responses=FeedSerializer
    )
    def get(self, request: ApiRequest, pk: int) -> Response:
        return Response(_feed(request, pk))

    @extend_schema(
        operation_id="feeds_change",
        tags=["feeds"],
        summary="Change a feed, pause or resume it",
        description="Who resumes a feed takes over its imports.",
        request=GivenFeedChangeSerializer,
        responses=FeedSerializer,
        examples=[OpenApiExample("Pause it", {"active": False}, request_only=True)],
    )
    def patch(self, request: ApiRequest, pk: int) -> Response:
        given = validated(GivenFeedChangeSerializer, request)
        active = given.pop("active", None)
        with _existing(pk):
            feeds.change_feed(by=request.user, feed_id=pk, **given)
            if active is not None:
                (feeds.resume_feed if active else feeds.pause_feed)(by=request.user, feed_id=pk)
        return Response(_feed(request, pk))

    @extend_schema(
        operation_id="feeds_delete",
        tags=["feeds"],
        summary="Forget a feed",
        description="And which of its entries were seen. What it imported stays. To stop it for a while, pause it.",
        request=None,
        responses={204: None},
    )
    def delete(self, request: ApiRequest, pk: int) -> Response:
        with _existing(pk):
            feeds.delete_feed(by=request.user, feed_id=pk)
        return Response(status=status.HTTP_204_NO_CONTENT)


class PollFeed(ApiView):
    @extend_schema(
        operation_id="feeds_poll",
        tags=["feeds"],
        summary="Poll a feed now",
        description="In the background: `polled_at` tells when it was. 400 `feed_paused`: resume it instead.",
        request=None,
        responses={202: FeedSerializer},
        extensions=problems("400"),
    )
    def post(self, request: ApiRequest, pk: int) -> Response:
        with _existing(pk):
            feeds.poll_feed_now(by=request.user, feed_id=pk)
        return Response(_feed(request, pk), status=status.HTTP_202_ACCEPTED)


class FeedEntries(ListView):
    queryset = FeedEntry.objects.all()
    columns = ENTRY_COLUMNS
    picks = Picks(FeedEntrySerializer)

    @extend_schema(
        operation_id="feeds_entries",
        tags=["feeds"],
        summary="The entries of a feed, seen last first",
        responses=FeedEntrySerializer(many=True),
    )
    def get(self, request: ApiRequest, pk: int) -> Response:
        with _existing(pk):
            Feed.objects.only("pk").get(pk=pk)
        return self.list(request)

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(feed_id=self.kwargs["pk"])

    def shape(self, rows: list[shapes.Row]) -> list[shapes.Shape]:
        return [
            {
                "id": row["pk"],
                **{
                    name: row[name]
                    for name in ("url", "title", "published_at", "updated_at", "seen_at", "item")
                },
                "problem": row["problem"] or None,
                "job": row["item__job"],
                "article": row["item__version__article"],
            }
            for row in rows
        ]


@contextmanager
def _existing(pk: int) -> Iterator[None]:
    """Says in the API's words that there is no such feed."""
    try:
        yield
    except Feed.DoesNotExist:
        raise _no_feed(pk) from None


def _feed(request: Any, pk: int) -> shapes.Shape:
    row = Feed.objects.filter(pk=pk).values(*FEED_COLUMNS).first()
    if row is None:
        raise _no_feed(pk)
    return _shape(request, row, new_entries([pk]).get(pk, 0))


def _shape(request: Any, row: shapes.Row, new: int) -> shapes.Shape:
    of_state = ("active", "failures", "succeeded_at", "leased_until")
    as_it_is = (
        "name", "active", "interval", "pace", "first_entries", "polled_at", "succeeded_at", "failing_since", "failures",
        "note", "last_new", "entries_seen", "newest_at", "created_at",
    )  # fmt: skip
    return {
        "id": row["pk"],
        "url": request.build_absolute_uri(reverse("api_feed", args=[row["pk"]])),
        "feed_url": row["url"],
        **{name: row[name] for name in as_it_is},
        "outlet": {"id": row["outlet"], "name": row["outlet__name"]},
        "kind": row["kind"] or None,
        "state": Feed(**{name: row[name] for name in of_state}).state.value,
        "next_poll_at": row["next_poll_at"] if row["active"] else None,
        "error": {"code": row["error_code"], "message": row["error_message"]} if row["error_code"] else None,
        "new_in_24_hours": new,
        "owner": shapes.person(row, "owner"),
        "entries_url": request.build_absolute_uri(reverse("api_feed_entries", args=[row["pk"]])),
    }


def _no_feed(pk: int) -> Missing:
    return Missing("feed_not_found", f"There is no feed {pk}: it may have been deleted.")
