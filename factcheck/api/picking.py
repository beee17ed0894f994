"""What of a thing is wanted: `fields` leaves the rest out, `include` adds what belongs to it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from rest_framework.exceptions import ValidationError
from rest_framework.serializers import BaseSerializer

from factcheck.models import User

FIELDS, INCLUDE = "fields", "include"

# In the OpenAPI document: what comes back where only some fields were asked for.
Sparse = {"$ref": "#/components/schemas/Sparse"}
SPARSE_SCHEMA = {
    "type": "object",
    "description": "Where `fields` asked for some of the fields only: those, each as the whole thing has it.",
    "additionalProperties": True,
}

# For the keys of rows, what belongs to each: one or two queries, however many rows. A row that is not in it has [] or null.
Included = Callable[[Sequence[int], User], Mapping[int, Any]]


@dataclass(frozen=True, slots=True)
class Wanted:
    fields: tuple[str, ...] = ()  # empty: all of them
    include: tuple[str, ...] = ()

    def leave(self, shape: dict[str, Any]) -> dict[str, Any]:
        return {name: shape[name] for name in (*self.fields, *self.include)} if self.fields else shape


ALL = Wanted()


@dataclass(frozen=True, slots=True)
class Picks:
    """What can be asked for of a thing that `serializer` describes; `includes` by name, with what rows without any get."""

    serializer: type[BaseSerializer[Any]]
    includes: Mapping[str, tuple[Included, Any]] = field(default_factory=dict)

    def names(self) -> list[str]:
        described: Any = self.serializer()
        return [name for name in described.fields if name not in self.includes]

    def wanted(self, given: QueryDict) -> Wanted:
        """Raises ValidationError."""
        if FIELDS not in given and INCLUDE not in given:
            return ALL
        errors: dict[str, str] = {}
        fields = _listed(given, FIELDS, self.names(), errors) if FIELDS in given else ()
        include = _listed(given, INCLUDE, list(self.includes), errors) if INCLUDE in given else ()
        if errors:
            raise ValidationError(errors, code="unknown_field")
        return Wanted(fields, include)

    def add(self, wanted: Wanted, shapes: Iterable[dict[str, Any]], user: User) -> None:
        """Puts what `include` asks for into each shape."""
        if not wanted.include:
            return
        shapes = list(shapes)
        keys = [shape["id"] for shape in shapes]
        for name in wanted.include:
            included, otherwise = self.includes[name]
            found = included(keys, user)
            for shape in shapes:
                shape[name] = found.get(shape["id"], otherwise)

    def parameters(self) -> list[dict[str, Any]]:
        """As the OpenAPI document has them."""
        told = [_parameter(FIELDS, self.names(), "Only these fields, by name, parted by commas.")]
        if self.includes:
            told.append(_parameter(INCLUDE, list(self.includes), "With these too, parted by commas."))
        return told


def _listed(given: QueryDict, parameter: str, known: list[str], errors: dict[str, str]) -> tuple[str, ...]:
    names = [name for value in given.getlist(parameter) for name in value.split(",")]
    if unknown := [name for name in names if name not in known]:
        errors[parameter] = f"There is no “{unknown[0][:60]}” here: use {', '.join(known)}."
    return tuple(dict.fromkeys(names))


def _parameter(name: str, known: list[str], description: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "description": description,
        "style": "form",
        "explode": False,
        "schema": {"type": "array", "minItems": 1, "items": {"type": "string", "enum": known}},
    }
