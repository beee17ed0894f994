"""A row that is stored unless it is there already, in one statement: no savepoint, and nothing is read back."""

from typing import Any

from django.db import connection
from django.db.models import Model
from django.db.models.expressions import DatabaseDefault


def insert_if_new(row: Model) -> bool:
    """Stores `row` unless what the table holds unique about it is taken; True, and its key is set, when it was stored.

    Another transaction that is storing the same is waited for. Within the caller's transaction, which goes on either way.
    """
    quote, meta = connection.ops.quote_name, row._meta
    fields: list[Any] = list(meta.concrete_fields)
    key = next(field.column for field in fields if field.primary_key)
    columns, values = [], []
    for field in fields:
        value = field.pre_save(row, add=True)
        # The database numbers the row, computes what is generated, and knows its own defaults.
        if field.generated or isinstance(value, DatabaseDefault) or (field.primary_key and value is None):
            continue
        columns.append(quote(field.column))
        values.append(field.get_db_prep_save(value, connection))
    into = f"INSERT INTO {quote(meta.db_table)} ({', '.join(columns)})"
    given = ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(f"{into} VALUES ({given}) ON CONFLICT DO NOTHING RETURNING {quote(key)}", values)
        stored = cursor.fetchone()
    if stored is None:
        return False
    row.pk = stored[0]
    row._state.adding, row._state.db = False, connection.alias
    return True
