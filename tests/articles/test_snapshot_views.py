"""What was fetched, shown: locked up, and as a WARC that other archives read."""

import io
from typing import Any

import pytest
from django.test import Client
from warcio.archiveiterator import ArchiveIterator

from articles.models import ImportItem, Snapshot
from articles.services.importing import ItemRequest, request_import
from articles.services.running import run_import_item
from articles.services.snapshots import keep_snapshot
from factcheck.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db

PAGE = b"<html><script>alert(1)</script><p>The dam holds.</p></html>"


@pytest.fixture
def viewer(client: Client) -> Client:
    client.force_login(make_user("vic", "viewer"))
    return client


def kept(content: bytes = PAGE, **about: Any) -> Snapshot:
    defaults = {
        "media_type": "text/html",
        "charset": "utf-8",
        "url": "https://lakeside.example/dam",
        "headers": {
            "content-type": "text/html; charset=utf-8",
            "content-encoding": "gzip",
            "x-odd": "a\u00e9",
        },
        "redirects": ["http://lakeside.example/d", "https://lakeside.example/d"],
    }
    return keep_snapshot(content=content, **(defaults | about))


def streamed(response: Any) -> bytes:
    return b"".join(response.streaming_content)


# ---- Shown -----------------------------------------------------------------------------------------


def test_the_page_about_a_snapshot_says_where_it_came_from(
    viewer: Client, django_assert_num_queries: Any
) -> None:
    snapshot = kept()
    with django_assert_num_queries(6):  # session, user; the snapshot, its versions, its items; the inbox
        html = viewer.get(snapshot.get_absolute_url()).content.decode()
    for told in (snapshot.sha256, "https://lakeside.example/dam", "http://lakeside.example/d", "x-odd", "aé"):
        assert told in html
    assert "alert(1)" not in html


def test_the_bytes_are_served_where_nothing_can_run(viewer: Client) -> None:
    answer = viewer.get(f"{kept().get_absolute_url()}view/")
    assert answer.content == PAGE
    policy = answer["Content-Security-Policy"]
    assert policy.split("; ")[:2] == ["sandbox", "default-src 'none'"]
    assert "allow-" not in policy
    assert answer["Content-Type"] == "text/html; charset=utf-8"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert not answer.cookies


@pytest.mark.parametrize(
    ("media_type", "content_type", "disposition"),
    [
        ("text/html", "text/html; charset=utf-8", "inline"),
        ("application/xhtml+xml", "text/html; charset=utf-8", "inline"),
        ("text/plain", "text/plain; charset=utf-8", "inline"),
        ("application/pdf", "application/octet-stream", "attachment"),
        ("image/svg+xml", "application/octet-stream", "attachment"),
        ("application/xml", "application/octet-stream", "attachment"),
        ("text/html\r\nSet-Cookie: a=b", "application/octet-stream", "attachment"),
        ("", "application/octet-stream", "attachment"),
    ],
)
def test_only_pages_and_texts_are_shown(
    viewer: Client, media_type: str, content_type: str, disposition: str
) -> None:
    answer = viewer.get(f"{kept(media_type=media_type).get_absolute_url()}view/")
    assert answer["Content-Type"] == content_type
    assert answer["Content-Disposition"].split(";")[0] == disposition


@pytest.mark.parametrize("charset", ["utf-8\r\nSet-Cookie: a=b", '";x', "", "é"])
def test_a_charset_that_is_none_is_left_out(viewer: Client, charset: str) -> None:
    answer = viewer.get(f"{kept(charset=charset).get_absolute_url()}view/")
    assert answer["Content-Type"] == "text/html"
    assert not answer.cookies


def test_a_download_is_never_shown(viewer: Client) -> None:
    answer = viewer.get(f"{kept().get_absolute_url()}download/")
    assert answer["Content-Disposition"].startswith('attachment; filename="snapshot-')
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer.content == PAGE


def test_strangers_see_nothing(client: Client) -> None:
    address = kept().get_absolute_url()
    for part in ("", "view/", "download/", "snapshot.warc.gz"):
        assert client.get(address + part)["Location"].startswith("/login/")


@pytest.mark.parametrize("address", ["/snapshots/" + "0" * 64 + "/", "/snapshots/abc/", "/snapshots/../"])
def test_what_is_not_there_is_not_found(viewer: Client, address: str) -> None:
    assert viewer.get(address).status_code == 404


def test_bytes_that_are_gone_are_not_found(viewer: Client) -> None:
    snapshot = kept()
    snapshot.file.storage.delete(snapshot.file.name)
    assert viewer.get(f"{snapshot.get_absolute_url()}view/").status_code == 404
    assert viewer.get(snapshot.get_absolute_url()).status_code == 200


# ---- As WARC ---------------------------------------------------------------------------------------


def records(warc: bytes) -> list[tuple[Any, bytes]]:
    """Every record with its payload; digests are checked while reading."""
    return [
        (record, record.content_stream().read())
        for record in ArchiveIterator(io.BytesIO(warc), check_digests="raise")
    ]


def test_a_snapshot_reads_back_from_its_warc(viewer: Client) -> None:
    snapshot = kept()
    answer = viewer.get(f"{snapshot.get_absolute_url()}snapshot.warc.gz")
    assert answer["Content-Disposition"].endswith('.warc.gz"')
    info, *steps, (response, payload) = records(streamed(answer))
    assert info[0].rec_type == "warcinfo"
    assert payload == PAGE
    assert response.rec_type == "response"
    assert response.rec_headers["WARC-Payload-Digest"] == f"sha256:{snapshot.sha256}"
    assert response.rec_headers["WARC-Target-URI"] == "https://lakeside.example/dam"
    assert response.http_headers["Content-Length"] == str(len(PAGE))
    assert response.http_headers["Content-Encoding"] is None, "it is decompressed"
    assert [(step.rec_type, step.rec_headers["WARC-Target-URI"]) for step, _ in steps] == [
        ("metadata", "http://lakeside.example/d"),
        ("metadata", "https://lakeside.example/d"),
        ("metadata", "https://lakeside.example/dam"),
    ]
    assert b"via: https://lakeside.example/d\r\n" in steps[2][1]


def test_a_paste_is_a_resource_named_by_its_digest(viewer: Client) -> None:
    snapshot = kept(b"The dam holds.", url="", media_type="text/plain", headers={}, redirects=[])
    _, (record, payload) = records(streamed(viewer.get(f"{snapshot.get_absolute_url()}snapshot.warc.gz")))
    assert (record.rec_type, payload) == ("resource", b"The dam holds.")
    assert record.rec_headers["WARC-Target-URI"] == f"urn:sha256:{snapshot.sha256}"
    assert record.rec_headers["Content-Type"] == "text/plain; charset=utf-8"


def test_the_warc_of_an_import_and_of_an_article(viewer: Client, django_assert_max_num_queries: Any) -> None:
    by: User = make_user("rosa", "researcher")
    texts = [f"The dam holds, the mayor said on day {n}." for n in range(5)] * 2
    job = request_import(
        by=by, items=[ItemRequest(kind="text", text=text, outlet="Larn Courier") for text in texts]
    )
    for item in ImportItem.objects.all():
        run_import_item(item_id=item.pk)
    with django_assert_max_num_queries(5):
        found = records(streamed(viewer.get(f"/imports/{job.pk}/import.warc.gz")))
    assert [payload.decode() for record, payload in found[1:]] == texts[:5], "each content once"
    item = job.items.select_related("version").get(position=2)
    found = records(streamed(viewer.get(f"/articles/{item.version.article_id}/article.warc.gz")))
    assert [payload.decode() for _, payload in found[1:]] == [texts[1]]


def test_lost_bytes_do_not_end_the_archive(viewer: Client) -> None:
    by: User = make_user("rosa", "researcher")
    items = [ItemRequest(kind="text", text=text, outlet="Larn Courier") for text in ("One.", "Two.")]
    job = request_import(by=by, items=items)
    lost = Snapshot.objects.earliest("pk")
    lost.file.storage.delete(lost.file.name)
    _, (gone, block), (_, payload) = records(streamed(viewer.get(f"/imports/{job.pk}/import.warc.gz")))
    assert gone.rec_type == "metadata"
    assert lost.sha256.encode() in block
    assert payload == b"Two."


def test_the_article_leads_to_its_snapshot(viewer: Client) -> None:
    by: User = make_user("rosa", "researcher")
    job = request_import(by=by, items=[ItemRequest(kind="text", text="The dam holds.", outlet="Courier")])
    item = run_import_item(item_id=job.items.get().pk)
    assert item is not None
    html = viewer.get(f"/articles/{item.version.article_id}/").content.decode()
    assert f"/snapshots/{item.snapshot.sha256}/" in html
    page = viewer.get(item.snapshot.get_absolute_url()).content.decode()
    assert f"/articles/{item.version.article_id}/?version=1" in page
    assert f"/imports/{job.pk}/" in page
