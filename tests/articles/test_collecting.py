"""Snapshots go when nothing refers to them, and never a moment too early."""

import io
import os
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, models, transaction
from django.utils import timezone

from articles.models import ImportItem, Snapshot, snapshot_storage
from articles.services import collecting
from articles.services.collecting import collect_snapshots, references
from articles.services.importing import ItemRequest, request_import
from articles.services.snapshots import keep_snapshot, read_snapshot
from tests.factories import make_user

pytestmark = pytest.mark.django_db

DAYS = timedelta(days=1)


def old(content: bytes, *, noted: timedelta | None = None) -> Snapshot:
    """A snapshot that is years old; `noted`: for how long nothing has referred to it."""
    snapshot = keep_snapshot(content=content)
    since = timezone.now() - noted if noted is not None else None
    with connection.cursor() as cursor:  # the trigger would refuse the first
        cursor.execute("ALTER TABLE articles_snapshot DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE articles_snapshot SET created_at = now() - interval '900 days', unreferenced_since = %s WHERE id = %s",
            [since, snapshot.pk],
        )
        cursor.execute("ALTER TABLE articles_snapshot ENABLE TRIGGER USER")
    snapshot.refresh_from_db()
    return snapshot


def is_there(snapshot: Snapshot) -> tuple[bool, bool]:
    """Its row, its file."""
    return Snapshot.objects.filter(pk=snapshot.pk).exists(), snapshot.file.storage.exists(snapshot.file.name)


def test_first_it_is_noted_then_it_goes_with_its_file() -> None:
    snapshot = old(b"Nobody wants this.")
    found = collect_snapshots(keep_days=30)
    assert (found.noted, found.snapshots) == (1, 0)
    assert is_there(snapshot) == (True, True)
    Snapshot.objects.update(unreferenced_since=timezone.now() - 31 * DAYS)
    found = collect_snapshots(keep_days=30)
    assert (found.noted, found.snapshots, found.bytes) == (0, 1, len(b"Nobody wants this."))
    assert is_there(snapshot) == (False, False)


def test_what_an_import_refers_to_stays_and_loses_its_note() -> None:
    request_import(
        by=make_user("rosa", "researcher"),
        items=[ItemRequest(kind="text", text="The dam holds.", outlet="Courier")],
    )
    snapshot = old(b"The dam holds.", noted=400 * DAYS)
    assert ImportItem.objects.get().snapshot == snapshot
    assert collect_snapshots(keep_days=30).snapshots == 0
    assert is_there(snapshot) == (True, True)
    snapshot.refresh_from_db()
    assert snapshot.unreferenced_since is None


def test_a_new_one_is_not_even_noted() -> None:
    keep_snapshot(content=b"on its way into an import")
    assert collect_snapshots(keep_days=1).noted == 0


def test_a_dry_run_changes_nothing() -> None:
    fresh, due = old(b"fresh"), old(b"due", noted=31 * DAYS)
    found = collect_snapshots(keep_days=30, dry_run=True)
    assert (found.noted, found.snapshots) == (1, 1)
    assert is_there(fresh) == is_there(due) == (True, True)
    fresh.refresh_from_db()
    assert fresh.unreferenced_since is None


def test_every_model_that_refers_to_snapshots_is_asked() -> None:
    pointing = {
        (model._meta.label, field.name)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.remote_field.model is Snapshot
    }
    assert pointing >= {("articles.ImportItem", "snapshot"), ("articles.ArticleVersion", "snapshot")}
    assert {(field.model._meta.label, field.name) for field in references()} == pointing


def test_a_model_of_the_future_counts_by_itself() -> None:
    class Exhibit(models.Model):
        snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="+")

        class Meta:
            app_label = "articles"

    try:
        apps.clear_cache()
        with connection.schema_editor() as editor:
            editor.create_model(Exhibit)
        snapshot = old(b"shown in court", noted=400 * DAYS)
        Exhibit.objects.create(snapshot=snapshot)
        connection.check_constraints()
        assert collect_snapshots(keep_days=30).snapshots == 0
        assert is_there(snapshot) == (True, True)
    finally:
        del apps.all_models["articles"]["exhibit"]
        apps.clear_cache()


def test_files_without_a_row_go_after_a_day() -> None:
    snapshot = keep_snapshot(content=b"wanted")
    storage = snapshot_storage()
    stray, young = (Path(storage.path(f"aa/{letter * 64}.gz")) for letter in "ab")
    for path in (stray, young):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half a fi")
    os.utime(stray, (0, 0))
    os.utime(storage.path(snapshot.file.name), (0, 0))
    collect_snapshots()
    assert (stray.exists(), young.exists()) == (False, True)
    assert read_snapshot(snapshot) == b"wanted"
    young.unlink()


def test_the_command_says_what_it_did() -> None:
    old(b"due", noted=31 * DAYS)
    out = io.StringIO()
    call_command("collect_snapshots", "--dry-run", stdout=out)
    assert "1 snapshots would be deleted" in out.getvalue()
    call_command("collect_snapshots", stdout=out)
    assert "1 snapshots deleted (3" in out.getvalue()
    with pytest.raises(CommandError, match="1 or more"):
        call_command("collect_snapshots", "--days", "0")


# ---- Beside an import ------------------------------------------------------------------------------


def in_a_thread(work: Any) -> threading.Thread:
    """`work` on a connection of its own."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
def test_bytes_that_are_kept_again_while_they_are_collected_stay() -> None:
    """The import has taken the note away and not committed yet: the collector waits for it, and lets the row be."""
    snapshot = old(b"wanted again", noted=400 * DAYS)
    deleted: list[bool] = []
    with transaction.atomic():
        assert keep_snapshot(content=b"wanted again") == snapshot
        thread = in_a_thread(
            lambda: deleted.append(collecting._delete_row(snapshot.pk, timezone.now() - 30 * DAYS))
        )
        thread.join(0.5)
        assert thread.is_alive(), "it waits for the import's transaction"
    thread.join(10)
    assert deleted == [False]
    assert is_there(snapshot) == (True, True)


@pytest.mark.django_db(transaction=True)
def test_bytes_that_went_a_moment_ago_are_kept_anew() -> None:
    """The collector was first: the import waits for it, finds the row gone, and stores the bytes in a file of its own."""
    snapshot = old(b"wanted again", noted=400 * DAYS)
    kept: list[Snapshot] = []
    with transaction.atomic():
        assert collecting._delete_row(snapshot.pk, timezone.now() - 30 * DAYS)
        thread = in_a_thread(lambda: kept.append(keep_snapshot(content=b"wanted again")))
        thread.join(0.5)
        assert thread.is_alive()
    thread.join(10)
    assert kept[0].pk != snapshot.pk
    assert kept[0].file.name != snapshot.file.name
    snapshot.file.storage.delete(snapshot.file.name)  # as the collector does next
    assert read_snapshot(kept[0]) == b"wanted again"
