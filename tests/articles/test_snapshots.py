"""The bytes as they came: whole, and once."""

import gzip
from pathlib import Path

import pytest

from articles.models import Snapshot
from articles.services.snapshots import keep_snapshot, read_snapshot

pytestmark = pytest.mark.django_db


def test_the_same_bytes_are_kept_once() -> None:
    first, again = keep_snapshot(content=b"The dam holds."), keep_snapshot(content=b"The dam holds.")
    assert first == again
    assert read_snapshot(again) == b"The dam holds."
    assert Snapshot.objects.count() == 1


def test_half_a_file_left_by_a_killed_worker_is_not_taken_for_the_snapshot() -> None:
    content = b"The dam holds, the mayor said. " * 50
    whole = keep_snapshot(content=content)
    name = whole.file.name
    storage = whole.file.storage
    Snapshot.objects.filter(pk=whole.pk)._raw_delete("default")
    storage.delete(name)
    path = Path(storage.path(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content)[:20])  # what a kill -9 in the middle of writing leaves
    assert read_snapshot(keep_snapshot(content=content)) == content
