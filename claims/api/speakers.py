"""REST API: the speaker ledger."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import status
from rest_framework.response import Response

from claims import ledger
from claims.api import including, shapes
from claims.api.filters import SpeakerFilters
from claims.api.peopleserializers import (
    ContradictionSerializer,
    GivenAliasSerializer,
    GivenContradictionSerializer,
    GivenMergeSerializer,
    GivenRoleEndSerializer,
    GivenRoleSerializer,
    GivenSpeakerSerializer,
    GivenUnmergeSerializer,
    SpeakerLedgerSerializer,
)
from claims.models import Contradiction, Speaker, SpeakerAlias, SpeakerMerge, SpeakerRole
from claims.services import ledger as describing
from claims.services import merging
from factcheck.api.picking import Picks
from factcheck.api.schema import FIELDS_OF_ONE, problems
from factcheck.api.views import ApiRequest, ApiView, ListView, validated
from factcheck.lib.errors import Missing

_WRONG = problems("400")
_TAKEN = problems("400", "409")


class SpeakerList(ListView):
    queryset = Speaker.objects.all()
    filterset_class = SpeakerFilters
    columns = shapes.SPEAKER_COLUMNS
    picks = including.SPEAKER

    @extend_schema(
        operation_id="speakers_list",
        tags=["speakers"],
        summary="Who said something, newest first",
        responses=including.ListedSpeakerSerializer(many=True),
    )
    def get(self, request: ApiRequest) -> Response:
        return self.list(request)

    def shape(self, rows: list[shapes.Row]) -> list[shapes.Shape]:
        return [shapes.speaker(row) for row in rows]


class SpeakerDetail(ApiView):
    picks = Picks(SpeakerLedgerSerializer)

    @extend_schema(
        operation_id="speakers_retrieve",
        tags=["speakers"],
        summary="One speaker: names, roles, merges, contradictions, and how many claims are theirs",
        description="GET /claims/?speaker= lists the claims.",
        responses=SpeakerLedgerSerializer,
        parameters=FIELDS_OF_ONE,
    )
    def get(self, request: ApiRequest, pk: int) -> Response:
        return self.shown(request, _speaker(pk).data)

    @extend_schema(
        operation_id="speakers_update",
        tags=["speakers"],
        summary="Say which Wikidata item a speaker is",
        request=GivenSpeakerSerializer,
        responses=SpeakerLedgerSerializer,
        extensions=_WRONG,
    )
    def patch(self, request: ApiRequest, pk: int) -> Response:
        given = validated(GivenSpeakerSerializer, request)
        describing.set_wikidata(by=request.user, speaker_id=pk, item=given["wikidata"])
        return _speaker(pk)


class SpeakerAliases(ApiView):
    @extend_schema(
        operation_id="speakers_alias_add",
        tags=["speakers"],
        summary="Give a speaker another name: whom a text calls so is this one from now on",
        request=GivenAliasSerializer,
        responses={201: SpeakerLedgerSerializer},
        extensions=_TAKEN,
    )
    def post(self, request: ApiRequest, pk: int) -> Response:
        describing.add_alias(by=request.user, speaker_id=pk, **validated(GivenAliasSerializer, request))
        return _speaker(pk, status.HTTP_201_CREATED)


class AliasDetail(ApiView):
    @extend_schema(
        operation_id="speakers_alias_remove",
        tags=["speakers"],
        summary="Take a name from a speaker",
        responses={200: SpeakerLedgerSerializer},
        extensions=_WRONG,
    )
    def delete(self, request: ApiRequest, pk: int, alias_id: int) -> Response:
        describing.remove_alias(by=request.user, speaker_id=pk, alias_id=alias_id)
        return _speaker(pk)


class SpeakerRoles(ApiView):
    @extend_schema(
        operation_id="speakers_role_add",
        tags=["speakers"],
        summary="Say what a speaker was, and when",
        request=GivenRoleSerializer,
        responses={201: SpeakerLedgerSerializer},
        examples=[
            OpenApiExample(
                "A mayor",
                {"title": "mayor", "organization": "Lakeside", "since": "2021-05-01", "until": None},
                request_only=True,
            )
        ],
        extensions=_WRONG,
    )
    def post(self, request: ApiRequest, pk: int) -> Response:
        describing.add_role(by=request.user, speaker_id=pk, **validated(GivenRoleSerializer, request))
        return _speaker(pk, status.HTTP_201_CREATED)


class RoleDetail(ApiView):
    @extend_schema(
        operation_id="speakers_role_end",
        tags=["speakers"],
        summary="Say which day was the last of a role",
        request=GivenRoleEndSerializer,
        responses=SpeakerLedgerSerializer,
        extensions=_WRONG,
    )
    def patch(self, request: ApiRequest, pk: int, role_id: int) -> Response:
        given = validated(GivenRoleEndSerializer, request)
        describing.end_role(by=request.user, speaker_id=pk, role_id=role_id, until=given["until"])
        return _speaker(pk)

    @extend_schema(
        operation_id="speakers_role_remove",
        tags=["speakers"],
        summary="Take back a role that the speaker did not have",
        responses={200: SpeakerLedgerSerializer},
    )
    def delete(self, request: ApiRequest, pk: int, role_id: int) -> Response:
        describing.remove_role(by=request.user, speaker_id=pk, role_id=role_id)
        return _speaker(pk)


class MergeSpeaker(ApiView):
    @extend_schema(
        operation_id="speakers_merge",
        tags=["speakers"],
        summary="Make a speaker one with another",
        description=(
            "Claims with their verdicts and evidence, names and roles go to the other; the name stands for that one in texts "
            "to come. Answers with the other. An unnamed source is merged with another of its outlet only."
        ),
        request=GivenMergeSerializer,
        responses=SpeakerLedgerSerializer,
        extensions=_WRONG,
    )
    def post(self, request: ApiRequest, pk: int) -> Response:
        given = validated(GivenMergeSerializer, request)
        merging.merge_speakers(by=request.user, speaker_id=pk, **given)
        return _speaker(given["into"])


class UnmergeSpeaker(ApiView):
    @extend_schema(
        operation_id="speakers_unmerge",
        tags=["speakers"],
        summary="Take a merge back",
        description=(
            "Gives back exactly what it moved, but for claims that somebody has given to another speaker since. Answers with the "
            "speaker that was merged."
        ),
        request=GivenUnmergeSerializer,
        responses=SpeakerLedgerSerializer,
        extensions=_WRONG,
    )
    def post(self, request: ApiRequest, pk: int) -> Response:
        merge_id = validated(GivenUnmergeSerializer, request)["merge"]
        if not SpeakerMerge.objects.filter(pk=merge_id, target=pk).exists():
            raise Missing("merge_not_found", f"Speaker {pk} has no merge {merge_id}.")
        merge, _ = merging.unmerge_speakers(by=request.user, merge_id=merge_id)
        return _speaker(merge.source_id)


class Contradictions(ApiView):
    @extend_schema(
        operation_id="contradictions_link",
        tags=["speakers", "claims"],
        summary="Link two claims of one speaker that contradict each other",
        request=GivenContradictionSerializer,
        responses={201: ContradictionSerializer},
        extensions=problems("400", "404"),
    )
    def post(self, request: ApiRequest) -> Response:
        given = validated(GivenContradictionSerializer, request)
        link = describing.link_contradiction(
            by=request.user, claim_id=given["claim"], other_id=given["other"], note=given["note"]
        )
        return Response(_contradictions(pk=link.pk)[0], status.HTTP_201_CREATED)


class ContradictionDetail(ApiView):
    @extend_schema(
        operation_id="contradictions_withdraw",
        tags=["speakers", "claims"],
        summary="Withdraw a contradiction; it stays in both claims' history",
        responses={204: None},
    )
    def delete(self, request: ApiRequest, pk: int) -> Response:
        describing.withdraw_contradiction(by=request.user, contradiction_id=pk)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _speaker(pk: int, code: int = status.HTTP_200_OK) -> Response:
    row = Speaker.objects.filter(pk=pk).values(*shapes.SPEAKER_COLUMNS).first()
    if row is None:
        raise Missing(
            "speaker_not_found", f"There is no speaker {pk}: check the number, or look for it in the list."
        )
    claims, judged = ledger.claim_counts([pk]).get(pk, (0, 0))
    aliases = SpeakerAlias.objects.filter(speaker=pk).values(*shapes.ALIAS_COLUMNS)
    roles = SpeakerRole.objects.filter(speaker=pk).values(*shapes.ROLE_COLUMNS)
    merges = SpeakerMerge.objects.filter(target=pk, undone_at=None).values(
        "id", "source", "target", "reason", "at", *shapes.person_columns("by")
    )
    shown = {
        **shapes.speaker(row),
        "claims": claims,
        "judged": judged,
        "aliases": [shapes.alias(row) for row in aliases],
        "roles": list(roles),
        "merges": [
            {
                **{name: merge[name] for name in ("id", "reason", "at")},
                "merged": merge["source"],
                "into": merge["target"],
                "by": shapes.person(merge, "by"),
            }
            for merge in merges
        ],
        "contradictions": _contradictions(withdrawn_at=None, first__speaker=pk),
    }
    return Response(shown, code)


def _contradictions(**narrowed: Any) -> list[shapes.Shape]:
    links = Contradiction.objects.filter(**narrowed)[: ledger.SHOWN_CONTRADICTIONS]
    names = ("id", "first", "second", "note", "at")
    return [
        {**{name: link[name] for name in names}, "by": shapes.person(link, "by")}
        for link in links.values(*names, *shapes.person_columns("by"))
    ]
