"""What there is to tell: written in the transaction in which it happened, for bulk changes too."""

import io
import json
from collections import Counter
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from articles.services.importing import ItemRequest, request_import
from articles.services.jobs import cancel_import
from articles.services.running import run_import_item
from claims import workflow
from claims.choices import WebhookEventType as Type
from claims.models import Correction, FactCheck, PriorCheck, Webhook, WebhookDelivery, WebhookEvent
from claims.services import bulk, curating, extracting
from claims.services.bulk import Row
from claims.services.delivering import tell_of_finished_imports
from claims.services.exporting import request_export, run_export
from claims.services.outbox import OF_VERBS
from claims.services.priorimporting import request_prior_import, run_prior_import
from claims.services.priormatching import match_by_hand
from claims.services.publishing import publish_correction, retract_claim
from factcheck.models import User
from tests.elsewhere.checks import review
from tests.factories import STORY, make_claim, make_user
from tests.fulldesk import fill_desk

pytestmark = pytest.mark.django_db


def told() -> Counter[str]:
    return Counter(WebhookEvent.objects.values_list("type", flat=True))


def test_every_move_of_the_workflow_is_told() -> None:
    assert set(OF_VERBS) >= set(workflow.MOVES)


def test_a_desks_whole_work_is_told_of(hook: Webhook) -> None:
    """From import to correction, by the services that everybody calls."""
    sol = make_user("sol", "admin", is_superuser=True)
    fill_desk(sol)
    counted = told()
    for kind in (Type.CLAIM_MOVED, Type.VERDICT_GIVEN, Type.EVIDENCE_CHANGED, Type.FACTCHECK_PUBLISHED):
        assert counted[kind], kind
    correction = Correction.objects.filter(published_at=None)[0]
    publish_correction(by=sol, claim_id=correction.claim_id, note="The year was wrong.")
    retract_claim(by=sol, claim_id=correction.claim_id, reason="The survey was withdrawn.")
    before = counted[Type.FACTCHECK_CORRECTED]
    assert [told()[kind] for kind in (Type.FACTCHECK_CORRECTED, Type.FACTCHECK_RETRACTED)] == [before + 1, 1]
    page = FactCheck.objects.get(claim=correction.claim_id)
    for kind in (Type.FACTCHECK_PUBLISHED, Type.FACTCHECK_CORRECTED, Type.FACTCHECK_RETRACTED):
        data = WebhookEvent.objects.filter(type=kind)[0].data
        assert data["claim"]["id"] == correction.claim_id, kind
        assert data["fact_checks"] == [
            {"id": page.pk, "url": f"{settings.SITE_URL}/api/v1/fact-checks/{page.pk}/"}
        ], kind
    words = str(list(WebhookEvent.objects.values_list("data", flat=True)))
    for verdict in ("true", "false", "mostly_true", "misleading", "confirmed"):
        assert f"'{verdict}'" not in words  # a cross-check stays blind


def test_exports_and_what_other_desks_checked_are_told_of(hook: Webhook) -> None:
    edith, claim = make_user("edith", "editor"), make_claim()
    export = request_export(by=edith, subject="claims", file_format="csv")
    run_export(export_id=export.pk)
    rows = io.BytesIO(json.dumps([review()]).encode())
    job = request_prior_import(by=edith, file=rows, name="checks.json")
    run_prior_import(import_id=job.pk)
    empty = request_prior_import(by=edith, file=io.BytesIO(b"no review"), name="none.json")
    run_prior_import(import_id=empty.pk)
    check = PriorCheck.objects.get()
    match_by_hand(by=edith, check_id=check.pk, claim_id=claim.pk)
    told_of = [(event.type, event.subject, event.data) for event in WebhookEvent.objects.order_by("pk")]
    api = f"{settings.SITE_URL}/api/v1"
    assert told_of == [
        (
            "export.finished",
            f"export:{export.pk}",
            {"export": {"id": export.pk, "url": f"{api}/exports/{export.pk}/"}, "state": "done"},
        ),
        *(
            (
                "prior_import.finished",
                f"prior_import:{one.pk}",
                {"prior_import": {"id": one.pk, "url": f"{api}/prior-imports/{one.pk}/"}, "state": state},
            )
            for one, state in ((job, "done"), (empty, "failed"))
        ),
        (
            "match.decided",
            f"claim:{claim.pk}",
            {
                "claim": {"id": claim.pk, "url": f"{api}/claims/{claim.pk}/"},
                "prior_check": {"id": check.pk, "url": f"{api}/prior-checks/{check.pk}/"},
                "match": "confirmed",
            },
        ),
    ]


def test_no_event_of_what_did_not_happen(hook: Webhook) -> None:
    claim, rosa = make_claim(state="new"), make_user("rosa", "researcher")

    class Stop(Exception):
        pass

    def change_and_fail() -> None:
        with transaction.atomic():
            curating.queue_claim(by=rosa, claim_id=claim.pk)
            raise Stop

    with pytest.raises(Stop):
        change_and_fail()
    assert not WebhookEvent.objects.exists()


def test_a_bulk_change_tells_of_each_row_that_was_done(hook: Webhook) -> None:
    rosa = make_user("rosa", "researcher")
    claims = [make_claim(state="new") for _ in range(3)]
    rows = [Row(claim.pk, 1) for claim in claims] + [Row(999_999, 1)]
    bulk.act_on_claims(by=rosa, act="dismiss", rows=rows, reason="not_a_claim", note="")
    assert told() == {"claim.moved": 3}
    assert set(WebhookEvent.objects.values_list("subject", flat=True)) == {
        f"claim:{claim.pk}" for claim in claims
    }


def test_it_costs_one_statement_and_writes_nothing_where_nobody_listens() -> None:
    rosa, claim = make_user("rosa", "researcher"), make_claim(state="new")
    with CaptureQueriesContext(
        connection,
    ) as captured:
        curating.queue_claim(by=rosa, claim_id=claim.pk)
    assert sum("claims_webhook" in query["sql"] for query in captured) == 1
    assert not WebhookEvent.objects.exists()


def test_an_import_is_told_of_once_when_all_of_it_has_ended(hook: Webhook) -> None:
    rosa: User = make_user("rosa", "researcher")
    items = [ItemRequest(kind="text", text=STORY, outlet="Lakeside Post", title="The dam")]
    job = request_import(by=rosa, items=items, label="Morning")
    assert tell_of_finished_imports() == 0
    run_import_item(item_id=job.items.get().pk)
    assert told()["article.imported"] == 1
    assert tell_of_finished_imports() == 0  # its text is still to be read
    for run in extracting.undone_runs():
        extracting.extract_version(run_id=run.pk)
    assert told()["claims.extracted"] == 1
    assert [tell_of_finished_imports() for _ in range(2)] == [1, 0]
    event: Any = WebhookEvent.objects.get(type="import.finished")
    assert (event.subject, event.data["import"]["label"], event.data["items"]) == (
        f"import:{job.pk}",
        "Morning",
        1,
    )
    # One that was cancelled has ended too.
    other = request_import(
        by=rosa, items=[ItemRequest(kind="text", text="The weir leaks.", outlet="Lakeside Post")]
    )
    cancel_import(by=rosa, job=other)
    assert tell_of_finished_imports() == 1
    assert WebhookDelivery.objects.filter(subject=f"import:{other.pk}").count() == 1
