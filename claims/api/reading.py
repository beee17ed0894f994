"""REST API: reviews, appearances, articles and their versions, to be read."""

from typing import Any, cast

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from articles.models import Article, ArticleVersion, Recheck
from claims import decisions, permissions
from claims.api import articleshapes, including, shapes
from claims.api.articleserializers import ArticleDetailSerializer, VersionSerializer
from claims.api.filters import AppearanceFilters, ArticleFilters, ReviewFilters
from claims.api.serializers import MeSerializer
from claims.models import Appearance, Review
from factcheck.api.paging import TextOrder
from factcheck.api.picking import Picks
from factcheck.api.schema import FIELDS_OF_ONE
from factcheck.api.views import ApiRequest, ApiView, ListView
from factcheck.lib.errors import Missing
from factcheck.lib.roles import Role, Scope, has_role, has_scope
from factcheck.models import User

SHOWN_VERSIONS = 50
SHOWN_APPEARANCES = 200


class Me(ApiView):
    @extend_schema(
        operation_id="me", tags=["me"], summary="Who you are, and what you may do", responses=MeSerializer
    )
    def get(self, request: ApiRequest) -> Response:
        user = request.user
        roles = [role.value for role in Role if has_role(user, role)]
        return Response(
            {
                "id": user.pk,
                "username": user.username,
                "name": str(user),
                "role": roles[-1] if roles else None,
                "may": [
                    *(
                        ["import"]
                        if has_scope(user, Scope.IMPORT) and has_role(user, Role.RESEARCHER)
                        else []
                    ),
                    *(action for action in permissions.MAY if permissions.may(user, action)),
                ],
                "scopes": user.through_key.scopes if user.through_key else None,
            }
        )


class ReviewList(ListView):
    queryset = Review.objects.all()
    filterset_class = ReviewFilters
    columns = shapes.REVIEW_COLUMNS
    picks = including.REVIEW

    @extend_schema(
        operation_id="reviews_list",
        tags=["reviews"],
        summary="Judgements, newest first",
        description="Superseded ones too, unless `standing=true`.",
        responses=including.ListedReviewSerializer(many=True),
    )
    def get(self, request: ApiRequest) -> Response:
        return self.list(request)

    def get_queryset(self) -> Any:
        return decisions.visible_reviews(super().get_queryset(), cast(User, self.request.user))

    def shape(self, rows: list[shapes.Row]) -> list[shapes.Shape]:
        return shapes.reviews(rows)


class Appearances(ListView):
    queryset = Appearance.objects.all()
    columns = shapes.APPEARANCE_COLUMNS
    picks = including.APPEARANCE

    def shape(self, rows: list[shapes.Row]) -> list[shapes.Shape]:
        return shapes.appearances(rows)


class AppearanceList(Appearances):
    filterset_class = AppearanceFilters

    @extend_schema(
        operation_id="appearances_list",
        tags=["appearances"],
        summary="Where claims stand, newest first",
        description="Each with its chain as ordered hops and its spans as offsets and as W3C selectors.",
        responses=including.ListedAppearanceSerializer(many=True),
    )
    def get(self, request: ApiRequest) -> Response:
        return self.list(request)


class VersionAppearances(Appearances):
    pagination_class = TextOrder

    @extend_schema(
        operation_id="versions_appearances",
        tags=["appearances"],
        summary="The claims of one text, in its order",
        responses=including.ListedAppearanceSerializer(many=True),
    )
    def get(self, request: ApiRequest, pk: int) -> Response:
        if not ArticleVersion.objects.filter(pk=pk).exists():
            raise _no_version(pk)
        return self.list(request)

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(version_id=self.kwargs["pk"])


class ArticleList(ListView):
    queryset = Article.objects.all()
    filterset_class = ArticleFilters
    columns = articleshapes.ARTICLE_COLUMNS
    picks = including.ARTICLE

    @extend_schema(
        operation_id="articles_list",
        tags=["articles"],
        summary="Articles, newest first",
        responses=including.ListedArticleSerializer(many=True),
    )
    def get(self, request: ApiRequest) -> Response:
        return self.list(request)

    def shape(self, rows: list[shapes.Row]) -> list[shapes.Shape]:
        return [articleshapes.article(row) for row in rows]


class ArticleDetail(ApiView):
    picks = Picks(ArticleDetailSerializer)

    @extend_schema(
        operation_id="articles_retrieve",
        tags=["articles"],
        summary="One article with its current text, its versions and its claims",
        responses=ArticleDetailSerializer,
        parameters=FIELDS_OF_ONE,
    )
    def get(self, request: ApiRequest, pk: int) -> Response:
        row = Article.objects.filter(pk=pk).values(*articleshapes.ARTICLE_COLUMNS).first()
        if row is None:
            raise Missing("article_not_found", f"There is no article {pk}.")
        versions = ArticleVersion.objects.filter(article_id=pk).order_by("-number")[:SHOWN_VERSIONS]
        current = row["current"]
        appearances = Appearance.objects.filter(version_id=current).order_by("position")[:SHOWN_APPEARANCES]
        appearances_path = current and reverse("api_version_appearances", args=[current])
        return self.shown(
            request,
            {
                **articleshapes.article(row),
                "recheck": articleshapes.recheck(
                    Recheck.objects.filter(pk=pk).values(*articleshapes.RECHECK_COLUMNS).first()
                ),
                "current": articleshapes.version(current),
                "versions": [
                    articleshapes.version_line(line)
                    for line in versions.values(*articleshapes.VERSION_LINE_COLUMNS)
                ],
                "appearances": shapes.appearance_rows(appearances),
                "appearances_url": appearances_path and request.build_absolute_uri(appearances_path),
            },
        )


class VersionDetail(ApiView):
    picks = Picks(VersionSerializer)

    @extend_schema(
        operation_id="versions_retrieve",
        tags=["articles"],
        summary="One immutable text of an article",
        responses=VersionSerializer,
        parameters=FIELDS_OF_ONE,
    )
    def get(self, request: ApiRequest, pk: int) -> Response:
        found = articleshapes.version(pk)
        if found is None:
            raise _no_version(pk)
        return self.shown(request, found)


def _no_version(pk: int) -> Missing:
    return Missing("version_not_found", f"There is no version {pk}.")
