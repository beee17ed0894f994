"""REST API: moving a claim through the desk's work. One door for every move, and one each for what asks for more."""

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import status
from rest_framework.response import Response

from claims.api.claims import claim_response
from claims.api.given import (
    GivenCrossCheckSerializer,
    GivenHandOverSerializer,
    GivenTransitionSerializer,
    VersionedSerializer,
)
from claims.api.serializers import ClaimDetailSerializer
from claims.services import assigning, seconding, transitions, undoing
from factcheck.api.schema import IF_MATCH, STALE, problems
from factcheck.api.views import ApiRequest, ApiView, stated_version, validated
from factcheck.lib.errors import Missing
from factcheck.models import User


class Transitions(ApiView):
    @extend_schema(
        operation_id="claims_transition",
        tags=["claims"],
        summary="Move a claim to another state",
        description=(
            "By the one move that leads there from where it is, or by its name; GET the claim for the `moves` you may make. A move "
            "that asks for more (a reason, verdicts, the original of a duplicate) says so. An editor's "
            "`approved` is a vote: the claim moves once as many have voted as the desk asks for."
        ),
        request=GivenTransitionSerializer,
        responses=ClaimDetailSerializer,
        examples=[
            OpenApiExample(
                "Set it aside",
                {"to": "on_hold", "expected_version": 4, "reason": "The ministry answers on Monday."},
                request_only=True,
            ),
            OpenApiExample("Approve", {"to": "approved", "expected_version": 9}, request_only=True),
        ],
        parameters=[IF_MATCH],
        extensions=STALE,
    )
    def post(self, request: ApiRequest, claim_id: int) -> Response:
        given = validated(GivenTransitionSerializer, request)
        with stated_version(request, given.get("expected_version")) as version:
            transitions.transition(
                by=request.user,
                claim_id=claim_id,
                to=given.get("to", ""),
                move=given.get("move", ""),
                expected_version=version,
                given=transitions.Given(
                    reason=given["reason"],
                    dismiss_reason=given["dismiss_reason"],
                    until=given["until"],
                    duplicate_of=given["duplicate_of"],
                    evidence_exception=given["evidence_exception"],
                    judgements=given["judgements"],
                ),
            )
        return claim_response(claim_id, request.user)


class CrossCheckClaim(ApiView):
    @extend_schema(
        operation_id="claims_cross_check",
        tags=["claims", "reviews"],
        summary="Cross-check a claim: your own verdicts, given without seeing the author's",
        description=(
            "The same verdicts send the claim on to the editors, any other back to its author with both rationales; "
            "the answer shows which, and from now on what the author said."
        ),
        request=GivenCrossCheckSerializer,
        responses={201: ClaimDetailSerializer},
        examples=[
            OpenApiExample(
                "Both verdicts",
                {
                    "expected_version": 6,
                    "judgements": [
                        {"verdict": "half_true", "rationale": "The survey says one and a half times."},
                        {"verdict": "confirmed", "appearance": 31},
                    ],
                },
                request_only=True,
            )
        ],
        parameters=[IF_MATCH],
        extensions=STALE,
    )
    def post(self, request: ApiRequest, claim_id: int) -> Response:
        given = validated(GivenCrossCheckSerializer, request)
        with stated_version(request, given.get("expected_version")) as version:
            seconding.cross_check(
                by=request.user,
                claim_id=claim_id,
                expected_version=version,
                judgements=given["judgements"],
            )
        answer = claim_response(claim_id, request.user)
        answer.status_code = status.HTTP_201_CREATED
        return answer


class UndoMove(ApiView):
    @extend_schema(
        operation_id="claims_undo",
        tags=["claims"],
        summary="Undo your last move of a claim",
        description="Until somebody else has acted on it.",
        request=VersionedSerializer,
        responses=ClaimDetailSerializer,
        parameters=[IF_MATCH],
        extensions=STALE,
    )
    def post(self, request: ApiRequest, claim_id: int) -> Response:
        given = validated(VersionedSerializer, request)
        with stated_version(request, given.get("expected_version")) as version:
            undoing.undo_move(by=request.user, claim_id=claim_id, expected_version=version)
        return claim_response(claim_id, request.user)


class HandOver(ApiView):
    @extend_schema(
        operation_id="claims_hand_over",
        tags=["claims"],
        summary="Give a claim that you have to a colleague",
        request=GivenHandOverSerializer,
        responses=ClaimDetailSerializer,
        extensions=problems("400"),
    )
    def post(self, request: ApiRequest, claim_id: int) -> Response:
        given = validated(GivenHandOverSerializer, request)
        to = User.objects.filter(username=given["to"], is_active=True).first()
        if to is None:
            raise Missing("user_not_found", f"There is nobody called “{given['to']}” at this desk.")
        assigning.hand_over(by=request.user, claim_id=claim_id, to=to, note=given["note"])
        return claim_response(claim_id, request.user)
