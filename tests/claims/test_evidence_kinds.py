"""Evidence of every kind: files, passages, and what the Wayback Machine is asked to keep."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from articles.models import Snapshot
from articles.services.collecting import collect_snapshots, references
from claims import tasks
from claims.models import EvidenceLink, EvidenceWatch
from claims.services import archiving, documents, evidence
from claims.services.archiving import archive_document, due_archivings
from factcheck.lib.errors import DomainError, Missing, Refused
from factcheck.models import User
from tests.claims.documents import PAGE, link, look
from tests.factories import make_article_version, make_user, set_desk
from tests.fetching.server import TestServer

pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa() -> User:
    return make_user("rosa", "researcher")


# ---- Files and passages ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("plans.pdf", b"%PDF-1.4 a scan", "application/pdf"),
        ("plans.html", b"<!doctype html><script>alert(1)</script><p>Plans", "text/html"),
        ("plans.txt", "Built for 40 million m³.".encode(), "text/plain"),
        ("plans.png", b"\x89PNG\r\n\x1a\n....", "image/png"),
        ("plans.jpg", b"\xff\xd8\xff\xe0....", "image/jpeg"),
        ("called.txt", b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
    ],
)
def test_a_file_is_kept_as_what_it_is(rosa: User, name: str, content: bytes, media_type: str) -> None:
    kept = documents.keep_upload(by=rosa, content=content, name=name)
    one = link(rosa, file_sha256=kept.sha256, file_name=name)
    assert (one.evidence.origin, one.evidence.file_name, kept.media_type) == ("upload", name, media_type)
    assert one.snapshot == one.evidence.snapshot == kept
    again = link(rosa, file_sha256=kept.sha256, file_name="another-name.bin")
    assert again.evidence == one.evidence, "the same bytes are the same document"
    assert not EvidenceWatch.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("run.js", b"alert(1)", "script"),
        ("plans.pdf", b"MZ\x90\x00 a program", "script"),
        ("plans.txt", b"#!/bin/sh\nrm -rf /", "script"),
        ("plans.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "script"),
        ("plans.html", b"<svg onload=alert(1)>", "script"),
        ("plans.zip", b"PK\x03\x04....", "unsupported_file"),
        ("plans.txt", b"\x00\x01\x02\x03" * 100, "unsupported_file"),
        ("plans.pdf", b"no PDF", "unsupported_file"),
        ("plans.txt", b"  \n", "empty"),
        ("plans.txt", b"x" * 20_000_001, "too_large"),
    ],
)
def test_a_file_that_is_no_document_is_refused(rosa: User, name: str, content: bytes, code: str) -> None:
    with pytest.raises(DomainError) as error:
        documents.keep_upload(by=rosa, content=content, name=name)
    assert error.value.code == code
    assert error.value.message.endswith(".")
    assert not Snapshot.objects.exists()


def test_a_passage_is_quoted_and_is_one_document(rosa: User) -> None:
    version = make_article_version()
    start = version.text.index("The dam was")
    place = documents.locate_passage(
        article=f"/articles/{version.article_id}/", words="The  dam was\nfinished"
    )
    assert place == documents.Passage(version.pk, start, start + len("The dam was finished"))
    one = link(rosa, passage=place)
    assert (one.quote, one.evidence.origin) == ("The dam was finished", "passage")
    assert one.evidence.address == f"/articles/{version.article_id}/"
    assert link(rosa, passage=place, quote="finished").evidence == one.evidence
    with pytest.raises(DomainError, match="2 times"):
        documents.locate_passage(article=str(version.article_id), words="Tolland")
    for article, words, code in (
        ("999999", "The dam", "article_not_found"),
        (str(version.article_id), "The bridge", "not_in_text"),
    ):
        with pytest.raises(DomainError) as error:
            documents.locate_passage(article=article, words=words)
        assert error.value.code == code
    for start, end in ((5, 5), (0, 10**6), (len(version.text) - 1, len(version.text))):
        with pytest.raises(DomainError) as error:
            link(rosa, passage=documents.Passage(version.pk, start, end))
        assert error.value.code == "outside_text"
    with pytest.raises(Missing):
        link(rosa, passage=documents.Passage(10**9, 0, 5))


def test_what_it_is_and_when_it_was_looked_at(rosa: User) -> None:
    yesterday = timezone.now() - timedelta(days=1)
    one = link(rosa, "https://plans.example/", kind="primary", accessed_at=yesterday)
    assert (one.kind, one.accessed_at) == ("primary", yesterday)
    for given, code in (
        ({"kind": "rumour"}, "unknown_kind"),
        ({"accessed_at": timezone.now() + timedelta(hours=1)}, "accessed_in_future"),
        ({"file_sha256": "a" * 64}, "several_documents"),
    ):
        with pytest.raises(DomainError) as error:
            link(rosa, "https://plans.example/2", **given)
        assert error.value.code == code
    with pytest.raises(Missing) as missing:
        link(rosa, file_sha256="a" * 64)
    assert missing.value.code == "file_not_found"


def test_only_researchers_upload_look_and_see(rosa: User) -> None:
    one, viewer = link(rosa, "https://plans.example/"), make_user("vera", "viewer")
    where = {"claim_id": one.claim_id, "link_id": one.pk}
    for refused in (
        lambda: documents.keep_upload(by=viewer, content=b"Words.", name="a.txt"),
        lambda: evidence.look_at_evidence(by=viewer, **where),
        lambda: evidence.see_evidence(by=viewer, **where),
    ):
        with pytest.raises(Refused):
            refused()


def test_what_evidence_refers_to_is_never_collected(rosa: User, server: TestServer) -> None:
    fields = {f"{field.model.__name__}.{field.name}" for field in references()}
    assert {
        "Evidence.snapshot",
        "EvidenceCopy.snapshot",
        "EvidenceLink.snapshot",
        "HopCheck.snapshot",
    } <= fields
    one = link(rosa, server.page("/plans", PAGE))
    look(one)
    file = documents.keep_upload(by=rosa, content=b"Words.", name="a.txt")
    link(rosa, file_sha256=file.sha256)
    nobodys = documents.keep_upload(by=rosa, content=b"Nobody's.", name="b.txt")
    for days in (2, 40):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            collect_snapshots()
    assert not Snapshot.objects.filter(pk=nobodys.pk).exists()
    assert set(Snapshot.objects.all()) == {one.evidence.snapshot, file}


# ---- The Wayback Machine ---------------------------------------------------------------------------


@pytest.fixture
def wayback(server: TestServer, settings: Any, monkeypatch: Any) -> TestServer:
    monkeypatch.setattr(archiving, "PAUSE_SECONDS", 0.0)
    settings.WAYBACK_SAVE_URL = server.url("/save/")
    settings.WAYBACK_LOOKUP_URL = server.url("/available")
    server.page("/robots.txt", "User-agent: *\nDisallow: /", content_type="text/plain")
    settings.FETCH_OBEY_ROBOTS = False
    return server


def kept(rosa: User, server: TestServer) -> EvidenceLink:
    one = link(rosa, server.page("/plans", PAGE))
    look(one)
    return one


def test_nobody_is_asked_unless_the_desk_wants_it(rosa: User, wayback: TestServer) -> None:
    one = kept(rosa, wayback)
    assert not due_archivings()
    assert archive_document(evidence_id=one.evidence_id) is None
    assert not [seen for seen in wayback.requests if seen.path.startswith("/save")]


def test_it_saves_the_page_and_says_where(rosa: User, wayback: TestServer) -> None:
    set_desk(archive_evidence=True)
    one = kept(rosa, wayback)
    saved = wayback.page("/web/20261126120000/plans", "saved")
    wayback.redirect(f"/save/{one.evidence.url}", saved)
    assert due_archivings().count() == 1
    watch = archive_document(evidence_id=one.evidence_id)
    assert watch is not None
    assert (watch.archive, watch.archive_url, watch.archive_error) == ("saved", saved, "")
    assert archive_document(evidence_id=one.evidence_id) is None
    assert not due_archivings()


def test_after_an_error_it_is_looked_up(rosa: User, wayback: TestServer) -> None:
    set_desk(archive_evidence=True)
    one = kept(rosa, wayback)
    wayback.page(f"/save/{one.evidence.url}", "", status="520 Unknown")
    stamp = timezone.now().strftime("%Y%m%d%H%M%S")
    found = f"http://web.archive.example/web/{stamp}/plans"
    wayback.page(
        "/available",
        f'{{"archived_snapshots": {{"closest": {{"url": "{found}", "timestamp": "{stamp}"}}}}}}',
        content_type="application/json",
    )
    watch = archive_document(evidence_id=one.evidence_id)
    assert watch is not None
    assert (watch.archive, watch.archive_url) == ("saved", found)


def test_its_failures_are_shown_and_never_fatal(rosa: User, wayback: TestServer) -> None:
    set_desk(archive_evidence=True)
    one = kept(rosa, wayback)
    wayback.page(f"/save/{one.evidence.url}", "", status="429 Too Many Requests")
    old = '{"archived_snapshots": {"closest": {"url": "http://a.example/web/20100101000000/x", "timestamp": "20100101000000"}}}'
    wayback.page("/available", old, content_type="application/json")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(4):
            watch = archive_document(evidence_id=one.evidence_id)
            assert watch is not None
            assert "asked too much" in watch.archive_error
            clock.shift(timedelta(hours=7))
        assert (watch.archive, watch.archive_due_at) == ("failed", None)
    assert (watch.result, EvidenceLink.objects.get().flag) == ("kept", "")
    tasks.sweep_evidence()


def test_what_we_could_not_keep_is_told_to_nobody(rosa: User, wayback: TestServer) -> None:
    set_desk(archive_evidence=True)
    look(link(rosa, wayback.page("/plans", "", status="403 Forbidden")))
    assert not due_archivings()
