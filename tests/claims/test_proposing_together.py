"""Two people decide on one proposal at the same time."""

import threading

import pytest
from django.db import connections, transaction

from claims.models import AuditEvent
from claims.services.proposing import accept_proposal, reject_proposal
from factcheck.lib.errors import Conflict
from tests.factories import make_proposal, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_of_two_decisions_holds_and_the_other_is_told_whose() -> None:
    rosa, ray = make_user("rosa", "researcher"), make_user("ray", "reviewer")
    proposal = make_proposal()
    told: list[str] = []

    def reject() -> None:
        try:
            reject_proposal(by=ray, proposal_id=proposal.pk)
        except Conflict as conflict:
            told.append(f"{conflict.code}: {conflict.message}")
        finally:
            connections.close_all()

    other = threading.Thread(target=reject)
    with transaction.atomic():
        accept_proposal(by=rosa, proposal_id=proposal.pk)
        other.start()
        other.join(timeout=1)  # as far as it gets before this one is decided
    other.join()
    assert told == ["already_decided: rosa accepted this proposal already."]
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == ("accepted", rosa)
    assert AuditEvent.objects.filter(verb="accept_proposal").count() == 1
    assert not AuditEvent.objects.filter(verb="reject_proposal").exists()
