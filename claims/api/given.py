"""What is sent to the REST API about claims and imports, checked before a service sees it."""

from typing import Any

from rest_framework import serializers
from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DateTimeField,
    FileField,
    IntegerField,
)

from claims.api.serializers import VERDICTS
from claims.choices import DismissReason, EvidenceKind, HopResult, ReviewKind, Stance, State
from claims.services.reviewing import Judgement
from claims.services.transitions import MOVE_NAMES
from factcheck.api.paging import MAX_KEY

MAX_VERSION = 2**31 - 1


class VersionedSerializer(serializers.Serializer):
    """A write to a claim: which version of it you started from. Instead of it, If-Match will do."""

    expected_version = IntegerField(required=False, min_value=1, max_value=MAX_VERSION)


class GivenJudgementSerializer(serializers.Serializer):
    """One verdict: on a claim (is it so?), or, with `appearance`, on an appearance (did they say it?)."""

    kind = ChoiceField(ReviewKind.choices, required=False, help_text="May be left out: `appearance` says it.")
    verdict = ChoiceField(VERDICTS)
    rationale = CharField(required=False, allow_blank=True, default="", max_length=20_000)
    appearance = IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=MAX_KEY)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        kind, appearance = attrs.get("kind"), attrs["appearance"]
        if kind == ReviewKind.ATTRIBUTION and appearance is None:
            raise serializers.ValidationError(
                {"appearance": "Say which appearance this attribution verdict is about."}, code="required"
            )
        if kind == ReviewKind.VERACITY and appearance is not None:
            raise serializers.ValidationError(
                {"appearance": "A veracity verdict is about the claim: leave this out."}
            )
        return attrs


class GivenVerdictsSerializer(VersionedSerializer):
    judgements = GivenJudgementSerializer(many=True, required=False, default=list)
    evidence_exception = CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=500,
        help_text="Where it is submitted: why fewer pieces of evidence will do than the desk asks for.",
    )

    def validate_judgements(self, given: list[dict[str, Any]]) -> list[Judgement]:
        judgements = [Judgement(row["verdict"], row["rationale"], row["appearance"]) for row in given]
        if len({judgement.appearance_id for judgement in judgements}) < len(judgements):
            raise serializers.ValidationError(
                "Two of them answer the same question: keep one.", code="repeated"
            )
        return judgements


class GivenReviewSerializer(GivenVerdictsSerializer):
    """Verdicts on a claim, recorded together or not at all."""

    submit = BooleanField(required=False, default=False, help_text="Also send the claim to its cross-check.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["judgements"] and not attrs["submit"]:
            raise serializers.ValidationError(
                {"judgements": "Give at least one judgement, or submit."}, code="required"
            )
        return attrs


class GivenCrossCheckSerializer(VersionedSerializer):
    """A second reviewer's own verdicts, on every question that the author answered."""

    judgements = GivenJudgementSerializer(many=True, allow_empty=False)

    validate_judgements = GivenVerdictsSerializer.validate_judgements


class GivenTransitionSerializer(GivenVerdictsSerializer):
    """The state to move to, or the move's name as `moves` of the claim gives it, and what the move asks for."""

    to = ChoiceField(State.choices, required=False)
    move = ChoiceField(MOVE_NAMES, required=False)
    reason = CharField(required=False, allow_blank=True, default="", max_length=2000)
    dismiss_reason = ChoiceField(DismissReason.choices, required=False, default="", allow_blank=True)
    until = DateTimeField(required=False, allow_null=True, default=None, help_text="Of a hold: when it ends.")
    duplicate_of = IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=MAX_KEY)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("to" in attrs) == ("move" in attrs):
            raise serializers.ValidationError(
                {"to": "Give the state to move to, or the move: one of them."}, code="required"
            )
        return attrs


class GivenHandOverSerializer(serializers.Serializer):
    to = CharField(max_length=150, help_text="The username of whoever gets the claim.")
    note = CharField(required=False, allow_blank=True, default="", max_length=2000)


class GivenDismissalSerializer(VersionedSerializer):
    reason = ChoiceField(DismissReason.choices)
    note = CharField(required=False, allow_blank=True, default="", max_length=1000)


class GivenNextSerializer(serializers.Serializer):
    view = IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=1,
        max_value=MAX_KEY,
        help_text="A saved view.",
    )


class GivenPassageSerializer(serializers.Serializer):
    """A stretch of a version's text, in code points, end-exclusive."""

    version = IntegerField(min_value=1, max_value=MAX_KEY)
    start = IntegerField(min_value=0, max_value=MAX_VERSION)
    end = IntegerField(min_value=1, max_value=MAX_VERSION)


class GivenStanceSerializer(VersionedSerializer):
    stance = ChoiceField(Stance.choices)
    kind = ChoiceField(EvidenceKind.choices, required=False, allow_blank=True, default="")
    title = CharField(required=False, allow_blank=True, default="", max_length=500)
    quote = CharField(required=False, allow_blank=True, default="", max_length=20_000)
    accessed_at = DateTimeField(required=False, allow_null=True, default=None, help_text="Now, unless given.")


class GivenEvidenceSerializer(GivenStanceSerializer):
    """A document of the web, by `url`, or a `passage` of an imported article; a file comes as multipart/form-data."""

    url = CharField(required=False, allow_blank=True, default="", max_length=2000)
    passage = GivenPassageSerializer(required=False, allow_null=True, default=None)


class GivenEvidenceFileSerializer(GivenStanceSerializer):
    """A file: a PDF, a web page, a text or a picture, and what it is to the claim."""

    file = FileField()


class GivenHopCheckSerializer(VersionedSerializer):
    """What you found at one step of an appearance's chain. `altered` needs the wording; a link or a note says where you looked."""

    appearance = IntegerField(min_value=1, max_value=MAX_KEY)
    position = IntegerField(min_value=1, max_value=999, help_text="Of the hop in the chain, from 1.")
    result = ChoiceField(HopResult.choices)
    url = CharField(required=False, allow_blank=True, default="", max_length=2000)
    wording = CharField(required=False, allow_blank=True, default="", max_length=20_000)
    note = CharField(required=False, allow_blank=True, default="", max_length=2000)


class GivenDecisionsSerializer(serializers.Serializer):
    """One answer to all open proposals of one extraction."""

    run = IntegerField(min_value=1, max_value=MAX_KEY, help_text="The extraction that proposes them.")
    decision = ChoiceField([("accept", "Accept them"), ("reject", "Reject them")])


class GivenPlaceSerializer(serializers.Serializer):
    """Where a claim's words are in its article's current text: by offsets, or by the words, if they stand there once."""

    start = IntegerField(required=False, min_value=0, max_value=MAX_KEY)
    end = IntegerField(required=False, min_value=1, max_value=MAX_KEY)
    quote = CharField(required=False, allow_blank=True, default="", max_length=20_000, trim_whitespace=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("start" in attrs) != ("end" in attrs) or ("start" not in attrs and not attrs["quote"].strip()):
            raise serializers.ValidationError(
                {"quote": "Give start and end, or the words as they stand in the text."}, code="required"
            )
        return attrs


class GivenCancelSerializer(serializers.Serializer):
    item = IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=1,
        max_value=MAX_KEY,
        help_text="Only this one.",
    )


class GivenRetrySerializer(GivenCancelSerializer):
    """At most one of them; without any, all that failed."""

    error_code = CharField(
        required=False, allow_blank=True, default="", max_length=60, help_text="Those of this error."
    )
    cancelled = BooleanField(required=False, default=False, help_text="Those that were cancelled.")
    file = IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=1,
        max_value=MAX_KEY,
        help_text="A file of many that was not read to its end: it is read on.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if sum(bool(attrs[name]) for name in ("item", "error_code", "cancelled", "file")) > 1:
            raise serializers.ValidationError(
                "Give one of item, error_code, cancelled and file.", code="ambiguous"
            )
        return attrs
