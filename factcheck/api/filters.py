"""What lists of any app are narrowed with."""

from typing import Any

import django_filters
from django import forms
from drf_spectacular.utils import extend_schema_field

from factcheck.api.paging import MAX_KEY


class IdFilter(django_filters.Filter):
    """By the id of a related row; an id that nothing has finds nothing."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, label=label, min_value=1, max_value=MAX_KEY, **kwargs)
        extend_schema_field({"type": "integer", "minimum": 1, "description": label})(self)
