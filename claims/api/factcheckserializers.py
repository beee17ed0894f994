"""REST API: what goes in and out about fact-checks."""

from typing import Any

from rest_framework import serializers
from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DateTimeField,
    DictField,
    IntegerField,
)

from claims.api.given import MAX_VERSION, VersionedSerializer
from claims.api.serializers import PersonSerializer
from claims.choices import Veracity
from claims.models.factcheck import CLAIM_REVIEWED_WANTED, WORDS
from claims.services.factchecks import LONGEST
from factcheck.api.paging import MAX_KEY

STAGES = [("draft", "Draft"), ("published", "Published"), ("retracted", "Retracted")]

# ---- What comes back --------------------------------------------------------------------------------


class FactCheckSerializer(serializers.Serializer):
    """A claim's page in one language: its words as an editor has them now, which readers get with the next edition."""

    id = IntegerField()
    claim = IntegerField()
    language = CharField(help_text="BCP 47 in lower case.")
    version = IntegerField(help_text="Counts the writes to it; give it back as expected_version.")
    stage = ChoiceField(STAGES)
    url = CharField(allow_null=True, help_text="Its public address, once it is published.")
    slug = CharField()
    title = CharField()
    summary = CharField()
    claim_reviewed = CharField()
    published_at = DateTimeField(allow_null=True, help_text="The first time.")
    changed_at = DateTimeField(allow_null=True, help_text="When readers last saw something else than before.")
    retracted_at = DateTimeField(allow_null=True)
    retraction = CharField(help_text="Why it was taken back.")
    written_by = PersonSerializer()
    written_at = DateTimeField()


class TroubleSerializer(serializers.Serializer):
    field = CharField()
    code = CharField()
    detail = CharField()
    stops = BooleanField(help_text="It cannot be published so; otherwise it is advice.")


class FactCheckDetailSerializer(FactCheckSerializer):
    body = CharField(help_text="Limited Markdown.")
    unknown = CharField()
    social = CharField()
    claim_version = IntegerField(help_text="The claim's version, which its moves start from.")
    troubles = TroubleSerializer(many=True)


class EditionSerializer(serializers.Serializer):
    """A fact-check as it was published. Never changed: a correction makes another one."""

    id = IntegerField()
    number = IntegerField()
    language = CharField()
    slug = CharField()
    title = CharField()
    summary = CharField()
    body = CharField()
    claim_reviewed = CharField()
    unknown = CharField()
    social = CharField()
    claim_text = CharField()
    claimant = CharField()
    veracity = ChoiceField(Veracity.choices)
    rating = CharField(help_text="What the verdict is called in its language.")
    published_at = DateTimeField()
    listed = BooleanField(help_text="Lists, feeds and searches show it.")
    undone_at = DateTimeField(allow_null=True)
    correction = CharField(allow_null=True, help_text="What readers were told, if a correction made it.")


class FactCheckPreviewSerializer(serializers.Serializer):
    """The page as it would be published now."""

    claim_review = DictField(help_text="Its ClaimReview, as JSON-LD.")
    body_html = CharField()
    unknown_html = CharField()
    troubles = TroubleSerializer(many=True)


# ---- What is sent ------------------------------------------------------------------------------------


class GivenWordsSerializer(VersionedSerializer):
    slug = CharField(required=False, max_length=LONGEST["slug"])
    title = CharField(required=False, allow_blank=True, max_length=LONGEST["title"])
    summary = CharField(required=False, allow_blank=True, max_length=LONGEST["summary"])
    body = CharField(required=False, allow_blank=True, max_length=LONGEST["body"])
    claim_reviewed = CharField(
        required=False,
        allow_blank=True,
        max_length=LONGEST["claim_reviewed"],
        help_text=f"Without a verdict; {CLAIM_REVIEWED_WANTED} characters are wanted.",
    )
    unknown = CharField(required=False, allow_blank=True, max_length=LONGEST["unknown"])
    social = CharField(required=False, allow_blank=True, max_length=LONGEST["social"])


class GivenFactCheckSerializer(GivenWordsSerializer):
    """A new draft; words that are left out begin as the workbench would begin them."""

    expected_version = None  # type: ignore[assignment] # there is none yet
    claim = IntegerField(min_value=1, max_value=MAX_KEY)
    language = CharField(max_length=20, help_text="BCP 47: en, pt-br.")


class GivenPublicationSerializer(VersionedSerializer):
    claim_version = IntegerField(
        required=False, min_value=1, max_value=MAX_VERSION, help_text="Of the claim, as you last saw it."
    )


class GivenReasonSerializer(serializers.Serializer):
    claim_version = IntegerField(
        min_value=1, max_value=MAX_VERSION, help_text="Of the claim, as you last saw it."
    )
    reason = CharField(max_length=2_000)


class GivenNoteSerializer(serializers.Serializer):
    claim_version = IntegerField(
        min_value=1, max_value=MAX_VERSION, help_text="Of the claim, as you last saw it."
    )
    note = CharField(max_length=2_000, help_text="What readers are told.")


def words_of(given: dict[str, Any]) -> dict[str, str]:
    return {name: given[name] for name in WORDS if name in given}
