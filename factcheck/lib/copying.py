"""Many rows into a table at once, by PostgreSQL's COPY: several times as quick as INSERT."""

import json
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any, TypeVar

from django.db import connection
from django.db.models import DateField, JSONField, Model
from django.db.models.base import DEFERRED
from django.db.models.expressions import DatabaseDefault
from django.utils import timezone

M = TypeVar("M", bound=Model)
Getter = Callable[[Any], Any]


def copy_rows(rows: Sequence[Model], *, with_keys: bool = True) -> None:
    """Stores new rows of one model, as `bulk_create` would; without `with_keys` the database numbers them, unseen here.

    Within the caller's transaction. Values are stored as they are: texts, numbers, dates, JSON; a date that the model
    sets at creation is now.
    """
    if not rows:
        return
    model = type(rows[0])
    fields: list[Any] = [
        field
        for field in model._meta.concrete_fields
        if not field.generated and (with_keys or not field.primary_key)
    ]
    getters = [_getter(field) for field in fields]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    statement = f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([getter(row) for getter in getters])


def maker_of(model: type[M]) -> Callable[..., M]:
    """Makes objects of `model` from values by attribute (`outlet_id`, not `outlet`), the rest as it is where nobody gives one.

    For thousands of rows: by the model's own way, asking each field for its default costs three times as much.
    """
    fields: list[Any] = list(model._meta.concrete_fields)
    made_anew = {
        field.attname: field.default for field in fields if field.has_default() and callable(field.default)
    }
    same = {
        field.attname: DEFERRED
        if field.generated
        else None
        if field.attname in made_anew
        else field.get_default()
        for field in fields
    }

    def make(**given: object) -> M:
        values = {**same, **{name: default() for name, default in made_anew.items()}, **given}
        assert len(values) == len(same), (
            f"{model.__name__} has no such attribute: {given.keys() - same.keys()}"
        )
        return model(*values.values())

    return make


def take_keys(model: type[Model], count: int) -> list[int]:
    """Keys from the sequence of the model's table, so that rows can name each other before they are stored."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [model._meta.db_table, "id", count],
        )
        return [key for (key,) in cursor.fetchall()]


def _getter(field: Any) -> Getter:
    name = field.attname
    if isinstance(field, DateField) and (field.auto_now or field.auto_now_add):
        now = timezone.now()
        return lambda _row: now
    if isinstance(field, JSONField):
        return lambda row: _as_json(getattr(row, name))
    if not field.has_db_default():
        return attrgetter(name)
    default = getattr(field.db_default, "value", field.db_default)

    def plain(row: Any) -> Any:
        value = getattr(row, name)
        # Nobody gave one: what the model says, which COPY cannot leave to the database row by row.
        return default if isinstance(value, DatabaseDefault) else value

    return plain


def copy_columns(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Adds `rows` to the table of `model` by COPY; `columns` are the database's. Its triggers and checks hold.

    The columns left out have what the model says where nobody gives a value, the same in each row; keys are the database's.
    """
    concrete: list[Any] = list(model._meta.concrete_fields)
    fields = {field.column: field for field in concrete}
    json_places = [place for place, name in enumerate(columns) if isinstance(fields[name], JSONField)]
    rest = {name: _left_out(field) for name, field in fields.items() if name not in columns}
    constants = {name: value for name, value in rest.items() if value is not None}
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, (*columns, *constants)))
    statement = f"COPY {quote(model._meta.db_table)} ({names}) FROM STDIN"
    more = tuple(constants.values())
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            values = [*row, *more]
            for place in json_places:
                values[place] = _as_json(values[place])
            copy.write_row(values)


def _left_out(field: Any) -> object:
    """What every row has in this column; None where that is for the database to say, or nothing."""
    if field.generated or field.primary_key or field.has_db_default():
        return None
    if isinstance(field, DateField) and (field.auto_now or field.auto_now_add):
        return timezone.now()
    value = field.get_default()
    return _as_json(value) if isinstance(field, JSONField) else value


def _as_json(value: object) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
