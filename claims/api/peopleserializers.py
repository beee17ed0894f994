"""REST API: what goes in and out about speakers, talk, and replies."""

from rest_framework import serializers
from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DateField,
    DateTimeField,
    IntegerField,
)

from claims.api.given import VersionedSerializer
from claims.api.serializers import OutletReferenceSerializer, PersonSerializer, SpeakerDetailSerializer
from claims.choices import ReplyChannel, SpeakerKind
from factcheck.api.paging import MAX_KEY

# ---- What comes back --------------------------------------------------------------------------------


class AliasSerializer(serializers.Serializer):
    """Another name by which texts call the speaker. One that came with a merge goes with it."""

    id = IntegerField()
    name = CharField()
    kind = ChoiceField(SpeakerKind.choices)
    outlet = OutletReferenceSerializer(
        allow_null=True, help_text="Of an unnamed source: whose texts call it so."
    )
    merge = IntegerField(allow_null=True)


class SpeakerRoleSerializer(serializers.Serializer):
    """What the speaker was; an end that is not known is null."""

    id = IntegerField()
    title = CharField()
    organization = CharField()
    since = DateField(allow_null=True)
    until = DateField(allow_null=True, help_text="The last day.")


class SpeakerMergeSerializer(serializers.Serializer):
    id = IntegerField()
    merged = IntegerField(help_text="The speaker that was merged.")
    into = IntegerField(help_text="The one it was merged into.")
    reason = CharField()
    by = PersonSerializer()
    at = DateTimeField()


class ContradictionSerializer(serializers.Serializer):
    """Two claims of one speaker that cannot both be so."""

    id = IntegerField()
    first = IntegerField()
    second = IntegerField()
    note = CharField()
    by = PersonSerializer()
    at = DateTimeField()


class SpeakerLedgerSerializer(SpeakerDetailSerializer):
    aliases = AliasSerializer(many=True)
    roles = SpeakerRoleSerializer(many=True)
    merges = SpeakerMergeSerializer(many=True, help_text="Merges into this one that stand.")
    contradictions = ContradictionSerializer(many=True, help_text="Those not withdrawn, latest first.")


class CommentSerializer(serializers.Serializer):
    """A remark on a claim; `thread` is the remark that it answers. The text of a deleted one is empty."""

    id = IntegerField()
    claim = IntegerField()
    thread = IntegerField(allow_null=True)
    author = PersonSerializer()
    text = CharField(help_text="Plain text: escape it before you show it.")
    at = DateTimeField()
    edited_at = DateTimeField(allow_null=True)
    deleted_at = DateTimeField(allow_null=True)


class EarlierWordsSerializer(serializers.Serializer):
    text = CharField()
    until = DateTimeField()


class ReplySerializer(serializers.Serializer):
    """Right of reply: whom the desk asked about a claim, and what they answered."""

    id = IntegerField()
    claim = IntegerField()
    asked = CharField()
    channel = ChoiceField(ReplyChannel.choices)
    question = CharField()
    asked_at = DateTimeField()
    asked_by = PersonSerializer()
    deadline = DateTimeField(allow_null=True)
    holds = BooleanField(help_text="The claim was put on hold until they answer.")
    answer = CharField()
    answered_at = DateTimeField(allow_null=True)
    entered_by = PersonSerializer(allow_null=True)


# ---- What is sent -----------------------------------------------------------------------------------


class GivenSpeakerSerializer(serializers.Serializer):
    wikidata = CharField(allow_blank=True, max_length=200, help_text="Q42, its address, or empty.")


class GivenAliasSerializer(serializers.Serializer):
    name = CharField(max_length=300)


class GivenRoleSerializer(serializers.Serializer):
    title = CharField(max_length=200)
    organization = CharField(required=False, allow_blank=True, default="", max_length=200)
    since = DateField(required=False, allow_null=True, default=None)
    until = DateField(required=False, allow_null=True, default=None)


class GivenRoleEndSerializer(serializers.Serializer):
    until = DateField()


class GivenMergeSerializer(serializers.Serializer):
    into = IntegerField(min_value=1, max_value=MAX_KEY, help_text="The speaker that this one is.")
    reason = CharField(required=False, allow_blank=True, default="", max_length=500)


class GivenUnmergeSerializer(serializers.Serializer):
    merge = IntegerField(min_value=1, max_value=MAX_KEY)


class GivenContradictionSerializer(serializers.Serializer):
    claim = IntegerField(min_value=1, max_value=MAX_KEY)
    other = IntegerField(min_value=1, max_value=MAX_KEY)
    note = CharField(max_length=2000)


class GivenCommentEditSerializer(serializers.Serializer):
    text = CharField(max_length=10_000)


class GivenCommentSerializer(GivenCommentEditSerializer):
    thread = IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=MAX_KEY)


class GivenReplySerializer(VersionedSerializer):
    asked = CharField(max_length=300)
    channel = ChoiceField(ReplyChannel.choices)
    question = CharField(required=False, allow_blank=True, default="", max_length=10_000)
    asked_at = DateTimeField(required=False, allow_null=True, default=None, help_text="Left out: now.")
    deadline = DateTimeField(required=False, allow_null=True, default=None)
    hold = BooleanField(required=False, default=False, help_text="Put the claim on hold until the deadline.")


class GivenAnswerSerializer(VersionedSerializer):
    answer = CharField(max_length=20_000)
    answered_at = DateTimeField(required=False, allow_null=True, default=None, help_text="Left out: now.")
