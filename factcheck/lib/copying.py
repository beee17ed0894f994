"""Many rows into a table at once, by PostgreSQL's COPY: several times as quick as INSERT."""

import json
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any

from django.db import connection
from django.db.models import DateField, JSONField, Model
from django.db.models.expressions import DatabaseDefault
from django.utils import timezone

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
        return lambda row: (
            None if getattr(row, name) is None else json.dumps(getattr(row, name), ensure_ascii=False)
        )
    if not field.has_db_default():
        return attrgetter(name)
    default = getattr(field.db_default, "value", field.db_default)

    def plain(row: Any) -> Any:
        value = getattr(row, name)
        # Nobody gave one: what the model says, which COPY cannot leave to the database row by row.
        return default if isinstance(value, DatabaseDefault) else value

    return plain


def copy_columns(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Adds `rows` to the table of `model` by COPY; `columns` are the database's. Its triggers and checks hold."""
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, columns))
    statement = f"COPY {quote(model._meta.db_table)} ({names}) FROM STDIN"
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
