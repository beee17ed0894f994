"""What extractors propose, as it comes back from the REST API."""

from rest_framework import serializers
from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DateTimeField,
    FloatField,
    IntegerField,
)

from claims.api.serializers import (
    ArticleReferenceSerializer,
    PersonSerializer,
    StretchSerializer,
    VersionReferenceSerializer,
)
from claims.choices import Form, HopRole, ProposalKind, ProposalState, SpeakerKind
from claims.services.readings import FIELDS


class FoundSpeakerSerializer(serializers.Serializer):
    """Who said it, as an extractor names them."""

    name = CharField()
    kind = ChoiceField(SpeakerKind.choices)


class FoundHopSerializer(serializers.Serializer):
    """One step of the way from the speaker to the page, as an extractor found it."""

    role = ChoiceField(HopRole.choices)
    role_label = CharField()
    name = CharField()
    span = StretchSerializer(allow_null=True)
    cue = StretchSerializer(allow_null=True)
    confidence = FloatField(allow_null=True)
    decided_by = CharField()


class ReadingSerializer(serializers.Serializer):
    """One claim in one text, as an extractor found it or as it stood at the desk."""

    text = CharField(help_text="The claim's words on one line.")
    content = StretchSerializer(many=True)
    source = StretchSerializer(many=True)  # type: ignore[assignment]  # a field, not where this serializer reads from
    cue = StretchSerializer(many=True)
    speaker = FoundSpeakerSerializer(allow_null=True)
    chain = FoundHopSerializer(many=True)
    form = ChoiceField(Form.choices)
    checkable = BooleanField()
    confidence = FloatField()
    decided_by = CharField()
    speaker_confidence = FloatField(allow_null=True)
    speaker_by = CharField()


class ProposalSerializer(serializers.Serializer):
    """What a newer extractor would have otherwise in a text that was read before."""

    id = IntegerField()
    run = IntegerField(help_text="The extraction that proposes it.")
    extractor = CharField(help_text="Its extractor's version.")
    article = ArticleReferenceSerializer()
    version = VersionReferenceSerializer(help_text="The text that the offsets count in.")
    kind = ChoiceField(ProposalKind.choices)
    kind_label = CharField()
    changes = serializers.ListField(
        child=ChoiceField([(field, field) for field in FIELDS]),
        help_text="Of kind `change`: what would change.",
    )
    state = ChoiceField(ProposalState.choices)
    state_label = CharField()
    position = IntegerField(help_text="Its place among the run's proposals, from 1.")
    appearance = IntegerField(
        allow_null=True, help_text="The one to change or to take out; of a claim that was added, the new one."
    )
    claim = IntegerField(allow_null=True, help_text="The appearance's claim.")
    claim_version = IntegerField(
        allow_null=True, help_text="That claim's version: name it as `expected_version` when you accept."
    )
    before = ReadingSerializer(
        allow_null=True, help_text="How it stood when this was proposed; null for a claim to add."
    )
    found = ReadingSerializer(
        allow_null=True, help_text="What the extractor found; null for a claim that it does not find."
    )
    decided_by = PersonSerializer(allow_null=True)
    decided_at = DateTimeField(allow_null=True)
    created_at = DateTimeField()


class ProposalDecisionSerializer(serializers.Serializer):
    """What came of one proposal."""

    proposal = IntegerField()
    done = BooleanField()
    code = CharField(help_text="Empty, or why it could not be done: as a refusal of that one would say.")
    message = CharField()


class DecisionsSerializer(serializers.Serializer):
    done = IntegerField(help_text="How many were decided.")
    refused = IntegerField(help_text="How many could not be, and are still open.")
    decisions = ProposalDecisionSerializer(many=True)
