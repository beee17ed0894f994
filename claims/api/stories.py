"""REST API: stories, and how the texts of their articles overlap."""

import django_filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from articles import stories
from articles.models import Placement, Story
from claims.api import shapes
from claims.api.articleserializers import StoryDetailSerializer, StorySerializer
from claims.citing import Citation, citations
from claims.services.stories import put_back_into_story, take_out_of_story
from factcheck.api.filters import IdFilter
from factcheck.api.paging import MAX_KEY, CursorPages
from factcheck.api.picking import Picks
from factcheck.api.schema import problems
from factcheck.api.views import ApiRequest, ApiView, ListView, validated
from factcheck.lib.errors import Missing
from factcheck.lib.keys import read_key

COLUMNS = ("pk", "articles", "outlets", "first_seen", "activity")


class LatestActivity(CursorPages):
    """The story that an article joined last comes first."""

    ordering = "-activity"


class StoryFilters(django_filters.FilterSet):
    outlet = IdFilter(method="at_outlet", label="The id of an outlet that tells it, too.")

    class Meta:
        model = Story
        fields: list[str] = []

    def at_outlet(self, found, name, outlet):
        return found.filter(pk__in=Placement.objects.filter(article__outlet=outlet).values("story"))


class StoryList(ListView):
    queryset = Story.objects.filter(articles__gte=2)
    filterset_class = StoryFilters
    pagination_class = LatestActivity
    columns = COLUMNS
    picks = Picks(StorySerializer)

    @extend_schema(
        operation_id="stories_list",
        tags=["stories"],
        summary="Stories that several articles tell, the latest joined first",
        responses=StorySerializer(many=True),
    )
    def get(self, request: ApiRequest) -> Response:
        return self.list(request)

    def shape(self, rows: list[shapes.Row]) -> list[shapes.Shape]:
        return [_story(row) for row in rows]


class StoryDetail(ApiView):
    @extend_schema(
        operation_id="stories_retrieve",
        tags=["stories"],
        summary="One story: its articles, how they overlap, and who cites whom",
        description="A story that turned out to be part of another answers as that one, with its id.",
        parameters=[
            OpenApiParameter(
                "beside", int, description="The article to compare with, instead of the one seen first."
            )
        ],
        responses=StoryDetailSerializer,
    )
    def get(self, request: ApiRequest, pk: int) -> Response:
        view = stories.story_view(pk, beside=read_key(request.query_params.get("beside", "")))
        if view is None:
            raise Missing("story_not_found", f"There is no story {pk}.")
        cited = citations(view.members)
        return Response(
            {
                **_story({"pk": view.story.pk, **{name: getattr(view.story, name) for name in COLUMNS[1:]}}),
                "compared_with": view.beside.pk,
                "members": [_member(member, cited[member.article.pk]) for member in view.members],
            }
        )


class GivenTakeOutSerializer(serializers.Serializer):
    article = serializers.IntegerField(min_value=1, max_value=MAX_KEY)
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)


class GivenPutBackSerializer(serializers.Serializer):
    article = serializers.IntegerField(min_value=1, max_value=MAX_KEY)


class TakeOutOfStory(ApiView):
    @extend_schema(
        operation_id="stories_take_out",
        tags=["stories"],
        summary="Say that an article does not tell this story",
        description="It is not put back by itself.",
        request=GivenTakeOutSerializer,
        responses=StorySerializer,
        extensions=problems("409"),
    )
    def post(self, request: ApiRequest, pk: int) -> Response:
        given = validated(GivenTakeOutSerializer, request)
        story = take_out_of_story(
            by=request.user, article_id=given["article"], story_id=pk, reason=given["reason"]
        )
        return Response(_as_it_is(story.pk))


class PutBackIntoStory(ApiView):
    @extend_schema(
        operation_id="stories_put_back",
        tags=["stories"],
        summary="Undo that an article was taken out",
        request=GivenPutBackSerializer,
        responses=StorySerializer,
        extensions=problems("409"),
    )
    def post(self, request: ApiRequest, pk: int) -> Response:
        given = validated(GivenPutBackSerializer, request)
        story = put_back_into_story(by=request.user, article_id=given["article"], story_id=pk)
        return Response(_as_it_is(story.pk))


def _as_it_is(pk: int) -> shapes.Shape:
    return _story(Story.objects.values(*COLUMNS).get(pk=pk))


def _story(row: shapes.Row) -> shapes.Shape:
    return {
        "id": row["pk"],
        "articles": row["articles"],
        "outlets": row["outlets"],
        "first_seen": row["first_seen"],
        "active_at": stories.active_at(row["activity"]),
    }


def _member(member: stories.Member, cited: list[Citation]) -> shapes.Shape:
    article, overlap = member.article, member.overlap
    return {
        "article": {
            "id": article.pk,
            "title": article.title,
            "url": article.url,
            "outlet": {"id": article.outlet.pk, "name": article.outlet.name},
        },
        "seen_at": member.seen_at,
        "seen_by": "published" if member.is_published_then else "imported",
        "overlap": overlap
        and {
            "article": overlap.article,
            "has_of_it": overlap.has_of_it,
            "is_in_it": overlap.is_in_it,
            "relation": overlap.relation,
            "is_current": overlap.is_current,
        },
        "cites": [
            {"name": one.name, "how": one.how, "article": one.article and one.article.pk} for one in cited
        ],
    }
