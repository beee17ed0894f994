"""Rows that older versions wrote stay readable."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from claims import queries
from claims.models import EvidenceWatch
from claims.services.evidence import link_evidence
from claims.services.watching import due_documents
from tests.factories import make_claim, make_user

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


def test_what_was_linked_before_copies_were_kept_is_kept_from_now_on() -> None:
    link = link_evidence(
        by=make_user(role="researcher"), claim_id=make_claim().pk, url="https://a.example", stance="context"
    )
    EvidenceWatch.objects.all().delete()
    module = import_module("claims.migrations.0011_evidence_that_lasts")
    with connection.cursor() as cursor:
        cursor.execute(module.Migration.operations[-1].sql)
    link.refresh_from_db()
    assert [watch.pk for watch in due_documents()] == [link.evidence_id]
    assert link.accessed_at == link.added_at
