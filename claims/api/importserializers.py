"""Imports as the REST API gives them back, described for the OpenAPI document."""

from typing import Any

from rest_framework import serializers
from rest_framework.serializers import CharField, ChoiceField, DateTimeField, IntegerField

from articles.models import Container, ImportItem
from claims.api.articleserializers import ExtractionSerializer
from claims.api.serializers import PersonSerializer

IMPORT_STATES = [("queued", "Nothing has begun"), ("running", "At work"), ("done", "Every item has ended")]


class ItemCountsSerializer(serializers.Serializer):
    queued = IntegerField()
    running = IntegerField()
    done = IntegerField()
    failed = IntegerField()
    cancelled = IntegerField()


class ExtractionCountsSerializer(serializers.Serializer):
    pending = IntegerField()
    running = IntegerField()
    done = IntegerField()
    failed = IntegerField()


class ImportSerializer(serializers.Serializer):
    """One request to import."""

    id = IntegerField()
    url = serializers.URLField(help_text="Ask here how it goes.")
    label = CharField()  # type: ignore[assignment]  # a field, not the label of this serializer
    state = ChoiceField(
        IMPORT_STATES, help_text="`done`: every item has ended, and so has the extraction of what came in."
    )
    total = IntegerField(help_text="Items so far: a file of many adds its own as it is read.")
    extract = serializers.BooleanField(help_text="Whether the texts are read for their claims.")
    created_by = PersonSerializer()
    created_at = DateTimeField()


class ImportErrorSerializer(serializers.Serializer):
    code = CharField()
    message = CharField()
    retryable = serializers.BooleanField(
        help_text="Whether it may do better when it is tried again as it is."
    )


class ImportFileSerializer(serializers.Serializer):
    """A file of many articles of an import, and how far it is read."""

    id = IntegerField()
    file_name = CharField()
    kind = ChoiceField(Container.Kind.choices)
    state = ChoiceField(
        Container.State.choices,
        help_text="`mapping`: somebody has to say what its columns are, see /imports/{id}/files/{file_id}/.",
    )
    items = IntegerField(help_text="Items made of it so far.")
    columns = serializers.ListField(child=CharField(), help_text="Of a table.")
    mapping = serializers.DictField(
        child=CharField(), help_text="Of a table: which column each field is read from."
    )
    error = ImportErrorSerializer(allow_null=True)


class ImportDetailSerializer(ImportSerializer):
    items = ItemCountsSerializer(help_text="Items by state.")
    files = ImportFileSerializer(many=True, help_text="Files of many articles.")
    extractions = ExtractionCountsSerializer(help_text="Runs of the extractor over what came in, by state.")
    failed = IntegerField(help_text="Items, extractions and files of many that failed.")
    claims = IntegerField(help_text="Claims found so far in what came in.")
    items_url = serializers.URLField()


class ImportItemSerializer(serializers.Serializer):
    """One URL, text, file or row of an import."""

    id = IntegerField()
    position = IntegerField()
    kind = ChoiceField(ImportItem.Kind.choices)
    url = CharField()
    file_name = CharField()
    outlet = CharField(help_text="As given.")
    title = CharField(help_text="As given.")
    external_id = CharField(help_text="What the importer's own records call it.")
    file = IntegerField(allow_null=True, help_text="The file of many it is of.")
    place = IntegerField(allow_null=True, help_text="Its row, record or file there, from 1.")
    state = ChoiceField(ImportItem.State.choices)
    stage = ChoiceField(ImportItem.Stage.choices, allow_null=True)
    attempts = IntegerField()
    error = ImportErrorSerializer(allow_null=True)
    outcome = ChoiceField(ImportItem.Outcome.choices, allow_null=True)
    duplicate_of = IntegerField(
        allow_null=True, help_text="The item, of any import, that had brought in what this one asks for."
    )
    version = IntegerField(allow_null=True)
    article = IntegerField(allow_null=True)
    extraction = ExtractionSerializer(allow_null=True)
    queued_at = DateTimeField()
    started_at = DateTimeField(allow_null=True)
    finished_at = DateTimeField(allow_null=True)
    timings = serializers.DictField(
        child=IntegerField(), help_text="Milliseconds of the last try: `waited`, then by stage."
    )


class RetriedSerializer(serializers.Serializer):
    retried = IntegerField(help_text="How many items were queued again.")
    job = ImportDetailSerializer()


class CancelledSerializer(serializers.Serializer):
    cancelled = IntegerField(help_text="How many items were cancelled.")
    job = ImportDetailSerializer()


class ReportRowSerializer(serializers.Serializer):
    position = IntegerField()
    kind = ChoiceField(ImportItem.Kind.choices)
    item = CharField(help_text="Its address, file name or title.")
    outlet = CharField()
    state = ChoiceField(ImportItem.State.choices)
    stage = CharField()
    outcome = CharField()
    attempts = IntegerField()
    error_code = CharField()
    error_message = CharField()
    article = CharField(help_text="The address of its page; empty when there is no article.")
    version = IntegerField(allow_null=True, help_text="Its number in the article.")
    claims = IntegerField(allow_null=True, help_text="Found in it so far.")
    queued_at = DateTimeField()
    started_at = DateTimeField(allow_null=True)
    finished_at = DateTimeField(allow_null=True)
    waited_ms = IntegerField(allow_null=True)
    fetching_ms = IntegerField(allow_null=True)
    parsing_ms = IntegerField(allow_null=True)
    recording_ms = IntegerField(allow_null=True)


class ImportReportSerializer(serializers.Serializer):
    """How each item of an import stands."""

    label = CharField()  # type: ignore[assignment]  # a field, not the label of this serializer
    total = IntegerField()
    created_at = DateTimeField()
    items = ReportRowSerializer(many=True)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {"import": IntegerField(help_text="Its number."), **super().get_fields()}  # a word of Python's
