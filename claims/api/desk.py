"""REST API: tags, saved views, acts on many claims, and how the desk works."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import status
from rest_framework.response import Response

from claims.api.claims import claim_response
from claims.api.deskserializers import (
    BulkResultsSerializer,
    DeskSettingsSerializer,
    GivenBulkSerializer,
    GivenClaimTagsSerializer,
    GivenDeskSettingsSerializer,
    GivenPreferencesSerializer,
    GivenTagChangeSerializer,
    GivenTagMergeSerializer,
    GivenTagSerializer,
    GivenVerdictNamesSerializer,
    GivenViewNameSerializer,
    GivenViewSerializer,
    PreferencesSerializer,
    SavedViewSerializer,
    TagSerializer,
    VerdictNamesSerializer,
)
from claims.api.serializers import ClaimDetailSerializer
from claims.choices import DigestPace
from claims.forms import ClaimFilterForm
from claims.models import DeskSettings, Digest, Preference, SavedView, Tag
from claims.services import digests, giving, tagging, viewing
from claims.services.bulk import Row, act_on_claims
from claims.services.desk import FIELDS, configure_desk, name_verdicts
from factcheck.api.picking import Picks
from factcheck.api.schema import IF_MATCH, STALE, problems
from factcheck.api.views import ApiRequest, ApiView, ListView, stated_version, validated
from factcheck.lib.errors import Missing
from factcheck.lib.roles import Scope
from factcheck.models import User

_TAG = ("pk", "name", "retired_at", "merged_into", "created_at")


class Tags(ListView):
    queryset = Tag.objects.all()
    columns = _TAG
    picks = Picks(TagSerializer)

    @extend_schema(
        operation_id="tags_list",
        tags=["tags"],
        summary="The desk's tags, newest first",
        responses=TagSerializer(many=True),
    )
    def get(self, request: ApiRequest) -> Response:
        return self.list(request)

    @extend_schema(
        operation_id="tags_add",
        tags=["tags"],
        summary="Add a tag to the desk's",
        request=GivenTagSerializer,
        responses={201: TagSerializer},
        extensions=problems("400"),
    )
    def post(self, request: ApiRequest) -> Response:
        given = validated(GivenTagSerializer, request)
        tag = tagging.add_tag(by=request.user, name=given["name"])
        return Response(_tag(tag), status.HTTP_201_CREATED)

    def shape(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{"id": row.pop("pk"), **row} for row in rows]


class TagDetail(ApiView):
    @extend_schema(
        operation_id="tags_change",
        tags=["tags"],
        summary="Rename a tag, retire it, or take it into use again",
        request=GivenTagChangeSerializer,
        responses=TagSerializer,
        extensions=problems("400"),
    )
    def patch(self, request: ApiRequest, pk: int) -> Response:
        given = validated(GivenTagChangeSerializer, request)
        if "name" in given:
            tagging.rename_tag(by=request.user, tag_id=pk, name=given["name"])
        if "retired" in given:
            tagging.retire_tag(by=request.user, tag_id=pk, retired=given["retired"])
        tag = Tag.objects.filter(pk=pk).first()
        if tag is None:
            raise Missing("tag_not_found", f"There is no tag {pk}.")
        return Response(_tag(tag))


class MergeTag(ApiView):
    @extend_schema(
        operation_id="tags_merge",
        tags=["tags"],
        summary="Give a tag's claims to another tag, which its name finds from then on",
        request=GivenTagMergeSerializer,
        responses=TagSerializer,
        extensions=problems("400"),
    )
    def post(self, request: ApiRequest, pk: int) -> Response:
        given = validated(GivenTagMergeSerializer, request)
        return Response(_tag(tagging.merge_tags(by=request.user, tag_id=pk, into=given["into"])))


class ClaimTags(ApiView):
    @extend_schema(
        operation_id="claims_tag",
        tags=["claims", "tags"],
        summary="Put tags on a claim, or take them off",
        request=GivenClaimTagsSerializer,
        responses=ClaimDetailSerializer,
        examples=[
            OpenApiExample(
                "One on, one off",
                {"expected_version": 3, "add": ["Energy"], "remove": ["The city"]},
                request_only=True,
            )
        ],
        parameters=[IF_MATCH],
        extensions=STALE,
    )
    def post(self, request: ApiRequest, claim_id: int) -> Response:
        given = validated(GivenClaimTagsSerializer, request)
        with stated_version(request, given.get("expected_version")) as version:
            tagging.tag_claim(
                by=request.user,
                claim_id=claim_id,
                add=given["add"],
                remove=given["remove"],
                expected_version=version,
            )
        return claim_response(claim_id, request.user)


class BulkClaims(ApiView):
    @extend_schema(
        operation_id="claims_bulk",
        tags=["claims"],
        summary="One act on many claims, with a result per row",
        description=(
            "Each row is written by itself: one that is refused (stale, taken, not allowed) costs no other, and says why. "
            "Send the refused ones again with the versions that come back."
        ),
        request=GivenBulkSerializer,
        responses=BulkResultsSerializer,
        examples=[
            OpenApiExample(
                "Tag two",
                {
                    "act": "tag",
                    "tags": ["Energy"],
                    "claims": [{"id": 7, "expected_version": 2}, {"id": 9, "expected_version": 1}],
                },
                request_only=True,
            )
        ],
        extensions=problems("400", "404"),
    )
    def post(self, request: ApiRequest) -> Response:
        given = validated(GivenBulkSerializer, request)
        rows = [Row(row["id"], row["expected_version"]) for row in given["claims"]]
        asks = GivenBulkSerializer.ASKS[given["act"]]
        details: dict[str, Any] = (
            {asks: given[asks]} if asks == "tags" else {asks: given[asks], "note": given["note"]}
        )
        if asks == "to":
            details["to"] = User.objects.filter(username=given["to"], is_active=True).first()
            if details["to"] is None:
                raise Missing("user_not_found", f"There is nobody called “{given['to']}” at this desk.")
        results = act_on_claims(by=request.user, act=given["act"], rows=rows, **details)
        done = sum(result.done for result in results)
        return Response(
            {
                "done": done,
                "refused": len(results) - done,
                "results": [
                    {
                        "claim": result.claim_id,
                        "done": result.done,
                        "version": result.version,
                        "code": result.code,
                        "detail": result.message,
                    }
                    for result in results
                ],
            }
        )


class Views(ApiView):
    key_scope = Scope.REVIEW

    @extend_schema(
        operation_id="views_list",
        tags=["views"],
        summary="Your saved views and the desk's, by name",
        responses=SavedViewSerializer(many=True),
    )
    def get(self, request: ApiRequest) -> Response:
        return Response([_view(view, request.user) for view in viewing.views_for(request.user)])

    @extend_schema(
        operation_id="views_save",
        tags=["views"],
        summary="Save a view; one of that name gets these filters instead",
        description="Filters that the toolbar would not take are left out.",
        request=GivenViewSerializer,
        responses={201: SavedViewSerializer},
        extensions=problems("400"),
    )
    def post(self, request: ApiRequest) -> Response:
        given = validated(GivenViewSerializer, request)
        answers = ClaimFilterForm(given["filters"]).answers()
        view = viewing.save_view(by=request.user, name=given["name"], filters=answers, shared=given["shared"])
        return Response(_view(view, request.user), status.HTTP_201_CREATED)


class ViewDetail(ApiView):
    key_scope = Scope.REVIEW

    @extend_schema(
        operation_id="views_rename",
        tags=["views"],
        summary="Rename a view",
        request=GivenViewNameSerializer,
        responses=SavedViewSerializer,
        extensions=problems("400"),
    )
    def patch(self, request: ApiRequest, pk: int) -> Response:
        given = validated(GivenViewNameSerializer, request)
        return Response(
            _view(viewing.rename_view(by=request.user, view_id=pk, name=given["name"]), request.user)
        )

    @extend_schema(
        operation_id="views_delete", tags=["views"], summary="Delete a view", responses={204: None}
    )
    def delete(self, request: ApiRequest, pk: int) -> Response:
        viewing.delete_view(by=request.user, view_id=pk)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Preferences(ApiView):
    key_scope = Scope.REVIEW

    @extend_schema(
        operation_id="preferences",
        tags=["me"],
        summary="What you set for yourself",
        responses=PreferencesSerializer,
    )
    def get(self, request: ApiRequest) -> Response:
        return Response(_preferences(request.user))

    @extend_schema(
        operation_id="preferences_change",
        tags=["me"],
        summary="Ask for work, choose the view that your queue opens with, or have your inbox by e-mail",
        request=GivenPreferencesSerializer,
        responses=PreferencesSerializer,
        extensions=problems("400", "404"),
    )
    def patch(self, request: ApiRequest) -> Response:
        given = validated(GivenPreferencesSerializer, request)
        if "wants_work" in given:
            giving.ask_for_work(by=request.user, wants=given["wants_work"])
        if "default_view" in given:
            viewing.set_default_view(by=request.user, view_id=given["default_view"])
        if "digest" in given:
            digests.set_digest(by=request.user, pace=given["digest"])
        return Response(_preferences(request.user))


class Desk(ApiView):
    @extend_schema(
        operation_id="desk", tags=["desk"], summary="How the desk works", responses=DeskSettingsSerializer
    )
    def get(self, request: ApiRequest) -> Response:
        return Response(_desk(DeskSettings.current()))

    @extend_schema(
        operation_id="desk_change",
        tags=["desk"],
        summary="Change how the desk works",
        request=GivenDeskSettingsSerializer,
        responses=DeskSettingsSerializer,
        extensions=problems("400"),
    )
    def patch(self, request: ApiRequest) -> Response:
        given = validated(GivenDeskSettingsSerializer, request)
        return Response(_desk(configure_desk(by=request.user, **given)))


class VerdictNames(ApiView):
    @extend_schema(
        operation_id="desk_verdicts",
        tags=["desk"],
        summary="What the desk calls its verdicts, by language",
        responses=VerdictNamesSerializer(many=True),
    )
    def get(self, request: ApiRequest) -> Response:
        labels = DeskSettings.current().labels
        return Response([{"language": code, "names": labels[code]} for code in sorted(labels)])

    @extend_schema(
        operation_id="desk_verdicts_name",
        tags=["desk"],
        summary="Name the verdicts in one language",
        description="A verdict that is left out has its built-in name again. What a verdict means stays.",
        request=GivenVerdictNamesSerializer,
        responses=VerdictNamesSerializer,
        examples=[
            OpenApiExample("In German", {"language": "de", "names": {"false": "Falsch"}}, request_only=True)
        ],
    )
    def put(self, request: ApiRequest) -> Response:
        given = validated(GivenVerdictNamesSerializer, request)
        desk = name_verdicts(by=request.user, **given)
        return Response({"language": given["language"], "names": desk.labels.get(given["language"], {})})


def _tag(tag: Tag) -> dict[str, Any]:
    return {
        "id": tag.pk,
        "name": tag.name,
        "retired_at": tag.retired_at,
        "merged_into": tag.merged_into_id,
        "created_at": tag.created_at,
    }


def _view(view: SavedView, user: User) -> dict[str, Any]:
    return {
        "id": view.pk,
        "name": view.name,
        "shared": view.shared,
        "filters": view.filters,
        "is_default": Preference.objects.filter(user=user, default_view=view).exists(),
        "created_at": view.created_at,
    }


def _preferences(user: User) -> dict[str, Any]:
    preference = Preference.objects.filter(user=user).first() or Preference(user=user)
    digest = Digest.objects.filter(user=user).first()
    return {
        "wants_work": preference.wants_work,
        "default_view": preference.default_view_id,
        "digest": digest.pace if digest else DigestPace.OFF.value,
    }


def _desk(desk: DeskSettings) -> dict[str, Any]:
    return {name: getattr(desk, name) for name in FIELDS}
