"""The bytes as they came: whole, and once."""

import gzip
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

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


def test_what_is_not_what_was_kept_is_named() -> None:
    whole, gone, cut, other, damaged = (keep_snapshot(content=b"The dam holds. " * n) for n in range(1, 6))
    out = StringIO()
    call_command("verify_snapshots", stdout=out)
    assert "5 snapshots read" in out.getvalue()
    for snapshot, content in [
        (cut, gzip.compress(b"The dam")[:20]),
        (other, gzip.compress(b"The dam broke.")),
        (damaged, b"no gzip at all"),
    ]:
        Path(snapshot.file.path).write_bytes(content)
    Path(gone.file.path).unlink()
    said = StringIO()
    with pytest.raises(CommandError, match="4 snapshots are not what was kept"):
        call_command("verify_snapshots", stdout=StringIO(), stderr=said)
    lines = said.getvalue().splitlines()
    assert [line.split(") ")[1] for line in lines] == [
        "has no file.",
        f"cannot be read: snapshot {cut.sha256[:12]} is cut off.",
        "holds other bytes than were kept.",
        "is damaged: it cannot be unpacked.",
    ]
    assert f"Snapshot {whole.pk} " not in said.getvalue()
