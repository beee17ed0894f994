"""What a body may hold: a field that cannot be written is refused, not passed over."""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.serializers import BaseSerializer, ChoiceField, ListField, ListSerializer, Serializer

MOST_TOLD = 20  # of what is unknown in one object
MOST_NAMED = 40  # values of a field that a refusal lists


def refuse_unknown(serializer: BaseSerializer[Any], body: Any) -> None:
    """Raises ValidationError (`not_writable`) for what `body`, which `serializer` found valid, has besides its fields.

    A form's values are texts: of one, only the names of its own fields are looked at.
    """
    if errors := _unknown(serializer, body):
        raise ValidationError(errors)


def _unknown(described: Any, value: Any) -> Any:
    """As DRF nests errors; empty where nothing is wrong."""
    if isinstance(described, Serializer) and isinstance(value, Mapping):
        known = [name for name, field in described.fields.items() if not field.read_only]
        errors: dict[str, Any] = {
            str(name): [ErrorDetail(_sentence(known), "not_writable")]
            for name in islice((name for name in value if name not in known), MOST_TOLD)
        }
        for name in known:
            if name in value and (found := _unknown(described.fields[name], value[name])):
                errors[name] = found
        return errors
    if isinstance(described, (ListSerializer, ListField)) and isinstance(value, list):
        child = described.child
        return {str(place): error for place, item in enumerate(value) if (error := _unknown(child, item))}
    return {}


def _sentence(known: list[str]) -> str:
    return f"This cannot be written here: leave it out, and give only {', '.join(known)}."


def name_choices(field: Any) -> None:
    """Has the field, and those within it, say which values there are when it is given another."""
    if isinstance(field, ChoiceField) and len(field.choices) <= MOST_NAMED:
        known = ", ".join(str(value) for value in field.choices if value != "")
        field.error_messages["invalid_choice"] = f"There is no “{{input}}” here: use {known}."
    for within in getattr(field, "fields", {}).values():
        name_choices(within)
    if (child := getattr(field, "child", None)) is not None:
        name_choices(child)
