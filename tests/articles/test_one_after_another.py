"""What an import leads to is done by the worker that imported; rows are stored once, without asking first."""

from typing import Any

import pytest

from articles.models import ArticleVersion, ImportItem, Placement, Snapshot
from articles.services.importing import ItemRequest, request_import
from articles.services.snapshots import keep_snapshot
from articles.tasks import place_version, run_import_item
from claims.models import Claim, ExtractionRun
from claims.tasks import extract_version
from factcheck.lib import following
from factcheck.lib.inserting import insert_if_new
from factcheck.models import User
from tests.factories import make_user

TEXT = "The dam at Larn holds for forty years, the mayor, Ola Brandt, said on Tuesday. " * 6


@pytest.fixture
def researcher() -> User:
    return make_user("ria", "researcher")


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """The messages that go to the broker."""
    messages: list[tuple[str, int]] = []
    for task in (place_version, extract_version):
        monkeypatch.setattr(task, "delay", lambda pk, name=task.name: messages.append((name, pk)))
    return messages


def ask(by: User) -> ImportItem:
    return request_import(
        by=by, items=[ItemRequest(kind="text", text=TEXT, outlet="Larn Courier")]
    ).items.get()


@pytest.mark.django_db(transaction=True)
def test_an_imported_text_is_placed_and_read_by_the_same_worker(researcher: User, sent: list[Any]) -> None:
    item = ask(researcher)
    run_import_item.run(item.pk)
    assert sent == []
    assert ExtractionRun.objects.get().state == "done"
    assert Placement.objects.get().placed_at is not None
    assert Claim.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_a_long_task_leads_to_has_tasks_of_its_own(
    researcher: User, sent: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "LONGEST_SECONDS", 0.0)
    run_import_item.run(ask(researcher).pk)
    run = ExtractionRun.objects.get()
    article = ArticleVersion.objects.get().article_id
    assert run.state == "pending"
    assert sorted(sent) == [(place_version.name, article), (extract_version.name, run.pk)]


@pytest.mark.django_db(transaction=True)
def test_a_failure_of_what_follows_is_its_own(
    researcher: User, sent: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(**_: Any) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr("articles.services.placing.place_version", fails)
    item = ask(researcher)
    run_import_item.run(item.pk)
    item.refresh_from_db()
    assert (item.state, ExtractionRun.objects.get().state) == ("done", "done")
    assert Placement.objects.get().placed_at is None, "the sweeper finds it"


@pytest.mark.django_db
def test_a_row_is_stored_unless_it_is_there() -> None:
    kept = keep_snapshot(content=b"The dam holds.", headers={"etag": "1"})
    assert kept.is_new
    assert kept == Snapshot.objects.get(headers={"etag": "1"})
    again = Snapshot(sha256=kept.sha256, size=3, file="elsewhere.gz")
    assert not insert_if_new(again)
    assert again.pk is None
    assert Snapshot.objects.get().size == kept.size
    assert not keep_snapshot(content=b"The dam holds.").is_new
