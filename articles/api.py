"""REST API: outlets, and what can be asked to be imported. How an import went is told by claims.api.imports."""

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from articles.models import ImportItem, Outlet
from articles.parsing import ParsingError
from articles.parsing.formats.columns import TableMapping
from articles.parsing.formats.rowdates import DAY_FIRST, MONTH_FIRST
from articles.parsing.formats.sniffing import TABLES, Found, sniff
from articles.services.containers import ContainerRequest
from articles.services.importing import ItemRequest
from factcheck.api.picking import Picks
from factcheck.api.views import ApiRequest, ListView

Kind = ImportItem.Kind
MAX_ARTICLES_BYTES = 64 * 2**20  # of all files of one article in a request
EXTRACT = "False: the texts are kept and not read for their claims."


class OutletSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    domain = serializers.CharField(help_text="The site's host name without www.; empty when it has none.")
    created_at = serializers.DateTimeField()


class OutletFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(field_name="name", lookup_expr="icontains", label="A part of the name.")
    domain = django_filters.CharFilter(lookup_expr="iexact", label="The host name without www.")

    class Meta:
        model = Outlet
        fields: list[str] = []


class OutletList(ListView):
    queryset = Outlet.objects.all()
    filterset_class = OutletFilter
    columns = ("pk", "name", "domain", "created_at")
    picks = Picks(OutletSerializer)

    @extend_schema(
        operation_id="outlets_list",
        tags=["outlets"],
        summary="Who publishes",
        responses=OutletSerializer(many=True),
    )
    def get(self, request: ApiRequest) -> Response:
        return self.list(request)

    def shape(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{"id": row.pop("pk"), **row} for row in rows]


# ---- What can be imported --------------------------------------------------------------------------


class GivenTextField(serializers.CharField):
    """A NUL in one row does not refuse the rows beside it: what is imported is stored without."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return super().run_validation(data.replace("\0", "") if isinstance(data, str) else data)


class GivenItemSerializer(serializers.Serializer):
    """One article to import. What is left out is read from the page."""

    kind = serializers.ChoiceField(
        [(Kind.URL.value, Kind.URL.label), (Kind.TEXT.value, Kind.TEXT.label)],
        required=False,
        help_text="May be left out: an item with a text is a text.",
    )
    url = GivenTextField(
        required=False,
        allow_blank=True,
        max_length=10_000,
        help_text="For a text: where it was published, if anywhere.",
    )
    text = GivenTextField(required=False, allow_blank=True, trim_whitespace=False)
    outlet = serializers.CharField(
        required=False, allow_blank=True, max_length=200, help_text="Its name. A text without a url needs it."
    )
    title = serializers.CharField(required=False, allow_blank=True, max_length=1000)
    published_at = serializers.DateTimeField(required=False, allow_null=True, help_text="With its zone.")
    published_on = serializers.DateField(
        required=False, allow_null=True, help_text="When the day is all that is known."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs["kind"] = attrs.get("kind") or (Kind.TEXT if "text" in attrs else Kind.URL)
        needed = "url" if attrs["kind"] == Kind.URL else "text"
        if not attrs.get(needed, "").strip():
            raise serializers.ValidationError(
                {needed: f"An item of kind {attrs['kind']} needs a {needed}."}, code="required"
            )
        return attrs


class GivenImportSerializer(serializers.Serializer):
    """Either `items`, or just `urls`."""

    label = serializers.CharField(  # type: ignore[assignment]  # a field of ours, not the label of this one
        required=False, allow_blank=True, max_length=200, help_text="What people see in the list of imports."
    )
    items = GivenItemSerializer(many=True, required=False)
    urls = serializers.ListField(child=GivenTextField(max_length=10_000), required=False)
    outlet = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=200,
        help_text="The outlet of every item that does not name its own.",
    )

    extract = serializers.BooleanField(default=True, help_text=EXTRACT)

    def to_requests(self) -> list[ItemRequest]:
        given = self.validated_data
        outlet = given.get("outlet", "")
        rows = [{"kind": Kind.URL, "url": url} for url in given.get("urls", [])] + list(
            given.get("items", [])
        )
        return [
            ItemRequest(
                kind=row["kind"],
                url=row.get("url", ""),
                text=row.get("text", ""),
                outlet=row.get("outlet") or outlet,
                title=row.get("title", ""),
                published_at=row.get("published_at"),
                published_on=row.get("published_on"),
            )
            for row in rows
        ]


class GivenMappingSerializer(serializers.Serializer):
    """What the columns of a table are. A field that is left out is in no column."""

    text = GivenTextField(required=False, max_length=200, help_text="The column that has the whole text.")
    title = GivenTextField(required=False, max_length=200)
    url = GivenTextField(
        required=False, max_length=200, help_text="A row without a text is fetched from there."
    )
    outlet = GivenTextField(required=False, max_length=200)
    published = GivenTextField(required=False, max_length=200)
    byline = GivenTextField(required=False, max_length=200)
    language = GivenTextField(required=False, max_length=200)
    id = GivenTextField(required=False, max_length=200, help_text="What your own records call the article.")
    dates = serializers.ChoiceField(
        [(DAY_FIRST, "Day first"), (MONTH_FIRST, "Month first")],
        required=False,
        help_text="How dates like 03/04/2026 are to be read.",
    )

    def to_internal_value(self, data: Any) -> Any:
        """A misspelt field must not look like one that is in no column."""
        if isinstance(data, dict) and (unknown := [name for name in data if name not in self.fields]):
            raise serializers.ValidationError(
                {unknown[0]: f"There is no such field: use {', '.join(self.fields)}."}
            )
        return super().to_internal_value(data)


@extend_schema_field(GivenMappingSerializer)
class MappingField(serializers.JSONField):
    """A mapping as JSON in a field of a form."""

    def to_internal_value(self, data: Any) -> Any:
        plain = super().to_internal_value(data)
        checked = GivenMappingSerializer(data=plain)
        checked.is_valid(raise_exception=True)
        columns = {
            name: column for name, column in checked.validated_data.items() if name != "dates" and column
        }
        return TableMapping(columns, checked.validated_data.get("dates", ""))


class GivenFilesSerializer(serializers.Serializer):
    """Uploaded files: of one article (.txt, .html, .pdf, .docx) or of many (.csv, .jsonl, .warc, .warc.gz, .zip)."""

    label = serializers.CharField(required=False, allow_blank=True, max_length=200)  # type: ignore[assignment]
    outlet = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=200,
        help_text="The outlet of whatever does not name its own.",
    )
    files = serializers.ListField(child=serializers.FileField(allow_empty_file=True), allow_empty=False)
    mapping = MappingField(
        required=False,
        binary=True,
        help_text="Of the tables among the files; without it their columns are told by their names.",
    )
    extract = serializers.BooleanField(default=True, help_text=EXTRACT)

    def validate_files(self, files: list[Any]) -> list[Any]:
        """Files of one article each are held in memory until they are stored; those of many are not."""
        articles = sum(file.size for file in files if not ((found := _found(file)) and found.is_container))
        if articles > MAX_ARTICLES_BYTES:
            raise serializers.ValidationError(
                f"Files of one article may have {MAX_ARTICLES_BYTES >> 20} MB together: send them in parts, or as one ZIP.",
                code="too_large",
            )
        return files

    def to_requests(self) -> list[ItemRequest]:
        """The files of one article each."""
        return [
            ItemRequest(kind=Kind.FILE, content=file.read(), file_name=file.name, outlet=self._outlet())
            for file, found in self.sniffed()
            if found is None or not found.is_container
        ]

    def to_containers(self) -> list[ContainerRequest]:
        """The files of many."""
        mapping = self.validated_data.get("mapping")
        return [
            ContainerRequest(
                file, file.name, found.kind, self._outlet(), mapping if found.kind in TABLES else None
            )
            for file, found in self.sniffed()
            if found is not None and found.is_container
        ]

    def sniffed(self) -> list[tuple[Any, Found | None]]:
        """The files, each with what it is; None for one that is nothing we read, which its item will say."""
        return [(file, _found(file)) for file in self.validated_data["files"]]

    def _outlet(self) -> str:
        return str(self.validated_data.get("outlet", ""))


def _found(file: Any) -> Found | None:
    try:
        return sniff(file, file.name or "", file.content_type or "")
    except ParsingError:
        return None
