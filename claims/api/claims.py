"""REST API: claims and the desk's work on them. Every write goes to the service that the screens use."""

from typing import Any, cast

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.response import Response

from claims import decisions, permissions, workflow
from claims.api import evidenceshapes, including, shapes
from claims.api.filters import ClaimFilters
from claims.api.given import (
    GivenDismissalSerializer,
    GivenNextSerializer,
    GivenReviewSerializer,
    VersionedSerializer,
)
from claims.api.serializers import (
    ClaimDetailSerializer,
    HistoryEventSerializer,
    ReviewsRecordedSerializer,
)
from claims.forms import ClaimFilterForm
from claims.models import Appearance, Assignment, AuditEvent, ClaimState, DeskSettings, EvidenceLink, Review
from claims.services import assigning, curating, reviewing, viewing
from factcheck.api.picking import Picks
from factcheck.api.schema import FIELDS_OF_ONE, IF_MATCH, STALE, problems
from factcheck.api.views import ApiRequest, ApiView, ListView, etag, stated_version, validated
from factcheck.lib.errors import Missing
from factcheck.models import User

SHOWN_APPEARANCES = 50
_ETAG = OpenApiParameter(
    "ETag", str, OpenApiParameter.HEADER, response=True, description="The claim's version, in quotes."
)


class ClaimList(ListView):
    queryset = shapes.claim_rows()
    filterset_class = ClaimFilters
    columns = shapes.CLAIM_COLUMNS
    picks = including.CLAIM

    @extend_schema(
        operation_id="claims_list",
        tags=["claims"],
        summary="Claims, newest first",
        description="Narrowed by `q` (words of the claim), by state, verdict, speaker, outlet and so on.",
        responses=including.ListedClaimSerializer(many=True),
    )
    def get(self, request: ApiRequest) -> Response:
        return self.list(request)

    def shape(self, rows: list[shapes.Row]) -> list[shapes.Shape]:
        return shapes.claims(rows)


class ClaimDetail(ApiView):
    picks = Picks(ClaimDetailSerializer)

    @extend_schema(
        operation_id="claims_retrieve",
        tags=["claims"],
        summary="One claim with its appearances, judgements and evidence",
        responses=ClaimDetailSerializer,
        parameters=[_ETAG, *FIELDS_OF_ONE],
    )
    def get(self, request: ApiRequest, claim_id: int) -> Response:
        whole = claim_response(claim_id, request.user)
        return self.shown(request, whole.data, headers=etag(whole.data["version"]))


class NextClaim(ApiView):
    @extend_schema(
        operation_id="claims_next",
        tags=["claims"],
        summary="Take the next claim of the queue",
        description=(
            "Leases the most pressing claim that waits to you, with `view` of those that this saved view shows. No two "
            "reviewers are handed the same one."
        ),
        request=GivenNextSerializer,
        responses={200: ClaimDetailSerializer, 204: OpenApiResponse(description="Nothing waits.")},
        extensions=problems("400", "404"),
    )
    def post(self, request: ApiRequest) -> Response:
        given = validated(GivenNextSerializer, request)
        within = None
        if given["view"] is not None:
            view = viewing.find_view(given["view"], request.user)
            within = ClaimFilterForm(view.filters).filters(reader=request.user)
        assignment = assigning.take_next(by=request.user, within=within)
        if assignment is None:
            return Response(status=status.HTTP_204_NO_CONTENT)
        return claim_response(assignment.claim_id, request.user)


class TakeClaim(ApiView):
    @extend_schema(
        operation_id="claims_take",
        tags=["claims"],
        summary="Take this claim for review, or renew your lease on it",
        request=None,
        responses=ClaimDetailSerializer,
        extensions=problems("400", "409"),
    )
    def post(self, request: ApiRequest, claim_id: int) -> Response:
        assigning.take_claim(by=request.user, claim_id=claim_id)
        return claim_response(claim_id, request.user)


class ReleaseClaim(ApiView):
    @extend_schema(
        operation_id="claims_release",
        tags=["claims"],
        summary="Put a claim that you have back into the queue",
        request=None,
        responses=ClaimDetailSerializer,
        extensions=problems("400"),
    )
    def post(self, request: ApiRequest, claim_id: int) -> Response:
        assigning.release_claim(by=request.user, claim_id=claim_id)
        return claim_response(claim_id, request.user)


class QueueClaim(ApiView):
    @extend_schema(
        operation_id="claims_queue",
        tags=["claims"],
        summary="Put a new or dismissed claim into the queue",
        request=VersionedSerializer,
        responses=ClaimDetailSerializer,
        parameters=[IF_MATCH],
        extensions=STALE,
    )
    def post(self, request: ApiRequest, claim_id: int) -> Response:
        given = validated(VersionedSerializer, request)
        with stated_version(request, given.get("expected_version")) as version:
            curating.queue_claim(by=request.user, claim_id=claim_id, expected_version=version)
        return claim_response(claim_id, request.user)


class DismissClaim(ApiView):
    @extend_schema(
        operation_id="claims_dismiss",
        tags=["claims"],
        summary="Take a claim off the desk, with the reason why",
        request=GivenDismissalSerializer,
        responses=ClaimDetailSerializer,
        examples=[
            OpenApiExample(
                "A question is no claim",
                {"expected_version": 1, "reason": "not_a_claim", "note": "A question."},
                request_only=True,
            )
        ],
        parameters=[IF_MATCH],
        extensions=STALE,
    )
    def post(self, request: ApiRequest, claim_id: int) -> Response:
        given = validated(GivenDismissalSerializer, request)
        with stated_version(request, given.get("expected_version")) as version:
            curating.dismiss_claim(
                by=request.user,
                claim_id=claim_id,
                reason=given["reason"],
                note=given["note"],
                expected_version=version,
            )
        return claim_response(claim_id, request.user)


class ClaimReviews(ApiView):
    @extend_schema(
        operation_id="claims_review",
        tags=["claims", "reviews"],
        summary="Judge a claim",
        description=(
            "Records verdicts on a claim that you have (or takes it for you, if nobody has), all of them or none; with "
            "`submit`, sends it to its cross-check. 200 when all of it stood already, so that nothing was written."
        ),
        request=GivenReviewSerializer,
        responses={201: ReviewsRecordedSerializer, 200: ReviewsRecordedSerializer},
        examples=[
            OpenApiExample(
                "Both verdicts, and on to the cross-check",
                {
                    "expected_version": 2,
                    "judgements": [
                        {"verdict": "false", "rationale": "The builder's plans of 1954 say otherwise."},
                        {"verdict": "confirmed", "rationale": "Heard on air.", "appearance": 31},
                    ],
                    "submit": True,
                },
                request_only=True,
            )
        ],
        parameters=[IF_MATCH],
        extensions=STALE,
    )
    def post(self, request: ApiRequest, claim_id: int) -> Response:
        given = validated(GivenReviewSerializer, request)
        with stated_version(request, given.get("expected_version")) as version:
            made = reviewing.record_review(
                by=request.user,
                claim_id=claim_id,
                expected_version=version,
                judgements=given["judgements"],
                submit=given["submit"],
                evidence_exception=given["evidence_exception"],
            )
        new = Review.objects.filter(pk__in=[review.pk for review in made]).order_by("pk")
        reviews = shapes.reviews(new.values(*shapes.REVIEW_COLUMNS))
        code = status.HTTP_201_CREATED if made else status.HTTP_200_OK
        return changed(claim_id, {"reviews": reviews}, code)


class ClaimHistory(ListView):
    queryset = AuditEvent.objects.all()
    columns = shapes.EVENT_COLUMNS
    picks = Picks(HistoryEventSerializer)

    @extend_schema(
        operation_id="claims_history",
        tags=["claims"],
        summary="Who did what to a claim, newest first",
        responses=HistoryEventSerializer(many=True),
    )
    def get(self, request: ApiRequest, claim_id: int) -> Response:
        require_claim(claim_id)
        return self.list(request)

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(claim_id=self.kwargs["claim_id"])

    def shape(self, rows: list[shapes.Row]) -> list[shapes.Shape]:
        case = ClaimState.objects.get(pk=self.kwargs["claim_id"])
        if decisions.is_hidden(case, cast(User, self.request.user)):
            for row in rows:
                row["before"], row["after"] = decisions.redacted(row["verb"], row["before"], row["after"])
        return [shapes.event(row) for row in rows]


def claim_response(claim_id: int, user: User) -> Response:
    """The claim with all that belongs to it, as it stands now, with its version as ETag. Raises Missing."""
    row = _case_row(claim_id, *shapes.person_columns("author"))
    case = shapes.claim(row)
    unwanted = "no_cross_check_wanted" if DeskSettings.current().cross_check else "cross_check_wanted"
    assignment = (
        Assignment.objects.filter(claim_id=claim_id, ended_at=None).values(*shapes.ASSIGNMENT_COLUMNS).first()
    )
    appearances = Appearance.objects.filter(claim_id=claim_id).order_by("pk")[:SHOWN_APPEARANCES]
    reviews = decisions.visible_reviews(
        Review.objects.filter(claim_id=claim_id, superseded_by=None), user
    ).order_by("pk")
    links = decisions.with_told_stances(
        EvidenceLink.objects.filter(claim_id=claim_id, withdrawn_at=None), user
    ).order_by("pk")
    body = {
        **case,
        "assignment": assignment and shapes.assignment(assignment),
        "author": shapes.person(row, "author"),
        "moves": [
            {
                "name": move.name,
                "label": move.label,
                "to": move.to.value if move.to else case["hold"]["back_to"],
            }
            for move in workflow.moves_from(case["state"])
            if permissions.may(user, move.permission) and unwanted not in move.guards
        ],
        "appearances": shapes.appearance_rows(appearances),
        "reviews": shapes.reviews(reviews.values(*shapes.REVIEW_COLUMNS)),
        "evidence": [evidenceshapes.evidence(row) for row in links.values(*evidenceshapes.EVIDENCE_COLUMNS)],
    }
    return Response(body, headers=etag(case["version"]))


def require_claim(claim_id: int) -> None:
    """Raises Missing."""
    if not ClaimState.objects.filter(pk=claim_id).exists():
        raise _no_claim(claim_id)


def _case(claim_id: int) -> shapes.Shape:
    return shapes.claim(_case_row(claim_id))


def _case_row(claim_id: int, *more: str) -> shapes.Row:
    """Raises Missing."""
    row = shapes.claim_rows().filter(pk=claim_id).values(*shapes.CLAIM_COLUMNS, *more).first()
    if row is None:
        raise _no_claim(claim_id)
    return row


def _no_claim(claim_id: int) -> Missing:
    return Missing(
        "claim_not_found", f"There is no claim #{claim_id}: check the number, or look for it in the list."
    )


def changed(claim_id: int, body: dict[str, Any], code: int) -> Response:
    """What a write made, with the claim as it left it."""
    case = _case(claim_id)
    return Response({**body, "claim": case}, status=code, headers=etag(case["version"]))
