"""REST API: what goes in and out about tags, saved views, acts on many claims, and how the desk works."""

from rest_framework import serializers
from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DateTimeField,
    DictField,
    IntegerField,
    ListField,
)

from claims.api.given import MAX_VERSION, VersionedSerializer
from claims.choices import DigestPace, DismissReason
from claims.models.savedview import VIEW_CHARACTERS
from claims.models.tag import TAG_CHARACTERS
from claims.services.bulk import ACTS, MOST_ROWS
from claims.services.desk import LONGEST_LABEL, MOST
from claims.services.tagging import MOST_TAGS
from factcheck.api.paging import MAX_KEY

# ---- What comes back --------------------------------------------------------------------------------


class TagSerializer(serializers.Serializer):
    """A topic of the desk's vocabulary. One that was merged is retired, and its name finds the one it went into."""

    id = IntegerField()
    name = CharField()
    retired_at = DateTimeField(allow_null=True)
    merged_into = IntegerField(allow_null=True)
    created_at = DateTimeField()


class SavedViewSerializer(serializers.Serializer):
    """A named filter of the claims, as the screens' toolbar has it."""

    id = IntegerField()
    name = CharField()
    shared = BooleanField(help_text="The whole desk's.")
    filters = DictField(
        child=CharField(), help_text="Field of the toolbar to value; empty ones are left out."
    )
    is_default = BooleanField(help_text="Your queue opens with it.")
    created_at = DateTimeField()


class BulkResultSerializer(serializers.Serializer):
    """What became of one row."""

    claim = IntegerField()
    done = BooleanField()
    version = IntegerField(allow_null=True, help_text="The claim's now; null: there is no such claim.")
    code = CharField(help_text="Of a refused one: stable, for programs.")
    detail = CharField(help_text="Of a refused one: why, as a sentence.")


class BulkResultsSerializer(serializers.Serializer):
    done = IntegerField()
    refused = IntegerField()
    results = BulkResultSerializer(many=True)


class DeskSettingsSerializer(serializers.Serializer):
    """How the desk works."""

    cross_check = BooleanField()
    quorum = IntegerField()
    min_evidence = IntegerField()
    lease_minutes = IntegerField()
    archive_evidence = BooleanField()
    auto_assign = BooleanField(help_text="Queued claims are given to those who asked for work.")
    auto_assign_most = IntegerField(help_text="Who has so many claims is given no more.")


class PreferencesSerializer(serializers.Serializer):
    """What you set for yourself."""

    wants_work = BooleanField(help_text="The desk may give you claims.")
    default_view = IntegerField(allow_null=True, help_text="The view that your queue opens with.")
    digest = ChoiceField(
        DigestPace.choices, help_text="How often what is unread in your inbox is sent by e-mail."
    )


class VerdictNamesSerializer(serializers.Serializer):
    language = CharField(help_text="A code, like `de`.")
    names = DictField(
        child=CharField(), help_text="Verdict to name; one that is not there has its built-in name."
    )


# ---- What is sent -----------------------------------------------------------------------------------


class GivenTagSerializer(serializers.Serializer):
    name = CharField(max_length=TAG_CHARACTERS)


class GivenTagChangeSerializer(serializers.Serializer):
    name = CharField(required=False, max_length=TAG_CHARACTERS)
    retired = BooleanField(required=False)


class GivenTagMergeSerializer(serializers.Serializer):
    into = CharField(max_length=TAG_CHARACTERS, help_text="The name of the tag that it is one with.")


class GivenClaimTagsSerializer(VersionedSerializer):
    add = ListField(
        child=CharField(max_length=TAG_CHARACTERS), required=False, default=list, max_length=MOST_TAGS
    )
    remove = ListField(
        child=CharField(max_length=TAG_CHARACTERS), required=False, default=list, max_length=MOST_TAGS
    )


class GivenViewSerializer(serializers.Serializer):
    name = CharField(max_length=VIEW_CHARACTERS)
    filters = DictField(
        child=CharField(allow_blank=True, max_length=500),
        help_text="Of the toolbar: q, state, mine, tag, speaker, outlet, form, checkable, veracity, edited, older, score.",
    )
    shared = BooleanField(required=False, default=False)


class GivenViewNameSerializer(serializers.Serializer):
    name = CharField(max_length=VIEW_CHARACTERS)


class GivenRowSerializer(serializers.Serializer):
    id = IntegerField(min_value=1, max_value=MAX_KEY)
    expected_version = IntegerField(min_value=1, max_value=MAX_VERSION)


class GivenBulkSerializer(serializers.Serializer):
    """One act, the claims with the versions that you saw, and what the act asks for."""

    act = ChoiceField([(act, act) for act in ACTS])
    claims = ListField(child=GivenRowSerializer(), min_length=1, max_length=MOST_ROWS)
    to = CharField(required=False, max_length=150, help_text="assign: the username of whoever gets them.")
    reason = ChoiceField(DismissReason.choices, required=False, help_text="dismiss: why.")
    tags = ListField(
        child=CharField(max_length=TAG_CHARACTERS),
        required=False,
        max_length=MOST_TAGS,
        help_text="tag, untag.",
    )
    note = CharField(required=False, allow_blank=True, default="", max_length=1000)

    ASKS = {"assign": "to", "dismiss": "reason", "tag": "tags", "untag": "tags"}

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        name = self.ASKS[str(attrs["act"])]
        if not attrs.get(name):
            raise serializers.ValidationError({name: "This act asks for it."}, code="required")
        return attrs


class GivenDeskSettingsSerializer(serializers.Serializer):
    """Only what is to change."""

    cross_check = BooleanField(required=False)
    quorum = IntegerField(required=False, min_value=1, max_value=MOST["quorum"])
    min_evidence = IntegerField(required=False, min_value=0, max_value=MOST["min_evidence"])
    lease_minutes = IntegerField(required=False, min_value=1, max_value=MOST["lease_minutes"])
    archive_evidence = BooleanField(required=False)
    auto_assign = BooleanField(required=False)
    auto_assign_most = IntegerField(required=False, min_value=1, max_value=MOST["auto_assign_most"])


class GivenPreferencesSerializer(serializers.Serializer):
    """Only what is to change."""

    wants_work = BooleanField(required=False)
    default_view = IntegerField(required=False, allow_null=True, min_value=1, max_value=MAX_KEY)
    digest = ChoiceField(DigestPace.choices, required=False)


class GivenVerdictNamesSerializer(serializers.Serializer):
    language = CharField(max_length=10)
    names = DictField(child=CharField(allow_blank=True, max_length=LONGEST_LABEL))
