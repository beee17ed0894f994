"""REST API: outlets, and what can be asked to be imported. How an import went is told by claims.api.imports."""

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from articles.models import ImportItem, Outlet
from articles.services.importing import ItemRequest
from factcheck.api.views import ListView

Kind = ImportItem.Kind


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

    @extend_schema(
        operation_id="outlets_list",
        tags=["outlets"],
        summary="Who publishes",
        responses=OutletSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
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


class GivenFilesSerializer(serializers.Serializer):
    """Uploaded articles: .txt and .html."""

    label = serializers.CharField(required=False, allow_blank=True, max_length=200)  # type: ignore[assignment]
    outlet = serializers.CharField(
        required=False, allow_blank=True, max_length=200, help_text="The outlet of every file."
    )
    files = serializers.ListField(child=serializers.FileField(allow_empty_file=True), allow_empty=False)

    def to_requests(self) -> list[ItemRequest]:
        given = self.validated_data
        return [
            ItemRequest(
                kind=Kind.FILE, content=file.read(), file_name=file.name, outlet=given.get("outlet", "")
            )
            for file in given["files"]
        ]
