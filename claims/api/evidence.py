"""REST API: documents and where they stand on a claim, and what was found at the steps of its chains."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django.conf import settings
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from claims import decisions
from claims.api import evidenceshapes
from claims.api.claims import changed, require_claim
from claims.api.given import (
    GivenEvidenceFileSerializer,
    GivenEvidenceSerializer,
    GivenHopCheckSerializer,
    VersionedSerializer,
)
from claims.api.serializers import (
    EvidenceChangedSerializer,
    EvidenceSerializer,
    HopCheckedSerializer,
    HopCheckSerializer,
)
from claims.api.shapes import Row, Shape
from claims.models import EvidenceLink, HopCheck
from claims.services import documents, evidence, hopchecking
from factcheck.api.picking import Picks
from factcheck.api.schema import IF_MATCH, STALE, problems
from factcheck.api.views import ApiRequest, ApiView, ListView, stated_version, validated
from factcheck.api.wire import JsonParser
from factcheck.models import User


class ClaimEvidence(ListView):
    parser_classes = [JsonParser, MultiPartParser]
    queryset = EvidenceLink.objects.all()
    columns = evidenceshapes.EVIDENCE_COLUMNS
    picks = Picks(EvidenceSerializer)

    @extend_schema(
        operation_id="claims_evidence_list",
        tags=["claims"],
        summary="The evidence on a claim, newest first, withdrawn links too",
        responses=EvidenceSerializer(many=True),
    )
    def get(self, request: ApiRequest, claim_id: int) -> Response:
        require_claim(claim_id)
        return self.list(request)

    @extend_schema(
        operation_id="claims_evidence_link",
        tags=["claims"],
        summary="Link a document to a claim, with its stance",
        description=(
            "A web address, a passage of an imported article, or, as multipart/form-data, a file. A copy of what is at an "
            "address is made in the background: `look` says how that went, and what later looks found."
        ),
        request={
            "application/json": GivenEvidenceSerializer,
            "multipart/form-data": GivenEvidenceFileSerializer,
        },
        responses={201: EvidenceChangedSerializer},
        examples=[
            OpenApiExample(
                "A document that says otherwise",
                {
                    "expected_version": 2,
                    "url": "https://archive.example/dam-plans-1954",
                    "stance": "refutes",
                    "kind": "primary",
                    "title": "Plans of the old dam",
                    "quote": "designed for 40 million cubic metres",
                },
                request_only=True,
                media_type="application/json",
            ),
            OpenApiExample(
                "A passage of an article",
                {
                    "expected_version": 3,
                    "passage": {"version": 12, "start": 240, "end": 311},
                    "stance": "context",
                },
                request_only=True,
                media_type="application/json",
            ),
        ],
        parameters=[IF_MATCH],
        extensions=STALE,
    )
    def post(self, request: ApiRequest, claim_id: int) -> Response:
        is_upload = (request.content_type or "").startswith("multipart/")
        given = validated(GivenEvidenceFileSerializer if is_upload else GivenEvidenceSerializer, request)
        with stated_version(request, given.get("expected_version")) as version:
            link = evidence.link_evidence(
                by=request.user,
                claim_id=claim_id,
                **(self._kept_file(request, given["file"]) if is_upload else _place(given)),
                stance=given["stance"],
                kind=given["kind"],
                title=given["title"],
                quote=given["quote"],
                accessed_at=given["accessed_at"],
                expected_version=version,
            )
        return changed(claim_id, {"evidence": _evidence_link(link.pk, request.user)}, status.HTTP_201_CREATED)

    def get_queryset(self) -> Any:
        links = super().get_queryset().filter(claim_id=self.kwargs["claim_id"])
        return decisions.with_told_stances(links, cast(User, self.request.user))

    def rows(self, keys: Sequence[int]) -> Iterable[Row]:
        return self.get_queryset().filter(pk__in=keys).values(*self.columns)

    def shape(self, rows: list[Row]) -> list[Shape]:
        return [evidenceshapes.evidence(row) for row in rows]

    def _kept_file(self, request: ApiRequest, file: Any) -> dict[str, Any]:
        if file.size > settings.EVIDENCE_MAX_BYTES:
            raise documents.too_large_upload(file.size)
        kept = documents.keep_upload(by=request.user, content=file.read(), name=file.name)
        return {"file_sha256": kept.sha256, "file_name": file.name}


class EvidenceDetail(ApiView):
    @extend_schema(
        operation_id="claims_evidence_withdraw",
        tags=["claims"],
        summary="Withdraw a document from a claim",
        description="The link stays in the claim's history, marked as withdrawn.",
        responses={200: EvidenceChangedSerializer},
        parameters=[
            IF_MATCH,
            OpenApiParameter(
                "expected_version", int, description="The version you started from, if not by If-Match."
            ),
        ],
        extensions=STALE,
    )
    def delete(self, request: ApiRequest, claim_id: int, link_id: int) -> Response:
        given = VersionedSerializer(data=request.query_params)
        given.is_valid(raise_exception=True)
        with stated_version(request, given.validated_data.get("expected_version")) as version:
            evidence.withdraw_evidence(
                by=request.user, claim_id=claim_id, link_id=link_id, expected_version=version
            )
        return changed(claim_id, {"evidence": _evidence_link(link_id, request.user)}, status.HTTP_200_OK)


class SeeEvidence(ApiView):
    @extend_schema(
        operation_id="claims_evidence_see",
        tags=["claims"],
        summary="Say that evidence holds although its document changed or is gone",
        request=VersionedSerializer,
        responses=EvidenceChangedSerializer,
        parameters=[IF_MATCH],
        extensions=STALE,
    )
    def post(self, request: ApiRequest, claim_id: int, link_id: int) -> Response:
        given = validated(VersionedSerializer, request)
        with stated_version(request, given.get("expected_version")) as version:
            evidence.see_evidence(
                by=request.user, claim_id=claim_id, link_id=link_id, expected_version=version
            )
        return changed(claim_id, {"evidence": _evidence_link(link_id, request.user)}, status.HTTP_200_OK)


class LookAtEvidence(ApiView):
    @extend_schema(
        operation_id="claims_evidence_look",
        tags=["claims"],
        summary="Have a document looked at, and kept, now",
        request=None,
        responses={202: EvidenceChangedSerializer},
        extensions=problems("400"),
    )
    def post(self, request: ApiRequest, claim_id: int, link_id: int) -> Response:
        evidence.look_at_evidence(by=request.user, claim_id=claim_id, link_id=link_id)
        return changed(
            claim_id, {"evidence": _evidence_link(link_id, request.user)}, status.HTTP_202_ACCEPTED
        )


class ClaimHopChecks(ListView):
    queryset = HopCheck.objects.all()
    columns = evidenceshapes.HOP_CHECK_COLUMNS
    picks = Picks(HopCheckSerializer)

    @extend_schema(
        operation_id="claims_hop_checks_list",
        tags=["claims"],
        summary="What was found at the steps of a claim's chains, newest first, superseded checks too",
        responses=HopCheckSerializer(many=True),
    )
    def get(self, request: ApiRequest, claim_id: int) -> Response:
        require_claim(claim_id)
        return self.list(request)

    @extend_schema(
        operation_id="claims_hop_check",
        tags=["claims"],
        summary="Record what you found at one step of a chain",
        description="Supersedes the check of that step before it. What is at `url` is kept as evidence is.",
        request=GivenHopCheckSerializer,
        responses={201: HopCheckedSerializer},
        examples=[
            OpenApiExample(
                "In other words there",
                {
                    "expected_version": 4,
                    "appearance": 31,
                    "position": 1,
                    "result": "altered",
                    "url": "https://coast-radio.example/interviews/tolland",
                    "wording": "We have no plans to rebuild the dam this year.",
                },
                request_only=True,
            )
        ],
        parameters=[IF_MATCH],
        extensions=STALE,
    )
    def post(self, request: ApiRequest, claim_id: int) -> Response:
        given = validated(GivenHopCheckSerializer, request)
        with stated_version(request, given.get("expected_version")) as version:
            check = hopchecking.check_hop(
                by=request.user,
                claim_id=claim_id,
                appearance_id=given["appearance"],
                position=given["position"],
                result=given["result"],
                url=given["url"],
                wording=given["wording"],
                note=given["note"],
                expected_version=version,
            )
        row = HopCheck.objects.values(*evidenceshapes.HOP_CHECK_COLUMNS).get(pk=check.pk)
        return changed(claim_id, {"hop_check": evidenceshapes.hop_check(row)}, status.HTTP_201_CREATED)

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(appearance__claim_id=self.kwargs["claim_id"])

    def shape(self, rows: list[Row]) -> list[Shape]:
        return [evidenceshapes.hop_check(row) for row in rows]


def _place(given: dict[str, Any]) -> dict[str, Any]:
    passage = given["passage"]
    return {
        "url": given["url"],
        "passage": documents.Passage(passage["version"], passage["start"], passage["end"])
        if passage
        else None,
    }


def _evidence_link(link_id: int, viewer: User) -> Shape:
    links = decisions.with_told_stances(EvidenceLink.objects.all(), viewer)
    return evidenceshapes.evidence(links.values(*evidenceshapes.EVIDENCE_COLUMNS).get(pk=link_id))
