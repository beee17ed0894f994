"""Snapshots in a bucket, by the settings an operator makes; the bucket is a server of this file."""

import hashlib
import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from django.core.files.storage import storages

from articles.models import Snapshot
from articles.s3storage import S3Files
from articles.services.collecting import collect_snapshots
from articles.services.snapshots import StorageProblem, keep_snapshot, read_snapshot
from factcheck import settings as project_settings

pytestmark = pytest.mark.django_db


class Bucket:
    """As much of S3 as storing files takes: PUT, GET, HEAD, DELETE, and a list."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.seen: list[tuple[str, str, dict[str, str]]] = []
        self.fails = 0  # an error for each of the next requests
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                path, _, query = self.path.partition("?")
                body = self.body()
                outer.seen.append((self.command, path, dict(self.headers)))
                if outer.fails:
                    outer.fails -= 1
                    return self.answer(403, b"<Error><Code>AccessDenied</Code></Error>")
                if "list-type" in query or path.strip("/") == "desk":
                    return self.answer(200, outer.listing(query))
                key = path.removeprefix("/desk/")
                if self.command == "PUT":
                    outer.objects[key] = body
                    return self.answer(200, etag=body)
                if self.command == "DELETE":
                    outer.objects.pop(key, None)
                    return self.answer(204)
                if key not in outer.objects:
                    return self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
                return self.answer(200, outer.objects[key], etag=outer.objects[key])

            do_GET = do_PUT = do_HEAD = do_DELETE = handle_any  # noqa: N815 - as http.server wants them

            def body(self) -> bytes:
                if "chunked" not in self.headers.get("Content-Encoding", "") and not self.headers.get(
                    "X-Amz-Decoded-Content-Length"
                ):
                    return self.rfile.read(int(self.headers.get("Content-Length") or 0))
                data = b""
                while size := int(self.rfile.readline().split(b";")[0], 16):
                    data += self.rfile.read(size)
                    self.rfile.readline()
                while self.rfile.readline().strip():
                    pass
                return data

            def answer(self, status: int, content: bytes = b"", etag: bytes = b"") -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.send_header("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
                if etag:
                    self.send_header("ETag", f'"{hashlib.md5(etag).hexdigest()}"')
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(content)

            def log_message(self, *args: Any) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def listing(self, query: str) -> bytes:
        prefix = query.partition("prefix=")[2].partition("&")[0].replace("%2F", "/")
        below = [key.removeprefix(prefix) for key in sorted(self.objects) if key.startswith(prefix)]
        folders = sorted({rest.split("/")[0] for rest in below if "/" in rest})
        parts = [
            f"<Contents><Key>{escape(prefix + rest)}</Key></Contents>" for rest in below if "/" not in rest
        ]
        parts += [
            f"<CommonPrefixes><Prefix>{prefix}{folder}/</Prefix></CommonPrefixes>" for folder in folders
        ]
        return (
            f"<ListBucketResult><IsTruncated>false</IsTruncated>{''.join(parts)}</ListBucketResult>".encode()
        )

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Bucket]:
    bucket = Bucket()
    options = project_settings._SNAPSHOT_STORAGES["s3"]["OPTIONS"] | {
        "bucket_name": "desk",
        "endpoint_url": bucket.url,
        "location": "kept/snapshots",
        "access_key": "key",
        "secret_key": "secret",
        "region_name": "eu-north-1",
    }
    storage = S3Files(**options)
    monkeypatch.setattr(Snapshot._meta.get_field("file"), "storage", storage)
    for user in ("snapshots", "collecting"):
        monkeypatch.setattr(f"articles.services.{user}.snapshot_storage", lambda: storage)
    yield bucket
    bucket.close()


def test_a_snapshot_lies_in_the_bucket_and_comes_back(bucket: Bucket) -> None:
    content = b"The dam holds. " * 1000
    snapshot = keep_snapshot(content=content, media_type="text/html")
    assert list(bucket.objects) == [f"kept/snapshots/{snapshot.file.name}"]
    assert len(bucket.objects[f"kept/snapshots/{snapshot.file.name}"]) < len(content) / 10
    assert read_snapshot(snapshot) == content
    stored = next(headers for command, _, headers in bucket.seen if command == "PUT")
    assert stored["Content-Type"] == "application/gzip"
    assert "gzip" not in stored.get("Content-Encoding", ""), "nobody is to decompress it on the way"
    assert keep_snapshot(content=content) == snapshot
    assert len([command for command, *_ in bucket.seen if command == "PUT"]) == 1


def test_a_bucket_that_refuses_is_waited_for(bucket: Bucket) -> None:
    bucket.fails = 1
    with pytest.raises(StorageProblem) as refused:
        keep_snapshot(content=b"The dam holds.")
    assert refused.value.code == "storage_failed"
    assert not Snapshot.objects.exists()
    assert keep_snapshot(content=b"The dam holds.").size == 14


def test_objects_that_no_snapshot_has_are_collected(bucket: Bucket) -> None:
    snapshot = keep_snapshot(content=b"The dam holds.")
    bucket.objects[f"kept/snapshots/aa/{'a' * 64}.gz"] = b"stray"
    bucket.objects["somebody/elses"] = b"theirs"
    assert collect_snapshots().files == 1
    assert set(bucket.objects) == {f"kept/snapshots/{snapshot.file.name}", "somebody/elses"}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"SNAPSHOT_STORAGE": "s3", "SNAPSHOT_BUCKET": "desk"}, "S3Files desk"),
        ({"SNAPSHOT_STORAGE": "s3"}, "SNAPSHOT_BUCKET is not set"),
        ({"SNAPSHOT_STORAGE": "floppy"}, "it takes files or s3"),
        ({}, "WholeFiles"),
    ],
)
def test_the_settings_choose_the_storage(given: dict[str, str], says: str) -> None:
    script = (
        "import django; django.setup(); from articles.models import snapshot_storage as s; s = s(); "
        "print(type(s).__name__, getattr(s, 'bucket_name', ''))"
    )
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "factcheck.settings", **given},
        capture_output=True,
        text=True,
        check=False,
    )
    assert says in ran.stdout + ran.stderr
    assert storages["snapshots"].__class__.__name__ == "WholeFiles"
