"""Rows that older versions wrote stay readable."""

from importlib import import_module

import pytest
from django.apps import apps

from claims import queries
from tests.factories import make_claim

pytestmark = pytest.mark.django_db


def test_a_step_and_a_rule_in_one_column_are_taken_apart_once() -> None:
    split = import_module("claims.migrations.0005_steps_apart").split
    kept = {}
    for stored in ("denial/two-word-name", "said", "", "said-after/a/b"):
        appearance = make_claim().appearances.get()
        appearance.decided_by = stored
        appearance.save()
        kept[stored] = appearance
    for _ in range(2):
        split(apps, None)
        for appearance in kept.values():
            appearance.refresh_from_db()
        assert [(one.decided_by, one.speaker_by) for one in kept.values()] == [
            ("denial", "two-word-name"),
            ("said", ""),
            ("", ""),
            ("said-after", "a/b"),
        ]
    assert queries.is_denied(kept["denial/two-word-name"])
