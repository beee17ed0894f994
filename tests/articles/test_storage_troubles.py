"""A disk that is full, a storage that fails, a database that went away: what is imported waits, says so, and is done later, once."""

import errno
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.files.base import ContentFile
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from articles.models import ArticleVersion, ImportItem, Snapshot, snapshot_storage
from articles.services import running, snapshots
from articles.services.importing import ItemRequest, request_import
from articles.services.running import run_import_item, undone_items
from articles.services.snapshots import StorageProblem, keep_snapshot
from articles.storage import WholeFiles
from factcheck.celery import renew_connections
from factcheck.models import User
from tests.factories import make_user
from tests.fetching.server import TestServer

pytestmark = pytest.mark.django_db

PAGE = (
    "<html><body><article><h1>The dam</h1>"
    + "<p>The dam holds, the mayor said on Monday.</p>" * 9
    + "</article>"
)


@pytest.fixture
def researcher() -> User:
    return make_user("rosa", "researcher")


@pytest.fixture
def server(settings: Any) -> Iterator[TestServer]:
    with TestServer() as server:
        settings.FETCH_ALLOW_ADDRESSES, settings.FETCH_ALLOW_PORTS = ["127.0.0.1/32"], [server.port]
        server.page("/dam", PAGE)
        yield server


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every file is cut off after some bytes, as by a disk that is full; until the context ends."""
    real_open = Path.open

    class Cut:
        def __init__(self, file: Any) -> None:
            self.file = file

        def __enter__(self) -> "Cut":
            return self

        def __exit__(self, *exception: object) -> None:
            self.file.close()

        def write(self, data: bytes) -> None:
            self.file.write(data[:20])
            self.file.flush()
            raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(
            "articles.storage.Path.open",
            lambda path, mode="r", *a, **k: (
                Cut(real_open(path, mode, *a, **k)) if mode == "xb" else real_open(path, mode, *a, **k)
            ),
        )
        yield


def files() -> list[str]:
    root = Path(snapshot_storage().path(""))
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def test_a_full_disk_leaves_neither_a_row_nor_half_a_file(full: None) -> None:
    before = files()
    with pytest.raises(StorageProblem) as refused:
        keep_snapshot(content=b"The dam holds. " * 500)
    assert refused.value.code == "disk_full"
    assert files() == before
    assert not Snapshot.objects.exists()


def test_an_item_waits_for_room_says_so_and_is_done_once(
    researcher: User, server: TestServer, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = request_import(by=researcher, items=[ItemRequest(kind="url", url=server.url("/dam"))])
    item = job.items.get()
    with monkeypatch.context() as patched:
        patched.setattr(
            WholeFiles, "_save", lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left"))
        )
        for _ in range(9):  # more often than an item is tried
            waiting = run_import_item(item_id=item.pk)
            assert waiting is not None
            assert (waiting.state, waiting.error_code, waiting.attempts) == ("queued", "disk_full", 0)
            assert "is full" in waiting.error_message
            assert waiting.queued_at > timezone.now()
            ImportItem.objects.update(queued_at=timezone.now() - timedelta(seconds=1))
    done = run_import_item(item_id=item.pk)
    assert done is not None
    assert (done.state, done.error_code) == ("done", "")
    assert ArticleVersion.objects.count() == 1


def test_without_room_nothing_is_asked_of_the_web_and_every_page_says_so(
    researcher: User, server: TestServer, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = request_import(by=researcher, items=[ItemRequest(kind="url", url=server.url("/dam"))])
    keep_snapshot(content=b"so that its folder is there")
    monkeypatch.setattr(snapshots, "LEAST_FREE", 2**62)
    run_import_item(item_id=job.items.get().pk)
    assert job.items.get().error_code == "disk_full"
    assert server.requests == []
    client.force_login(researcher)
    for address in ("/imports/", "/imports/new/", job.get_absolute_url()):
        assert "The disk that keeps what was fetched is full" in client.get(address).content.decode()
    checks = client.get("/readyz").json()["checks"]
    assert "is full" in checks["snapshots"]
    monkeypatch.undo()
    assert client.get("/readyz").json()["checks"]["snapshots"] == "ok"


def test_a_paste_that_cannot_be_kept_comes_back_as_it_was_typed(
    researcher: User, client: Client, full: None
) -> None:
    client.force_login(researcher)
    answer = client.post("/imports/new/", {"text": "The dam holds.", "text_outlet": "Larn Courier"})
    assert answer.status_code == 503
    html = answer.content.decode()
    assert "is full" in html
    assert "The dam holds." in html
    assert not ImportItem.objects.exists()


def test_an_upload_whose_bytes_are_gone_fails_with_a_sentence(researcher: User) -> None:
    job = request_import(
        by=researcher, items=[ItemRequest(kind="text", text="The dam holds.", outlet="Larn Courier")]
    )
    snapshot = Snapshot.objects.get()
    snapshot.file.storage.delete(snapshot.file.name)
    item = run_import_item(item_id=job.items.get().pk)
    assert item is not None
    assert (item.state, item.error_code) == ("failed", "snapshot_lost")


def test_two_writers_of_one_name_get_two_files(tmp_path: Path) -> None:
    storage = WholeFiles(location=tmp_path)
    names = {storage.save("ab/cd.gz", ContentFile(b"whole")) for _ in range(3)}
    assert len(names) == 3
    assert {path.read_bytes() for path in tmp_path.rglob("*.gz")} == {b"whole"}
    assert not list(tmp_path.rglob("*.part"))


# ---- A database that went away ---------------------------------------------------------------------


def test_an_item_whose_database_went_away_is_done_once_after_its_lease(
    researcher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = request_import(
        by=researcher, items=[ItemRequest(kind="text", text="The dam holds.", outlet="Larn Courier")]
    )
    item = job.items.get()
    with monkeypatch.context() as patched:
        patched.setattr(
            running, "record_version", lambda **_: (_ for _ in ()).throw(OperationalError("gone"))
        )
        with pytest.raises(OperationalError):
            run_import_item(item_id=item.pk)
    assert job.items.get().state == "running"
    assert run_import_item(item_id=item.pk) is None, "it may still be somebody's"
    ImportItem.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert list(undone_items()) == [item]
    done = run_import_item(item_id=item.pk)
    assert done is not None
    assert (done.state, done.attempts) == ("done", 2)
    assert ArticleVersion.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_worker_whose_connection_broke_has_another_for_its_next_task() -> None:
    class Task:
        class request:  # noqa: N801 - as Celery has it
            is_eager = False

    def backend() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            return int(cursor.fetchone()[0])

    connection.close()  # or it may be old enough to be renewed
    first = backend()
    renew_connections(task=Task)
    assert backend() == first, "a task costs no new connection"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 10000)", [first])  # waits until it is gone
    with pytest.raises(OperationalError):
        backend()
    renew_connections(task=Task)
    assert backend() != first


def test_an_item_costs_so_many_statements(researcher: User, django_assert_num_queries: Any) -> None:
    """The item claimed, read and ended; its outlet, article, version and the reading asked for; nothing is read back, and who is told of it is asked once."""
    items = [ItemRequest(kind="text", text=f"The dam holds {n}.", outlet="Larn Courier") for n in range(2)]
    job = request_import(by=researcher, items=items)
    first, second = job.items.order_by("position")
    run_import_item(item_id=first.pk)
    with django_assert_num_queries(17):
        run_import_item(item_id=second.pk)
