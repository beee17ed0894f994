"""Articles, their versions, stories and lost claims as the REST API gives them back, described for the OpenAPI document."""

from rest_framework import serializers
from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DateField,
    DateTimeField,
    FloatField,
    IntegerField,
)

from articles.models import Recheck
from claims.api.serializers import (
    AppearanceSerializer,
    ArticleReferenceSerializer,
    ClaimReferenceSerializer,
    OutletReferenceSerializer,
    PersonSerializer,
    VersionReferenceSerializer,
)
from claims.choices import OrphanState, RunState

PIECES = [("same", "In both"), ("gone", "In the old one only"), ("came", "In the new one only")]
SEEN_BY = [("published", "When it was published"), ("imported", "When it came in")]


class ArticleSerializer(serializers.Serializer):
    """A work; its texts are versions. Title and dates are those of the current one."""

    id = IntegerField()
    outlet = OutletReferenceSerializer()
    url = CharField()
    title = CharField()
    byline = CharField()
    language = CharField()
    published_at = DateTimeField(allow_null=True, help_text="The instant, when the page gives one.")
    published_on = DateField(allow_null=True, help_text="The day, when that is all the page gives.")
    current_version = IntegerField(allow_null=True)
    story = IntegerField(allow_null=True, help_text="The story that it tells with others, see /stories/.")
    created_at = DateTimeField()


class StorySerializer(serializers.Serializer):
    """Articles that tell the same in the same words."""

    id = IntegerField()
    articles = IntegerField()
    outlets = IntegerField()
    first_seen = DateTimeField(help_text="When the first of them was published, or else came in.")
    active_at = DateTimeField(help_text="When an article last joined.")


class StoryOverlapSerializer(serializers.Serializer):
    """A text beside another: shares are of its words in runs of five, 0 to 1."""

    article = IntegerField(help_text="The other one.")
    has_of_it = FloatField(help_text="How much of the other text stands in this one.")
    is_in_it = FloatField(help_text="How much of this text stands in the other.")
    relation = CharField(help_text="The same in words.")
    is_current = BooleanField(help_text="Whether both articles still have the texts that were compared.")


class CitationSerializer(serializers.Serializer):
    name = CharField(help_text="Whom the article names as where it has something from.")
    how = CharField(help_text="In its claims' chains, its dateline or its byline.")
    article = IntegerField(allow_null=True, help_text="That outlet's article in the same story.")


class StoryMemberSerializer(serializers.Serializer):
    article = ArticleReferenceSerializer()
    seen_at = DateTimeField()
    seen_by = ChoiceField(SEEN_BY)
    overlap = StoryOverlapSerializer(
        allow_null=True,
        help_text="With the article `compared_with`, or with the closest one; null for that article itself.",
    )
    cites = CitationSerializer(many=True)


class StoryDetailSerializer(StorySerializer):
    compared_with = IntegerField(help_text="An article's id: the one seen first, or the one asked for.")
    members = StoryMemberSerializer(many=True, help_text="The 200 that were seen first, in that order.")


class VersionLineSerializer(serializers.Serializer):
    id = IntegerField()
    number = IntegerField()
    title = CharField()
    text_length = IntegerField(help_text="In code points.")
    sha256 = CharField(help_text="Of the text in UTF-8.")
    follows = IntegerField(
        allow_null=True, help_text="The number of the version that the article had before."
    )
    words_added = IntegerField(allow_null=True, help_text="Beside that one.")
    words_removed = IntegerField(allow_null=True)
    created_at = DateTimeField()


class ExtractionSerializer(serializers.Serializer):
    """The run of the extractor that read a version for claims; newer ones propose, see /proposals/."""

    state = ChoiceField(RunState.choices)
    extractor = CharField()
    claims = IntegerField(allow_null=True, help_text="How many it found.")
    skipped = CharField(help_text="Why there was nothing to extract.")
    error_code = CharField()
    error_message = CharField()
    finished_at = DateTimeField(allow_null=True)


class SnapshotSerializer(serializers.Serializer):
    """The bytes as they came."""

    sha256 = CharField()
    size = IntegerField(help_text="In bytes.")
    status = IntegerField(allow_null=True, help_text="Of the answer, in HTTP; null for what was not fetched.")
    media_type = CharField()
    url = CharField()
    created_at = DateTimeField()


class VersionSerializer(VersionLineSerializer):
    """One immutable text of an article."""

    article = ArticleReferenceSerializer()
    text = CharField(help_text="What every offset counts in.")
    byline = CharField()
    section = CharField(help_text="The part of the outlet it stood in, as its page says.")
    dateline = CharField(help_text="The place the text begins with.")
    dateline_on = DateField(allow_null=True, help_text="The day its dateline names.")
    language = CharField()
    published_at = DateTimeField(allow_null=True)
    published_on = DateField(allow_null=True)
    modified_at = DateTimeField(allow_null=True, help_text="As the page says.")
    provenance = serializers.DictField(
        child=CharField(), help_text="Per field, where on the page it came from."
    )
    snapshot = SnapshotSerializer(allow_null=True)
    extraction = ExtractionSerializer(allow_null=True)


class PieceSerializer(serializers.Serializer):
    kind = ChoiceField(PIECES)
    text = CharField(trim_whitespace=False)


class ComparisonSerializer(serializers.Serializer):
    """Two versions of an article as one text. Space, and quotation marks and dashes of another shape, are no change."""

    article = IntegerField()
    old = VersionReferenceSerializer()
    new = VersionReferenceSerializer()
    words_added = IntegerField()
    words_removed = IntegerField()
    pieces = PieceSerializer(many=True, help_text="What went stands before what came in its place.")
    notice = CharField(help_text="What the new text says of its own correction; empty: nothing.")


class RecheckErrorSerializer(serializers.Serializer):
    code = CharField()
    message = CharField()


class RecheckSerializer(serializers.Serializer):
    """How an imported page was found when it was looked at again."""

    result = ChoiceField(Recheck.Result.choices, allow_null=True, help_text="Null: not looked at again yet.")
    error = RecheckErrorSerializer(allow_null=True)
    checked_at = DateTimeField(allow_null=True, help_text="The last look.")
    due_at = DateTimeField(allow_null=True, help_text="The next one; null when there is none.")
    seen_at = DateTimeField(allow_null=True, help_text="When the article was last there to be read.")
    gone_since = DateTimeField(allow_null=True)


class OrphanSerializer(serializers.Serializer):
    """A claim whose words a later text of its article does not have, or has in more than one place."""

    id = IntegerField()
    state = ChoiceField(OrphanState.choices)
    state_label = CharField()
    ambiguous = BooleanField(help_text="More than one place would have done.")
    claim = ClaimReferenceSerializer()
    article = ArticleReferenceSerializer()
    appearance = IntegerField(help_text="Where it was last.")
    last_in = VersionReferenceSerializer()
    not_in = VersionReferenceSerializer()
    found = IntegerField(allow_null=True, help_text="The appearance where it was found again.")
    resolved_by = PersonSerializer(
        allow_null=True, help_text="Null: nobody yet, or a later text had it again."
    )
    resolved_at = DateTimeField(allow_null=True)
    created_at = DateTimeField()


class ArticleDetailSerializer(ArticleSerializer):
    recheck = RecheckSerializer(allow_null=True, help_text="Null: it was not imported from an address.")
    current = VersionSerializer(allow_null=True)
    versions = VersionLineSerializer(many=True, help_text="The newest 50.")
    appearances = AppearanceSerializer(
        many=True, help_text="The current version's first 200 claims, in the text's order."
    )
    appearances_url = serializers.URLField(allow_null=True, help_text="All of them, as pages.")
