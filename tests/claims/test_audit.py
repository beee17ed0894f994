"""The audit history: nobody changes it by any way the database leaves open, and what somebody did anyway is found."""

import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from claims.models import AuditEvent, ClaimState
from claims.services import assigning, curating, evidence
from claims.services.audit import record_event
from claims.services.verifying import audit_digest, audit_problems
from tests.factories import make_claim, make_user

pytestmark = pytest.mark.django_db


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def past_the_triggers(statement: str, *values: object) -> None:
    """As somebody who owns the database could."""
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("ALTER TABLE claims_auditevent DISABLE TRIGGER USER")
    sql(statement, *values)
    sql("ALTER TABLE claims_auditevent ENABLE TRIGGER USER")


def some_history() -> list[AuditEvent]:
    """Two claims worked on in turns, and an event that belongs to none."""
    rosa = make_user("rosa", "reviewer")
    first, second = make_claim(), make_claim()
    assigning.take_claim(by=rosa, claim_id=first.pk)
    curating.dismiss_claim(by=rosa, claim_id=second.pk, reason="not_a_claim")
    evidence.link_evidence(by=rosa, claim_id=first.pk, url="https://dam.example/", stance="supports")
    assigning.release_claim(by=rosa, claim_id=first.pk)
    record_event(by=None, verb="extract", target=first.appearances.get().version)
    return list(AuditEvent.objects.filter(claim=first).order_by("pk"))


@pytest.mark.parametrize(
    "change",
    [
        lambda event: AuditEvent.objects.filter(pk=event.pk).update(verb="praise"),
        lambda event: AuditEvent.objects.filter(pk=event.pk).delete(),
        lambda event: AuditEvent(pk=event.pk, verb="praise", object_type="x", object_id=1).save(
            force_update=True
        ),
        lambda event: AuditEvent.objects.bulk_update([event], ["verb"]),
        lambda event: event.delete(),
        lambda event: sql("UPDATE claims_auditevent SET actor_id = NULL WHERE id = %s", event.pk),
        lambda event: sql("UPDATE claims_auditevent SET hash = repeat('0', 64)"),
        lambda event: sql("DELETE FROM claims_auditevent WHERE id = %s", event.pk),
    ],
    ids=["update", "delete", "save", "bulk_update", "instance", "sql update", "sql hash", "sql delete"],
)
def test_no_way_changes_an_event(change) -> None:
    event = some_history()[0]
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        change(event)
    assert list(audit_problems()) == []


def test_a_whole_history_is_said_to_be_whole_with_a_digest_over_it() -> None:
    some_history()
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "5 events in 3 chains" in out.getvalue()
    *_, digest = audit_digest()
    call_command("verify_audit", unless_changed=digest, stdout=out)
    record_event(by=None, verb="extract", target=make_claim())
    with pytest.raises(CommandError, match="not the one whose digest"):
        call_command("verify_audit", unless_changed=digest, stdout=out)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE claims_auditevent SET reason = 'because' WHERE id = %s", "is not what was written"),
        ("UPDATE claims_auditevent SET actor_id = NULL WHERE id = %s", "is not what was written"),
        (
            "UPDATE claims_auditevent SET at = at + interval '1 second' WHERE id = %s",
            "is not what was written",
        ),
        (
            """UPDATE claims_auditevent SET after = '{"state": "queued"}' WHERE id = %s""",
            "is not what was written",
        ),
        ("DELETE FROM claims_auditevent WHERE id = %s", "does not follow on the one before it"),
        ("UPDATE claims_auditevent SET claim_id = NULL WHERE id = %s", "belongs to another chain"),
    ],
)
def test_what_was_changed_past_the_workbench_is_found(statement: str, found: str) -> None:
    event = some_history()[1]
    past_the_triggers(statement, event.pk)
    assert found in " ".join(problem.sentence for problem in audit_problems())
    with pytest.raises(CommandError, match="does not hold"):
        call_command("verify_audit", stdout=StringIO(), stderr=StringIO())


def test_a_history_cut_short_is_found_by_its_claim() -> None:
    events = some_history()
    past_the_triggers("DELETE FROM claims_auditevent WHERE id = %s", events[-1].pk)
    [problem] = audit_problems()
    assert f"Claim {events[0].claim_id} is at version 4, but its history ends at 3" in problem.sentence
    past_the_triggers("DELETE FROM claims_auditevent WHERE claim_id = %s", events[0].claim_id)
    [problem] = audit_problems()
    assert "its history ends at 1" in problem.sentence


def test_a_case_changed_past_the_workbench_is_found() -> None:
    claim = make_claim()
    ClaimState.objects.filter(pk=claim.pk).update(version=9)
    [problem] = audit_problems()
    assert "changed past the workbench" in problem.sentence


@pytest.mark.django_db(transaction=True)
def test_events_written_together_make_one_chain() -> None:
    claim = make_claim()

    def write() -> None:
        try:
            for _ in range(25):
                record_event(by=None, verb="extract", target=claim, claim=claim)
        finally:
            connection.close()

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sorted(AuditEvent.objects.values_list("number", flat=True)) == list(range(1, 101))
    assert list(audit_problems()) == []
