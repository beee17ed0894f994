"""An empty database is made at once, and unmade."""

import pytest
from django.core.management import call_command
from django.db import connection

from benchmarks.scratch import scratch_database


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_all_tables_and_their_triggers_go_and_come_again() -> None:
    def ours() -> set[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
            triggers = {name for (name,) in cursor.fetchall()}
            tables = connection.introspection.table_names(cursor)
        return triggers | {name for name in tables if name.startswith(("articles_", "claims_"))}

    with scratch_database():
        there = ours()
        assert {"articles_article", "claims_claim"} < there
        call_command("migrate", "claims", "zero", verbosity=0)
        call_command("migrate", "articles", "zero", verbosity=0)
        assert ours() == set()
        call_command("migrate", verbosity=0)
        assert ours() == there
