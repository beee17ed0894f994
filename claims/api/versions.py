"""REST API: what became of claims when their article changed, and looking at its page again."""

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import status
from rest_framework.response import Response

from articles.comparing import compare
from articles.models import Recheck
from articles.services import rechecking
from claims import changes
from claims.api import articleshapes, shapes
from claims.api.articleserializers import ComparisonSerializer, OrphanSerializer, RecheckSerializer
from claims.api.claims import claim_response
from claims.api.filters import OrphanFilters
from claims.api.given import GivenPlaceSerializer, VersionedSerializer
from claims.api.serializers import ClaimDetailSerializer
from claims.models import Orphan
from claims.services import orphans, rewordings
from factcheck.api.picking import Picks
from factcheck.api.schema import IF_MATCH, STALE, problems
from factcheck.api.views import ApiRequest, ApiView, ListView, stated_version, validated
from factcheck.lib.errors import Missing


class RecheckArticle(ApiView):
    @extend_schema(
        operation_id="articles_recheck",
        tags=["articles"],
        summary="Have an article's page looked at again now",
        description="In the background: ask for the article to see what came of it.",
        request=None,
        responses={202: RecheckSerializer},
        extensions=problems("400"),
    )
    def post(self, request: ApiRequest, pk: int) -> Response:
        rechecking.look_again(by=request.user, article_id=pk)
        row = Recheck.objects.values(*articleshapes.RECHECK_COLUMNS).get(pk=pk)
        return Response(articleshapes.recheck(row), status=status.HTTP_202_ACCEPTED)


class CompareVersions(ApiView):
    @extend_schema(
        operation_id="articles_compare",
        tags=["articles"],
        summary="What changed between two versions of an article, word by word",
        description=(
            "By their numbers. `pieces`, read from beginning to end, are both texts as one: the words that stayed or went are "
            "the old text's, those that stayed or came the new one's."
        ),
        responses=ComparisonSerializer,
    )
    def get(self, request: ApiRequest, pk: int, old: int, new: int) -> Response:
        found = changes.two_versions(pk, old, new)
        if found is None:
            raise Missing("version_not_found", f"Article {pk} has no versions {old} and {new}.")
        comparison = compare(found[0].text, found[1].text)
        return Response(articleshapes.comparison(*found, comparison))


class ConfirmVerdict(ApiView):
    @extend_schema(
        operation_id="claims_confirm",
        tags=["claims"],
        summary="Say that the verdict stands although the article changed the claim's words",
        description="For whoever judged the claim, or has it under review, and for editors. Judging it again clears the flag too.",
        request=VersionedSerializer,
        responses=ClaimDetailSerializer,
        parameters=[IF_MATCH],
        extensions=STALE,
    )
    def post(self, request: ApiRequest, claim_id: int) -> Response:
        given = validated(VersionedSerializer, request)
        with stated_version(request, given.get("expected_version")) as version:
            rewordings.confirm_verdict(by=request.user, claim_id=claim_id, expected_version=version)
        return claim_response(claim_id, request.user)


class OrphanList(ListView):
    queryset = Orphan.objects.all()
    filterset_class = OrphanFilters
    columns = articleshapes.ORPHAN_COLUMNS
    picks = Picks(OrphanSerializer)

    @extend_schema(
        operation_id="orphans_list",
        tags=["orphans"],
        summary="Claims that a later text of their article does not have, newest first",
        description="Resolved ones too, unless `state=open`.",
        responses=OrphanSerializer(many=True),
    )
    def get(self, request: ApiRequest) -> Response:
        return self.list(request)

    def shape(self, rows: list[shapes.Row]) -> list[shapes.Shape]:
        return [articleshapes.orphan(row) for row in rows]


class AnchorOrphan(ApiView):
    @extend_schema(
        operation_id="orphans_anchor",
        tags=["orphans"],
        summary="Say where the claim's words are in the article's current text",
        description=(
            "By offsets, or by the words themselves. Words that stand there more than once are refused with "
            "`quote_ambiguous` and the `places`: choose one by its offsets."
        ),
        request=GivenPlaceSerializer,
        responses=OrphanSerializer,
        examples=[
            OpenApiExample("By its words", {"quote": "It was last looked at in 2014"}, request_only=True)
        ],
        extensions=problems("400", "409"),
    )
    def post(self, request: ApiRequest, pk: int) -> Response:
        given = validated(GivenPlaceSerializer, request)
        orphans.anchor_by_hand(
            by=request.user,
            orphan_id=pk,
            quote=given["quote"],
            start=given.get("start"),
            end=given.get("end"),
        )
        return _orphan(pk)


class OrphanGone(ApiView):
    @extend_schema(
        operation_id="orphans_gone",
        tags=["orphans"],
        summary="Say that the article does not say it any more",
        description="`reopen` undoes it.",
        request=None,
        responses=OrphanSerializer,
        extensions=problems("409"),
    )
    def post(self, request: ApiRequest, pk: int) -> Response:
        orphans.mark_gone(by=request.user, orphan_id=pk)
        return _orphan(pk)


class ReopenOrphan(ApiView):
    @extend_schema(
        operation_id="orphans_reopen",
        tags=["orphans"],
        summary="Undo that a claim was marked as gone",
        request=None,
        responses=OrphanSerializer,
        extensions=problems("400"),
    )
    def post(self, request: ApiRequest, pk: int) -> Response:
        orphans.reopen_orphan(by=request.user, orphan_id=pk)
        return _orphan(pk)


def _orphan(pk: int) -> Response:
    row = Orphan.objects.filter(pk=pk).values(*articleshapes.ORPHAN_COLUMNS).first()
    if row is None:
        raise Missing("orphan_not_found", f"There is no orphan {pk}.")
    return Response(articleshapes.orphan(row))
