"""What lists of any app are narrowed with."""

from functools import lru_cache
from typing import Any

import django_filters
from django import forms
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema_field

from factcheck.api.paging import MAX_KEY


class GivenFilters(DjangoFilterBackend):
    """Of all that a list can be narrowed by, makes what was asked for alone: a filter set is a form, made anew each time."""

    def get_filterset(self, request: Any, queryset: Any, view: Any) -> Any:
        whole = self.get_filterset_class(view, queryset)
        if whole is None:
            return None
        given = frozenset(whole.base_filters).intersection(request.query_params)
        return _only(whole, given)(**self.get_filterset_kwargs(request, queryset, view))


@lru_cache(maxsize=1_000)
def _only(whole: type[django_filters.FilterSet], names: frozenset[str]) -> type[django_filters.FilterSet]:
    few: Any = type(whole.__name__, (whole,), {})
    few.base_filters = {name: each for name, each in whole.base_filters.items() if name in names}
    return few


class _YesNo(forms.Field):
    """Django's own takes whatever it does not understand for no answer, and the list for one that is not narrowed."""

    def to_python(self, value: Any) -> bool | None:
        if value in self.empty_values:
            return None
        if str(value).lower() not in ("true", "false"):
            raise forms.ValidationError("Use true or false.", code="invalid")
        return str(value).lower() == "true"


class YesNoFilter(django_filters.BooleanFilter):
    field_class = _YesNo


class OneOfFilter(django_filters.ChoiceFilter):
    """One of `choices`; whoever gives another is told which there are."""

    def __init__(self, *args: Any, choices: list[tuple[str, Any]], **kwargs: Any) -> None:
        known = ", ".join(str(value) for value, _ in choices)
        messages = {"invalid_choice": f"There is no “%(value)s” here: use {known}."}
        super().__init__(*args, choices=choices, error_messages=messages, **kwargs)


class IdFilter(django_filters.Filter):
    """By the id of a related row; an id that nothing has finds nothing."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, label=label, min_value=1, max_value=MAX_KEY, **kwargs)
        extend_schema_field({"type": "integer", "minimum": 1, "description": label})(self)
