"""Evidence lasts: a copy of what is linked is kept, looked at again, and told about when it changes or goes."""

import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from articles.models import Snapshot
from claims import checks, tasks
from claims.models import AuditEvent, ClaimState, Evidence, EvidenceCopy, EvidenceLink, EvidenceWatch
from claims.models.watch import FIRST_WAITS, WAITS
from claims.services import documents, evidence, watching
from claims.services.verifying import audit_problems
from claims.services.watching import due_documents, look_at_document
from factcheck.lib.errors import DomainError
from factcheck.models import User
from tests.claims.documents import PAGE, bytes_of, link, look
from tests.factories import make_article_version, make_claim, make_user
from tests.fetching.server import Seen, TestServer
from tests.parsing.files import pdf_bomb

pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa() -> User:
    return make_user("rosa", "researcher")


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
