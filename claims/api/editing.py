"""REST API: correcting what was extracted. Places in a text are offsets, or W3C text quotes that are looked for in it."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.serializers import BooleanField, CharField, ChoiceField, IntegerField, ListField

from articles.models import ArticleVersion
from claims.api import shapes
from claims.api.claims import changed, claim_response
from claims.api.given import MAX_VERSION, VersionedSerializer
from claims.api.serializers import (
    SELECTOR_TYPES,
    AppearanceSerializer,
    ClaimDetailSerializer,
    ClaimSerializer,
)
from claims.choices import Form, HopRole, SpanRole, SpeakerKind
from claims.models import Appearance
from claims.services import editing
from claims.services.locating import locate_quote
from claims.services.readings import Reading, as_it_stands, with_all
from factcheck.api.paging import MAX_KEY
from factcheck.api.picking import Picks
from factcheck.api.schema import FIELDS_OF_ONE, IF_MATCH, STALE
from factcheck.api.views import ApiRequest, ApiView, stated_version, validated
from factcheck.lib.errors import Missing

MOST_STRETCHES = 50


class GivenStretchSerializer(serializers.Serializer):
    """A stretch of the version's text: `start` and `end`, or the words themselves (`exact`) with as much around them as tells them
    from others. A selector of an answer can be sent back as it came."""

    type = ChoiceField(SELECTOR_TYPES, required=False)
    start = IntegerField(required=False, min_value=0, max_value=MAX_VERSION)
    end = IntegerField(required=False, min_value=1, max_value=MAX_VERSION)
    exact = CharField(required=False, max_length=20_000, trim_whitespace=False)
    prefix = CharField(required=False, allow_blank=True, max_length=1000, trim_whitespace=False)
    suffix = CharField(required=False, allow_blank=True, max_length=1000, trim_whitespace=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("start" in attrs) != ("end" in attrs) or not {"start", "exact"} & set(attrs):
            raise serializers.ValidationError("Give start and end, or exact.", code="required")
        return attrs


def _stretches(help_text: str) -> serializers.ListField:
    return ListField(
        child=GivenStretchSerializer(), required=False, max_length=MOST_STRETCHES, help_text=help_text
    )


class GivenSpeakerOfClaimSerializer(serializers.Serializer):
    name = CharField(max_length=300)
    kind = ChoiceField(SpeakerKind.choices, default=SpeakerKind.PERSON)


class GivenHopSerializer(serializers.Serializer):
    """A step of a chain. One of the same role and name as before keeps its place in the text unless another is given."""

    role = ChoiceField(HopRole.choices)
    name = CharField(max_length=300)
    span = GivenStretchSerializer(required=False, allow_null=True, help_text="Where the text names it.")
    cue = GivenStretchSerializer(required=False, allow_null=True)


class GivenReadingSerializer(serializers.Serializer):
    content = _stretches("The words of the claim.")
    source = _stretches("The words that name who said it.")  # type: ignore[assignment]  # a field of ours
    cue = _stretches("The words that ascribe it.")
    speaker = GivenSpeakerOfClaimSerializer(
        required=False, allow_null=True, help_text="Null: it is not known who said it."
    )
    chain = ListField(
        child=GivenHopSerializer(),
        required=False,
        max_length=editing.MOST_HOPS,
        help_text="From the speaker to the page; the publisher, last, may be left out.",
    )
    form = ChoiceField(Form.choices, required=False)
    checkable = BooleanField(required=False)


class GivenEditSerializer(GivenReadingSerializer, VersionedSerializer):
    """Only what is to change of how an appearance was read."""


class GivenClaimSerializer(GivenReadingSerializer):
    """A claim that the extractor missed: its words at least, and how they are told."""

    content = ListField(child=GivenStretchSerializer(), min_length=1, max_length=MOST_STRETCHES)
    form = ChoiceField(Form.choices)


class GivenSplitSerializer(VersionedSerializer):
    parts = ListField(
        child=ListField(child=GivenStretchSerializer(), min_length=1, max_length=MOST_STRETCHES),
        min_length=2,
        max_length=20,
        help_text="The words of each part; the first stays this claim.",
    )


class GivenMergeClaimSerializer(VersionedSerializer):
    into = IntegerField(min_value=1, max_value=MAX_KEY, help_text="The claim that this one is.")


class ReadingChangedSerializer(serializers.Serializer):
    appearance = AppearanceSerializer()
    claim = ClaimSerializer()


class SplitSerializer(serializers.Serializer):
    parts = AppearanceSerializer(many=True, help_text="The new claims' appearances.")
    claim = ClaimSerializer()


class AppearanceDetail(ApiView):
    picks = Picks(AppearanceSerializer)

    @extend_schema(
        operation_id="appearances_retrieve",
        tags=["appearances"],
        summary="One appearance with its chain and spans",
        responses=AppearanceSerializer,
        parameters=FIELDS_OF_ONE,
    )
    def get(self, request: ApiRequest, pk: int) -> Response:
        return self.shown(request, _shape(pk))

    @extend_schema(
        operation_id="appearances_edit",
        tags=["appearances"],
        summary="Correct how an appearance was read: its words, who said it, through whom, and how it is told",
        description=(
            "What is left out stays. The version is the claim's. What was judged already has to go back to review first "
            "(`decided`); `undo` of the claim takes an edit back."
        ),
        request=GivenEditSerializer,
        responses=ReadingChangedSerializer,
        examples=[
            OpenApiExample(
                "Somebody else said it, on air",
                {
                    "expected_version": 2,
                    "speaker": {"name": "Mira Tolland", "kind": "person"},
                    "chain": [{"role": "medium", "name": "Radio Brook", "span": {"exact": "Radio Brook"}}],
                },
                request_only=True,
            )
        ],
        parameters=[IF_MATCH],
        extensions=STALE,
    )
    def patch(self, request: ApiRequest, pk: int) -> Response:
        given = validated(GivenEditSerializer, request)
        appearance = with_all(Appearance.objects.filter(pk=pk).select_related("version")).first()
        if appearance is None:
            raise _no_appearance(pk)
        with stated_version(request, given.pop("expected_version", None)) as version:
            now = as_it_stands(appearance)
            editing.edit_claim(
                by=request.user,
                appearance_id=pk,
                changes=_reading(given, appearance.version.text, now["chain"]),
                expected_version=version,
            )
        return changed(appearance.claim_id, {"appearance": _shape(pk)}, status.HTTP_200_OK)


class SplitAppearance(ApiView):
    @extend_schema(
        operation_id="appearances_split",
        tags=["appearances", "claims"],
        summary="Make several claims of one that says several things",
        request=GivenSplitSerializer,
        responses={201: SplitSerializer},
        examples=[
            OpenApiExample(
                "In two",
                {
                    "expected_version": 2,
                    "parts": [
                        [{"exact": "the old dam holds"}],
                        [{"exact": "it was built for 40 million"}],
                    ],
                },
                request_only=True,
            )
        ],
        parameters=[IF_MATCH],
        extensions=STALE,
    )
    def post(self, request: ApiRequest, pk: int) -> Response:
        given = validated(GivenSplitSerializer, request)
        appearance = Appearance.objects.select_related("version").filter(pk=pk).first()
        if appearance is None:
            raise _no_appearance(pk)
        text = appearance.version.text
        with stated_version(request, given.get("expected_version")) as version:
            made = editing.split_claim(
                by=request.user,
                appearance_id=pk,
                parts=[[_place(text, one) for one in part] for part in given["parts"]],
                expected_version=version,
            )
        parts = Appearance.objects.filter(pk__in=[one.pk for one in made]).order_by("position")
        return changed(appearance.claim_id, {"parts": shapes.appearance_rows(parts)}, status.HTTP_201_CREATED)


class AddClaim(ApiView):
    @extend_schema(
        operation_id="versions_claim_add",
        tags=["claims", "articles"],
        summary="Add a claim that the extractor missed in a text",
        request=GivenClaimSerializer,
        responses={201: ReadingChangedSerializer},
        examples=[
            OpenApiExample(
                "By its words",
                {
                    "content": [{"exact": "The old dam holds", "suffix": ",”"}],
                    "form": "direct",
                    "speaker": {"name": "Mira Tolland", "kind": "person"},
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: ApiRequest, pk: int) -> Response:
        given = validated(GivenClaimSerializer, request)
        version = ArticleVersion.objects.filter(pk=pk).first()
        if version is None:
            raise Missing("version_not_found", f"There is no version {pk}.")
        made = editing.add_claim(by=request.user, version_id=pk, reading=_reading(given, version.text, []))
        return changed(made.claim_id, {"appearance": _shape(made.pk)}, status.HTTP_201_CREATED)


class MergeClaim(ApiView):
    @extend_schema(
        operation_id="claims_merge",
        tags=["claims"],
        summary="Make a claim one with another that says the same",
        description=(
            "Its appearances, evidence and tags go to the other, and it stays as a duplicate of it. Answers with the other; `undo` "
            "there takes it back."
        ),
        request=GivenMergeClaimSerializer,
        responses=ClaimDetailSerializer,
        parameters=[IF_MATCH],
        extensions=STALE,
    )
    def post(self, request: ApiRequest, claim_id: int) -> Response:
        given = validated(GivenMergeClaimSerializer, request)
        with stated_version(request, given.get("expected_version")) as version:
            editing.merge_claims(
                by=request.user, claim_id=claim_id, into=given["into"], expected_version=version
            )
        return claim_response(given["into"], request.user)


def _reading(given: dict[str, Any], text: str, chain: list[dict[str, Any]]) -> Reading:
    """What is given as the parts of a reading. Raises DomainError as `locate_quote`."""
    reading: Reading = {name: given[name] for name in ("speaker", "form", "checkable") if name in given}
    for role in SpanRole.values:
        if role in given:
            reading[role] = [_place(text, one) for one in given[role]]
    if "chain" in given:
        known = {(hop["role"], hop["name"]): hop for hop in chain}
        reading["chain"] = [
            {
                **known.get((hop["role"], hop["name"]), {"role": hop["role"], "name": hop["name"]}),
                **{part: hop[part] and _place(text, hop[part]) for part in ("span", "cue") if part in hop},
            }
            for hop in given["chain"]
        ]
    return reading


def _place(text: str, given: dict[str, Any]) -> list[int]:
    if "start" in given:
        return [given["start"], given["end"]]
    return list(locate_quote(text, given["exact"], given.get("prefix", ""), given.get("suffix", "")))


def _shape(pk: int) -> shapes.Shape:
    found = shapes.appearance_rows(Appearance.objects.filter(pk=pk))
    if not found:
        raise _no_appearance(pk)
    return found[0]


def _no_appearance(pk: int) -> Missing:
    return Missing("appearance_not_found", f"There is no appearance {pk}.")
