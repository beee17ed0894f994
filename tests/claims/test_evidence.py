"""Evidence lasts: a copy of what is linked is kept, looked at again, and told about when it changes or goes."""

import threading
import zlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from articles.models import Snapshot
from articles.services.collecting import collect_snapshots, references
from articles.services.snapshots import read_snapshot
from claims import checks, tasks
from claims.models import AuditEvent, ClaimState, Evidence, EvidenceCopy, EvidenceLink, EvidenceWatch
from claims.models.watch import FIRST_WAITS, WAITS
from claims.services import archiving, documents, evidence, watching
from claims.services.archiving import archive_document, due_archivings
from claims.services.verifying import audit_problems
from claims.services.watching import due_documents, look_at_document
from factcheck.lib.errors import DomainError, Missing, Refused
from factcheck.models import User
from tests.factories import make_article_version, make_claim, make_user, set_desk
from tests.fetching.server import Seen, TestServer

pytestmark = pytest.mark.django_db

PAGE = "<!doctype html><title>Plans</title><p>Built for 40 million cubic metres.</p>"


@pytest.fixture
def server(settings: Any) -> Iterator[TestServer]:
    cache.clear()
    with TestServer() as server:
        settings.FETCH_ALLOW_ADDRESSES = ["127.0.0.1/32"]
        settings.FETCH_ALLOW_PORTS = [server.port]
        yield server
    cache.clear()


@pytest.fixture
def rosa() -> User:
    return make_user("rosa", "researcher")


def link(rosa: User, url: str = "", **given: Any) -> EvidenceLink:
    claim = given.pop("claim", None) or make_claim()
    return evidence.link_evidence(
        by=rosa, claim_id=claim.pk, **({"url": url} if url else {}), **{"stance": "refutes", **given}
    )


def look(one: EvidenceLink) -> EvidenceWatch:
    """The next look, as its worker has it once it is due."""
    watch = look_at_document(evidence_id=one.evidence_id)
    assert watch is not None, "nothing was due"
    one.refresh_from_db()
    one.evidence.refresh_from_db()
    return watch


def bytes_of(snapshot: Snapshot | None) -> bytes:
    assert snapshot is not None
    return read_snapshot(snapshot)


# ---- What is at an address -------------------------------------------------------------------------


def test_what_is_linked_is_kept_and_the_link_says_which_copy(rosa: User, server: TestServer) -> None:
    one = link(rosa, server.page("/plans", PAGE), quote="40 million")
    watch = EvidenceWatch.objects.get(pk=one.evidence_id)
    assert (watch.result, one.evidence.snapshot) == ("", None)
    assert list(due_documents()) == [watch]
    watch = look(one)
    assert (watch.result, watch.error_code, watch.attempts) == ("kept", "", 0)
    assert bytes_of(one.evidence.snapshot) == PAGE.encode()
    assert one.snapshot == one.evidence.snapshot
    assert watch.due_at is not None and watch.due_at > timezone.now() + timedelta(hours=20)
    assert look_at_document(evidence_id=one.evidence_id) is None, "a second message does nothing"
    assert not due_documents()


@pytest.mark.parametrize(
    ("content_type", "content"),
    [("application/pdf", b"%PDF-1.4 damaged"), ("image/png", b"\x89PNG\r\n\x1a\n..."), ("text/x-shellscript", b"#!/bin/sh\nrm")],
)  # fmt: skip
def test_any_type_is_kept_and_none_of_them_runs(
    rosa: User, server: TestServer, client: Any, content_type: str, content: bytes
) -> None:
    one = link(rosa, server.page("/file", content, content_type=content_type))
    assert look(one).result == "kept"
    assert one.evidence.snapshot is not None
    client.force_login(rosa)
    shown = client.get(f"{one.evidence.snapshot.get_absolute_url()}view/")
    assert shown["Content-Type"] == "application/octet-stream"
    assert shown["Content-Disposition"].startswith("attachment")
    assert "sandbox" in shown["Content-Security-Policy"]


def test_the_same_address_is_one_document_kept_once(rosa: User, server: TestServer) -> None:
    url = server.page("/plans", PAGE)
    first = link(rosa, url)
    look(first)
    second = link(rosa, f"{url}?utm_source=post#top")
    assert second.evidence == first.evidence
    assert second.snapshot is None, "it may have changed since: it is looked at once more"
    assert look(second).result == "unchanged"
    assert second.snapshot == first.snapshot
    assert EvidenceCopy.objects.count() == 1


def test_looks_come_days_apart_ever_slower_and_a_304_costs_nothing(rosa: User, server: TestServer) -> None:
    url = server.page("/plans", PAGE, headers={"ETag": '"a"', "Connection": "close"})
    one = link(rosa, url)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        look(one)
        server.raw("/plans", b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\nConnection: close\r\n\r\n')
        waits = []
        for _ in range(len(WAITS) + 2):
            due = EvidenceWatch.objects.get(pk=one.evidence_id).due_at
            assert due is not None
            waits.append(round((due - timezone.now()) / timedelta(days=1)))
            clock.move_to(due + timedelta(seconds=1))
            assert look(one).result == "unchanged"
    assert waits[:3] == [1, 3, 7]
    assert waits[-2:] == [round(90 * w) for w in [(0.95 + (one.evidence_id % 11) / 100)] * 2]
    assert server.requests[-1].headers["if-none-match"] == '"a"'
    assert Snapshot.objects.count() == 1


def test_a_changed_document_keeps_both_copies_and_flags_its_linker(rosa: User, server: TestServer) -> None:
    url, claim = server.page("/plans", PAGE), make_claim(text="It holds twice that.")
    one = link(rosa, url, claim=claim)
    look(one)
    other = link(rosa, server.page("/other", "Other."), claim=claim)
    look(other)
    server.page("/plans", PAGE.replace("40", "80"))
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        watch = look(one)
        assert watch.result == "changed"
        assert watch.due_at is not None and watch.due_at < timezone.now() + timedelta(days=1.2), "quick again"
        assert [bytes_of(copy.snapshot)[-32:-30] for copy in one.evidence.copies.order_by("pk")]
        assert one.snapshot is not None and b"40 million" in bytes_of(one.snapshot)
        assert b"80 million" in bytes_of(one.evidence.snapshot)
        one = EvidenceLink.objects.get(pk=one.pk)
        assert one.flag == "changed"
        assert [flagged.pk for flagged in checks.flagged_evidence(rosa)] == [one.pk]
        assert checks.flagged_evidence(make_user("carl", "researcher")) == []
        event = AuditEvent.objects.filter(claim=claim).latest("pk")
        assert (event.verb, event.actor) == ("evidence_changed", None)

        version = ClaimState.objects.get(pk=claim.pk).version
        evidence.see_evidence(by=rosa, claim_id=claim.pk, link_id=one.pk, expected_version=version)
        assert EvidenceLink.objects.get(pk=one.pk).flag == ""
        assert checks.flagged_evidence(rosa) == []
    assert ClaimState.objects.get(pk=claim.pk).version == version + 1
    assert list(audit_problems()) == []


STORY = """<!doctype html><html><head><title>The plans of the dam</title></head><body>
<header><p>{around}</p></header><article><h1>The plans of the dam</h1>
<p>The board of the dam has opened the plans of 1931 to everybody who asks for them at the town hall.</p>
<p>{passage} The plans were drawn by the office of Edda Brandt, and nobody has looked at them since.</p>
<p>{other} Whoever wants a copy of one of the sheets pays for the paper alone, the board says.</p>
</article></body></html>"""
PASSAGE = "It was built for 40 million cubic metres — “no more than that”, the board wrote."
OTHER = "The town hall is open on Mondays and on Thursdays."


def story(*, around: str = "", passage: str = PASSAGE, other: str = OTHER) -> str:
    return STORY.format(around=around, passage=passage, other=other)


def test_only_what_takes_the_quoted_words_away_alerts_whoever_quoted_them(
    rosa: User, server: TestServer
) -> None:
    url = server.page("/plans", story(around="Friday, 12:01. Buy a boat!"))
    quoted = link(rosa, url, quote='built for 40 million … "no more than that"', claim=make_claim())
    unquoted = link(rosa, url, claim=make_claim())
    strange = link(rosa, url, quote="words that never stood there", claim=make_claim())
    links = (quoted, unquoted, strange)
    look(quoted)

    def after(page: str, day: int) -> tuple[str, list[str], list[int]]:
        """What the look finds, the flag of each link, and which of their claims were told."""
        server.page("/plans", page)
        told = set(AuditEvent.objects.filter(verb="evidence_changed").values_list("pk", flat=True))
        with time_machine.travel(timezone.now() + timedelta(days=day)):
            result = look(quoted).result
        flags = [EvidenceLink.objects.get(pk=one.pk).flag for one in links]
        new = AuditEvent.objects.filter(verb="evidence_changed").exclude(pk__in=told)
        return result, flags, sorted(new.values_list("claim_id", flat=True))

    # Furniture: nothing of what the page says.
    assert after(story(around="Saturday, 9:30. Buy a house!"), 2) == ("unchanged", ["", "", ""], [])
    assert EvidenceCopy.objects.count() == 1
    # Elsewhere: whoever quoted words that are still there has nothing to do; the others look.
    result = after(story(other="The town hall is shut for the summer."), 7)
    assert result == ("changed", ["", "changed", "changed"], [unquoted.claim_id, strange.claim_id])
    assert EvidenceLink.objects.get(pk=quoted.pk).changed_elsewhere
    # The words themselves.
    result = after(story(passage="It was built for 80 million cubic metres, the board wrote."), 9)
    assert result[:2] == ("changed", ["quote_gone", "changed", "changed"])
    assert quoted.claim_id in result[2]
    assert {one.pk for one in checks.flagged_evidence(rosa)} == {one.pk for one in links}
    told = AuditEvent.objects.filter(verb="evidence_changed", claim=quoted.claim_id).latest("pk")
    assert told.after["quote"].startswith("built for 40 million")
    # They come back, and the alert goes with them.
    assert after(story(), 16)[1] == ["", "changed", "changed"]


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone"])
def test_gone_tomorrow_the_copy_stays_and_its_linker_is_told(
    rosa: User, server: TestServer, status: str
) -> None:
    one = link(rosa, server.page("/plans", PAGE))
    look(one)
    server.page("/plans", "", status=status)
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        watch = look(one)
        assert (watch.result, watch.error_code) == ("gone", "http_status")
        assert watch.gone_since is not None and watch.due_at is not None, "it may come back"
        assert bytes_of(one.evidence.snapshot) == PAGE.encode()
        assert EvidenceLink.objects.get(pk=one.pk).flag == "gone"
        assert [event.verb for event in AuditEvent.objects.filter(claim=one.claim_id, actor=None)] == ["evidence_gone"]  # fmt: skip
    with time_machine.travel(timezone.now() + timedelta(days=9)):
        assert look(one).result == "gone"
        assert AuditEvent.objects.filter(verb="evidence_gone").count() == 1, "told once"
    server.page("/plans", PAGE)
    with time_machine.travel(timezone.now() + timedelta(days=30)):
        assert look(one).result == "unchanged"
        assert EvidenceLink.objects.get(pk=one.pk).flag == ""


def test_whoever_links_it_again_has_it_looked_at_now(rosa: User, server: TestServer) -> None:
    one = link(rosa, server.page("/plans", PAGE))
    look(one)
    evidence.look_at_evidence(by=rosa, claim_id=one.claim_id, link_id=one.pk)
    assert look(one).result == "unchanged"
    kept_here = link(rosa, passage=documents.Passage(make_article_version().pk, 0, 10))
    with pytest.raises(DomainError) as error:
        evidence.look_at_evidence(by=rosa, claim_id=kept_here.claim_id, link_id=kept_here.pk)
    assert error.value.code == "no_address"


def test_a_server_that_fails_is_asked_again_and_then_left_alone(rosa: User, server: TestServer) -> None:
    one = link(rosa, server.page("/plans", "", status="503 Service Unavailable"))
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for wait in FIRST_WAITS:
            watch = look(one)
            assert (watch.result, watch.due_at) == ("failed", timezone.now() + wait)
            assert not due_documents()
            clock.shift(wait + timedelta(seconds=1))
        watch = look(one)
        assert (watch.due_at, watch.attempts) == (None, len(FIRST_WAITS) + 1)
        assert "503" in watch.error_message
        evidence.look_at_evidence(by=rosa, claim_id=one.claim_id, link_id=one.pk)
        server.page("/plans", PAGE)
        assert look(one).result == "kept"


def test_a_worker_that_died_is_followed_by_another(rosa: User, server: TestServer) -> None:
    one = link(rosa, server.page("/plans", PAGE))
    EvidenceWatch.objects.update(leased_until=timezone.now() + timedelta(minutes=4))
    assert look_at_document(evidence_id=one.evidence_id) is None
    assert not due_documents()
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        tasks.sweep_evidence()
        assert look(one).result == "kept"


def test_kept_documents_are_left_alone_where_the_desk_says_so(
    rosa: User, server: TestServer, settings: Any
) -> None:
    one = link(rosa, server.page("/plans", PAGE))
    settings.RECHECK_EVIDENCE = False
    assert due_documents().count() == 1, "a first copy is made in any case"
    look(one)
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert not due_documents()


# ---- What cannot be kept: a clear sentence, and nothing typed is lost -------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://192.168.0.12/plans",
        "http://127.0.0.1:8000/admin/",
        "http://[::1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://localhost/",
        "http://fileserver/plans.pdf",
        "http://wiki.intranet/plans",
    ],
)
def test_a_private_address_is_refused_before_anything_is_written(rosa: User, url: str) -> None:
    with pytest.raises(DomainError) as error:
        link(rosa, url)
    assert error.value.code == "forbidden_address"
    assert "upload the document instead" in error.value.message
    assert not Evidence.objects.exists()


def test_a_name_that_leads_to_a_private_address_says_so(rosa: User, monkeypatch: Any) -> None:
    import socket

    monkeypatch.setattr(
        socket, "getaddrinfo", lambda *args: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.7", 443))]
    )
    one = link(rosa, "https://plans.example/dam", quote="40 million")
    watch = look(one)
    assert (watch.result, watch.error_code, watch.due_at) == ("failed", "forbidden_address", None)
    assert watch.error_message.startswith("plans.example/dam leads to a private network")
    assert one.quote == "40 million", "the link stays"


def test_a_hundred_megabytes_are_not_kept(rosa: User, server: TestServer) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Length: 100000000\r\n\r\n"
    one = link(rosa, server.raw("/big", head))
    watch = look(one)
    assert (watch.error_code, watch.due_at) == ("too_large", None)
    assert "larger than the 20 MB" in watch.error_message and "upload" in watch.error_message
    endless = link(
        rosa,
        server.stream(
            "/endless", lambda: iter(lambda: b"x" * 65_536, b""), b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"
        ),
    )  # fmt: skip
    assert look(endless).error_code == "too_large"
    bomb = link(rosa, server.gzip_bomb("/bomb", 60))
    assert look(bomb).error_code == "too_large"
    assert not Snapshot.objects.exists()


def test_robots_are_obeyed_unless_the_desk_says_otherwise(
    rosa: User, server: TestServer, settings: Any
) -> None:
    server.page("/robots.txt", "User-agent: *\nDisallow: /private", content_type="text/plain")
    one = link(rosa, server.page("/private/plans", PAGE))
    watch = look(one)
    assert watch.error_code == "robots_disallowed"
    assert "save the page yourself and upload it" in watch.error_message
    settings.FETCH_OBEY_ROBOTS = False
    evidence.look_at_evidence(by=rosa, claim_id=one.claim_id, link_id=one.pk)
    assert look(one).result == "kept"


def pdf_bomb() -> bytes:
    bomb = zlib.compress(zlib.compress(b" " * 400_000_000, 9), 9)
    stream = b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n%s\nendstream" % (
        len(bomb),
        bomb,
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
        stream,
    ]
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(data)
    data += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % start


@pytest.mark.slow
def test_a_pdf_bomb_is_no_evidence(rosa: User, server: TestServer) -> None:
    bomb = pdf_bomb()
    with pytest.raises(DomainError) as error:
        documents.keep_upload(by=rosa, content=bomb, name="plans.pdf")
    assert error.value.code == "pdf_bomb"
    assert "print the pages that matter" in error.value.message
    one = link(rosa, server.page("/plans.pdf", bomb, content_type="application/pdf"))
    assert look(one).error_code == "pdf_bomb"
    assert not Snapshot.objects.exists()


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


# ---- Together --------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_workers_look_at_a_document_once(server: TestServer) -> None:
    from django.db import connection

    one = link(make_user("rosa", "researcher"), server.page("/plans", PAGE))
    arrived, go = [], threading.Event()

    def slow(sock: Any, seen: Seen) -> None:
        arrived.append(seen)
        go.wait(10)
        sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nPlans")

    server.handle("/plans", slow)
    results: list[Any] = []

    def work() -> None:
        try:
            results.append(look_at_document(evidence_id=one.evidence_id))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    while len(results) < 3:
        threads[0].join(0.05)
    go.set()
    for thread in threads:
        thread.join(20)
    assert len(arrived) == 1
    assert sorted(result is not None for result in results) == [False, False, False, True]
    assert watching.due_documents().count() == 0
