"""What comes back from the REST API, described for the OpenAPI document; claims.api.shapes makes it."""

from rest_framework import serializers
from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DateTimeField,
    FloatField,
    IntegerField,
)

from claims.choices import (
    Anchoring,
    AttributionVerdict,
    DismissReason,
    Edited,
    EvidenceKind,
    EvidenceOrigin,
    Form,
    HopResult,
    HopRole,
    ReviewKind,
    ReviewStage,
    SpanRole,
    SpeakerKind,
    Stance,
    State,
    Veracity,
)
from claims.models import EvidenceWatch
from factcheck.lib.roles import Role, Scope

VERDICTS = [*Veracity.choices, *AttributionVerdict.choices]
FLAGS = [("changed", "Changed"), ("quote_gone", "Quote gone"), ("gone", "Gone")]
SELECTOR_TYPES = [("TextPositionSelector", "By offsets"), ("TextQuoteSelector", "By words")]


class PersonSerializer(serializers.Serializer):
    """A member of the desk."""

    id = IntegerField()
    username = CharField()
    name = CharField()


class OutletReferenceSerializer(serializers.Serializer):
    id = IntegerField()
    name = CharField()


class SpeakerReferenceSerializer(serializers.Serializer):
    id = IntegerField()
    name = CharField()
    kind = ChoiceField(SpeakerKind.choices)


class HoldSerializer(serializers.Serializer):
    reason = CharField()
    until = DateTimeField(allow_null=True, help_text="Null: until somebody takes it off hold.")
    back_to = ChoiceField(State.choices, help_text="Where it goes on then.")


class TagReferenceSerializer(serializers.Serializer):
    id = IntegerField()
    name = CharField()


class ClaimSerializer(serializers.Serializer):
    """The proposition judged once, and where the desk stands with it."""

    id = IntegerField()
    text = CharField()
    speaker = SpeakerReferenceSerializer(
        allow_null=True, help_text="Who said it; null while that is not known."
    )
    outlet = OutletReferenceSerializer(help_text="Where it first appeared.")
    form = ChoiceField(Form.choices, help_text="Of its first appearance.")
    language = CharField()
    checkable = BooleanField()
    reasons = serializers.ListField(child=CharField(), help_text="Codes: why it is checkable, or why not.")
    score = FloatField(help_text="How worth checking, 0 to 1.")
    state = ChoiceField(State.choices)
    state_label = CharField()
    version = IntegerField(
        help_text="Counts the writes to the claim: name it as `expected_version` in the next one."
    )
    priority = IntegerField(help_text="0 to 100; the queue hands out the highest first.")
    veracity = ChoiceField(
        Veracity.choices,
        allow_null=True,
        help_text="The desk's verdict: is it so? Null until a second person has confirmed it.",
    )
    veracity_label = CharField()
    dismiss_reason = ChoiceField(DismissReason.choices, allow_null=True)
    hold = HoldSerializer(allow_null=True, help_text="Why and until when it is set aside.")
    duplicate_of = IntegerField(allow_null=True, help_text="The claim that says the same.")
    edited = ChoiceField(
        Edited.choices,
        allow_null=True,
        help_text="An article changed its words after it was judged, and no reviewer has looked since.",
    )
    edited_label = CharField()
    due_at = DateTimeField(allow_null=True, help_text="By when the desk should be done with it.")
    tags = TagReferenceSerializer(many=True, help_text="Its topics, by name.")
    entered_at = DateTimeField(help_text="When it came into this state.")
    created_at = DateTimeField()


class StretchSerializer(serializers.Serializer):
    """A stretch of the version's text: code points from 0, end-exclusive."""

    start = IntegerField()
    end = IntegerField()


class HopSerializer(serializers.Serializer):
    """One step of the way from the speaker to the page."""

    position = IntegerField(help_text="From 1, nearest the speaker first; the publisher is last.")
    role = ChoiceField(HopRole.choices)
    role_label = CharField()
    name = CharField()
    outlet = OutletReferenceSerializer(allow_null=True, help_text="When the desk knows it as an outlet.")
    span = StretchSerializer(allow_null=True, help_text="Where the text names it.")
    cue = StretchSerializer(allow_null=True, help_text="The words that make it a step: “citing”, “told”.")
    confidence = FloatField(allow_null=True, help_text="The extractor's, 0 to 1; null where it did not say.")
    decided_by = CharField(help_text="The extractor's step that decided: `stated`, `carried-on`, ...")


class SelectorSerializer(serializers.Serializer):
    """A selector of the W3C Web Annotation Data Model: TextPositionSelector or TextQuoteSelector."""

    type = ChoiceField(SELECTOR_TYPES)
    start = IntegerField(required=False)
    end = IntegerField(required=False)
    exact = CharField(required=False)
    prefix = CharField(required=False)
    suffix = CharField(required=False)


class SpanSerializer(StretchSerializer):
    """A stretch of the version's text in one role: code points from 0, end-exclusive."""

    role = ChoiceField(SpanRole.choices)
    selectors = SelectorSerializer(many=True, help_text="The same stretch in W3C's words.")


class EmbeddedSerializer(serializers.Serializer):
    """A report within the report."""

    speaker = CharField()
    content = StretchSerializer(many=True)


class ClaimReferenceSerializer(serializers.Serializer):
    id = IntegerField()
    text = CharField()
    speaker = SpeakerReferenceSerializer(allow_null=True)


class ArticleReferenceSerializer(serializers.Serializer):
    id = IntegerField()
    title = CharField()
    url = CharField()
    outlet = OutletReferenceSerializer()


class VersionReferenceSerializer(serializers.Serializer):
    id = IntegerField()
    number = IntegerField()


class AppearanceSerializer(serializers.Serializer):
    """One occurrence of a claim in one version of an article."""

    id = IntegerField()
    claim = ClaimReferenceSerializer()
    article = ArticleReferenceSerializer()
    version = VersionReferenceSerializer(help_text="The text that the offsets count in.")
    position = IntegerField(help_text="Its place among the version's claims, from 1.")
    form = ChoiceField(Form.choices)
    form_label = CharField()
    attribution = ChoiceField(
        AttributionVerdict.choices, allow_null=True, help_text="The current verdict: did they say it?"
    )
    attribution_label = CharField()
    chain = HopSerializer(many=True, help_text="The way from the speaker to the page, in order.")
    spans = SpanSerializer(many=True)
    embedded = EmbeddedSerializer(allow_null=True)
    confidence = FloatField(help_text="The extractor's, 0 to 1: that words and speaker are right.")
    decided_by = CharField(help_text="The extractor's step that found the words.")
    speaker_confidence = FloatField(
        allow_null=True,
        help_text="The extractor's, 0 to 1: that the speaker is right; null where it did not say.",
    )
    speaker_by = CharField(help_text="The extractor's step that found the speaker.")
    extractor = CharField(allow_null=True, help_text="The version of the extractor that found it.")
    previous = IntegerField(
        allow_null=True, help_text="The appearance in an earlier text of the article that this one is again."
    )
    anchoring = ChoiceField(Anchoring.choices, allow_null=True, help_text="How it was found again.")
    anchoring_label = CharField()
    anchor_confidence = FloatField(
        allow_null=True,
        help_text="That these are its words again, 0 to 1; of reworded ones, how like they are.",
    )
    created_at = DateTimeField()


class ReviewSerializer(serializers.Serializer):
    """One judgement by one person."""

    id = IntegerField()
    claim = IntegerField()
    appearance = IntegerField(allow_null=True, help_text="Of an attribution verdict.")
    stage = ChoiceField(ReviewStage.choices, help_text="The author's own, or the blind cross-check of it.")
    kind = ChoiceField(ReviewKind.choices)
    verdict = ChoiceField(VERDICTS)
    verdict_label = CharField()
    rationale = CharField()
    reviewer = PersonSerializer()
    supersedes = IntegerField(allow_null=True, help_text="The review that this one replaced.")
    superseded_by = IntegerField(
        allow_null=True, help_text="The review that replaced this one; null while it stands."
    )
    created_at = DateTimeField()


class KeptSnapshotSerializer(serializers.Serializer):
    """A copy of a document, as kept here."""

    sha256 = CharField()
    size = IntegerField(help_text="Bytes.")
    media_type = CharField()
    kept_at = DateTimeField()
    page = CharField(help_text="Where people look at it, locked up.")


class PassageSerializer(serializers.Serializer):
    """A stretch of an article's text, in code points, end-exclusive."""

    article = IntegerField()
    version = IntegerField()
    start = IntegerField()
    end = IntegerField()


class EvidenceLookSerializer(serializers.Serializer):
    """What the looks at a document of the web found."""

    result = ChoiceField(EvidenceWatch.Result.choices, allow_null=True, help_text="Null: no look yet.")
    result_label = CharField()
    checked_at = DateTimeField(allow_null=True, help_text="The last look.")
    seen_at = DateTimeField(allow_null=True, help_text="When it was last there to be read.")
    changed_at = DateTimeField(allow_null=True)
    gone_since = DateTimeField(allow_null=True)
    due_at = DateTimeField(allow_null=True, help_text="The next look.")
    error_code = CharField()
    error_message = CharField()


class ArchiveSerializer(serializers.Serializer):
    """What the Wayback Machine said that it was asked to save the document."""

    state = ChoiceField(EvidenceWatch.Archive.choices)
    url = CharField()
    saved_at = DateTimeField(allow_null=True)
    error = CharField()


class EvidenceSerializer(serializers.Serializer):
    """A document's stance on a claim."""

    id = IntegerField(help_text="Of the link between the document and the claim.")
    claim = IntegerField()
    document = IntegerField(help_text="The same one for every claim that it is evidence for.")
    origin = ChoiceField(EvidenceOrigin.choices)
    url = CharField()
    title = CharField()
    file_name = CharField()
    passage = PassageSerializer(allow_null=True)
    stance = ChoiceField(
        Stance.choices, allow_null=True, help_text="Null before your own verdict in a blind cross-check."
    )
    kind = ChoiceField(EvidenceKind.choices, allow_blank=True)
    quote = CharField(help_text="The words in the document that matter.")
    accessed_at = DateTimeField()
    flag = ChoiceField(
        FLAGS, allow_null=True, help_text="What became of the document since it was linked or last seen."
    )
    seen_at = DateTimeField(allow_null=True, help_text="When somebody said that it holds as it is now.")
    quote_seen_at = DateTimeField(allow_null=True, help_text="When the quoted words were last found in it.")
    quote_gone_at = DateTimeField(
        allow_null=True, help_text="From the first look that did not find the quoted words any more."
    )
    snapshot = KeptSnapshotSerializer(allow_null=True, help_text="The latest copy, or the uploaded file.")
    snapshot_when_linked = KeptSnapshotSerializer(allow_null=True, help_text="The first copy since then.")
    look = EvidenceLookSerializer(allow_null=True, help_text="Null: kept here, not on the web.")
    archive = ArchiveSerializer(allow_null=True, help_text="Null: the Wayback Machine was not asked.")
    added_by = PersonSerializer()
    added_at = DateTimeField()
    withdrawn_by = PersonSerializer(allow_null=True)
    withdrawn_at = DateTimeField(allow_null=True, help_text="A withdrawn link stays, marked as such.")


class AssignmentSerializer(serializers.Serializer):
    """Who has the claim, and until when."""

    reviewer = PersonSerializer()
    taken_at = DateTimeField()
    leased_until = DateTimeField()


class MoveSerializer(serializers.Serializer):
    """A move that you may make from the claim's state."""

    name = CharField()
    label = CharField()  # type: ignore[assignment]  # a field, not the label of this serializer
    to = ChoiceField(State.choices)


class ClaimDetailSerializer(ClaimSerializer):
    """A claim with all that belongs to it. Its ETag is its version."""

    assignment = AssignmentSerializer(allow_null=True)
    author = PersonSerializer(allow_null=True, help_text="Who submitted the verdict that is or was checked.")
    moves = MoveSerializer(many=True)
    appearances = AppearanceSerializer(many=True, help_text="The first 50; GET /appearances/?claim= has all.")
    reviews = ReviewSerializer(
        many=True, help_text="The judgements that stand; GET /reviews/?claim= has all."
    )
    evidence = EvidenceSerializer(many=True, help_text="Links that were not withdrawn.")


class HistoryEventSerializer(serializers.Serializer):
    """Who did what, when, from what to what."""

    id = IntegerField()
    at = DateTimeField()
    actor = PersonSerializer(allow_null=True, help_text="Null: the workbench itself.")
    verb = CharField()
    object_type = CharField()
    object_id = IntegerField()
    before = serializers.DictField()
    after = serializers.DictField()
    reason = CharField()


class ReviewsRecordedSerializer(serializers.Serializer):
    reviews = ReviewSerializer(
        many=True, help_text="The new ones; a judgement that stood already makes none."
    )
    claim = ClaimSerializer()


class EvidenceChangedSerializer(serializers.Serializer):
    evidence = EvidenceSerializer()
    claim = ClaimSerializer()


class HopCheckSerializer(serializers.Serializer):
    """What somebody found who looked for the statement at one step of its chain."""

    id = IntegerField()
    claim = IntegerField()
    appearance = IntegerField()
    role = ChoiceField(HopRole.choices)
    name = CharField(
        help_text="With the role, the step that it belongs to, wherever in the chain that stands."
    )
    result = ChoiceField(HopResult.choices)
    result_label = CharField()
    document = IntegerField(allow_null=True)
    url = CharField()
    snapshot = KeptSnapshotSerializer(allow_null=True, help_text="The first copy of it since then.")
    wording = CharField(help_text="The statement as it stands there.")
    note = CharField()
    by = PersonSerializer()
    at = DateTimeField()
    supersedes = IntegerField(allow_null=True)
    superseded_by = IntegerField(allow_null=True, help_text="Null while it stands.")


class HopCheckedSerializer(serializers.Serializer):
    hop_check = HopCheckSerializer()
    claim = ClaimSerializer()


class SpeakerSerializer(serializers.Serializer):
    """A person, organization, group or outlet, or an unnamed source of one outlet."""

    id = IntegerField()
    name = CharField()
    kind = ChoiceField(SpeakerKind.choices)
    kind_label = CharField()
    outlet = OutletReferenceSerializer(
        allow_null=True, help_text="The outlet itself, or the one that quoted the unnamed source."
    )
    wikidata = CharField(help_text="The number of the item that is this speaker, like Q42; or empty.")
    merged_into = IntegerField(allow_null=True, help_text="The speaker that this one was found to be.")
    created_at = DateTimeField()


class SpeakerDetailSerializer(SpeakerSerializer):
    claims = IntegerField(help_text="How many claims the speaker made.")
    judged = IntegerField(help_text="How many of them have a verdict.")


class MeSerializer(PersonSerializer):
    role = ChoiceField(Role.choices, allow_null=True)
    may = serializers.ListField(
        child=CharField(), help_text="What you may do at the desk; by a key, what it may."
    )
    scopes = serializers.ListField(
        child=ChoiceField(Scope.choices),
        allow_null=True,
        help_text="Those of the key you came by; null: you came by a browser.",
    )
