"""How the admin names verdicts: as the desk does (claims.models.verdict_label)."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from claims.choices import AttributionVerdict, Veracity
from claims.models import verdict_choices, verdict_label
from factcheck.adminkit import ReadOnlyAdmin


class VerdictAdmin(ReadOnlyAdmin):
    """Shows `verdict_column` by the desk's name for it, on lists and pages; `its_verdict` stands for it in `list_display`."""

    verdict_column: ClassVar[str]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        fields = super().get_fields(request, obj)
        return [
            "its_verdict" if name == self.verdict_column else name for name in fields if name != "its_verdict"
        ]

    @admin.display(description="verdict")
    def its_verdict(self, row: Model) -> str:
        return verdict_label(getattr(row, self.verdict_column))


class _VerdictFilter(admin.SimpleListFilter):
    title = "verdict"
    scale: type[Veracity | AttributionVerdict]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return verdict_choices(self.scale)

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(**{str(self.parameter_name): self.value()}) if self.value() else rows


class VeracityFilter(_VerdictFilter):
    parameter_name = "veracity"
    scale = Veracity


class ClaimVeracityFilter(_VerdictFilter):
    parameter_name = "case__veracity"
    scale = Veracity


class AttributionFilter(_VerdictFilter):
    parameter_name = "attribution"
    scale = AttributionVerdict
