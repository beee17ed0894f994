"""How workers are set up."""

import pytest
from django.conf import LazySettings
from django.db import connection

from factcheck.celery import prepare_statements


@pytest.mark.parametrize("wanted", [True, False])
def test_workers_prepare_statements_unless_told_not_to(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch, wanted: bool
) -> None:
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", {})
    settings.DATABASE_PREPARE_AFTER = int(wanted)
    prepare_statements()
    assert connection.settings_dict["OPTIONS"].get("server_side_binding", False) is wanted
