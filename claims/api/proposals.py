"""REST API: what newer extractors propose, and the desk's yes or no to it."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.response import Response

from claims.api import shapes
from claims.api.filters import ProposalFilters
from claims.api.given import GivenDecisionsSerializer, VersionedSerializer
from claims.api.proposalserializers import DecisionsSerializer, ProposalSerializer
from claims.models import ExtractionProposal
from claims.services import proposing
from factcheck.api.picking import Picks
from factcheck.api.schema import IF_MATCH, problems
from factcheck.api.views import ApiRequest, ApiView, ListView, stated_version, validated
from factcheck.lib.errors import Missing

DECIDE_ALL = {"accept": proposing.accept_all, "reject": proposing.reject_all}


class ProposalList(ListView):
    queryset = ExtractionProposal.objects.all()
    filterset_class = ProposalFilters
    columns = shapes.PROPOSAL_COLUMNS
    picks = Picks(ProposalSerializer)

    @extend_schema(
        operation_id="proposals_list",
        tags=["proposals"],
        summary="What newer extractors propose, newest first",
        description="Decided ones too, unless `state=open`.",
        responses=ProposalSerializer(many=True),
    )
    def get(self, request: ApiRequest) -> Response:
        return self.list(request)

    def shape(self, rows: list[shapes.Row]) -> list[shapes.Shape]:
        return [shapes.proposal(row) for row in rows]


class ProposalDetail(ApiView):
    @extend_schema(
        operation_id="proposals_retrieve",
        tags=["proposals"],
        summary="One proposal: how it stood, and what the extractor found",
        responses=ProposalSerializer,
    )
    def get(self, request: ApiRequest, pk: int) -> Response:
        return _proposal(pk)


class AcceptProposal(ApiView):
    @extend_schema(
        operation_id="proposals_accept",
        tags=["proposals"],
        summary="Do what a proposal says",
        description=(
            "Refused with 409 where that would take the ground from under what people did: `judged` (a verdict, evidence "
            "or a dismissal rests on what would change), `changed_since` (somebody changed the same thing), `taken`, "
            "`already_decided`, `outdated` (a newer extraction has been here). `expected_version`, the claim's, is for "
            "proposals to change or to take out a claim."
        ),
        request=VersionedSerializer,
        responses=ProposalSerializer,
        examples=[
            OpenApiExample("As the claim stood at version 3", {"expected_version": 3}, request_only=True)
        ],
        parameters=[IF_MATCH],
        extensions=problems("400", "409", "412", "428"),
    )
    def post(self, request: ApiRequest, pk: int) -> Response:
        given = validated(VersionedSerializer, request)
        row = _row(pk)
        if row["claim"] is None:
            proposing.accept_proposal(by=request.user, proposal_id=pk)
            return _proposal(pk)
        with stated_version(request, given.get("expected_version")) as version:
            proposing.accept_proposal(by=request.user, proposal_id=pk, expected_version=version)
        return _proposal(pk)


class RejectProposal(ApiView):
    @extend_schema(
        operation_id="proposals_reject",
        tags=["proposals"],
        summary="Leave everything as it is",
        description="The same is not proposed again; `reopen` undoes it.",
        request=None,
        responses=ProposalSerializer,
        extensions=problems("409"),
    )
    def post(self, request: ApiRequest, pk: int) -> Response:
        proposing.reject_proposal(by=request.user, proposal_id=pk)
        return _proposal(pk)


class ReopenProposal(ApiView):
    @extend_schema(
        operation_id="proposals_reopen",
        tags=["proposals"],
        summary="Undo the rejection of a proposal",
        request=None,
        responses=ProposalSerializer,
        extensions=problems("400", "409"),
    )
    def post(self, request: ApiRequest, pk: int) -> Response:
        proposing.reopen_proposal(by=request.user, proposal_id=pk)
        return _proposal(pk)


class DecideProposals(ApiView):
    @extend_schema(
        operation_id="proposals_decide",
        tags=["proposals"],
        summary="Accept or reject all open proposals of one extraction",
        description="Each by itself: what cannot be done says why, stays open, and stops none of the others.",
        request=GivenDecisionsSerializer,
        responses=DecisionsSerializer,
        examples=[
            OpenApiExample("All of extraction 12", {"run": 12, "decision": "accept"}, request_only=True)
        ],
        extensions=problems("404"),
    )
    def post(self, request: ApiRequest) -> Response:
        given = validated(GivenDecisionsSerializer, request)
        decided = DECIDE_ALL[given["decision"]](by=request.user, run_id=given["run"])
        done = sum(one.done for one in decided)
        rows: list[dict[str, Any]] = [
            {"proposal": one.proposal_id, "done": one.done, "code": one.code, "message": one.message}
            for one in decided
        ]
        return Response({"done": done, "refused": len(decided) - done, "decisions": rows})


def _proposal(pk: int) -> Response:
    return Response(_row(pk))


def _row(pk: int) -> shapes.Shape:
    row = ExtractionProposal.objects.filter(pk=pk).values(*shapes.PROPOSAL_COLUMNS).first()
    if row is None:
        raise Missing("proposal_not_found", f"There is no proposal {pk}.")
    return shapes.proposal(row)
