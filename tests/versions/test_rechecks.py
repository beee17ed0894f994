"""Imported pages are looked at again: what changed is a new version, what is gone is noted, and nothing is looked at twice."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from articles import tasks
from articles.models import Article, Recheck
from articles.models.recheck import WAITS
from articles.services import rechecking
from articles.services.importing import ItemRequest, request_import
from articles.services.rechecking import due_rechecks, look_again, recheck_article
from articles.services.running import run_import_item
from factcheck.lib.errors import DomainError, Missing, Refused
from factcheck.models import User
from tests.factories import make_article_version, make_user
from tests.fetching.server import TestServer

pytestmark = pytest.mark.django_db

TEXT = (
    "The old dam at Lakeside holds twice the water it was built for, Mayor Mira Tolland said on Tuesday.\n\n"
    "The dam was finished in 1954. It was last inspected eleven years ago."
)


def page(text: str = TEXT, *, head: str = "", below: str = "") -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in text.split("\n\n"))
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>The dam</title>{head}</head><body>"
        f"<nav><a href=/>Home</a></nav><article><h1>The dam</h1>{body}</article><footer>{below}</footer></body></html>"
    )


def answer(body: str, status: str = "200 OK", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", "Content-Type: text/html; charset=utf-8"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    content = body.encode()
    return (
        "\r\n".join([*lines, f"Content-Length: {len(content)}", "Connection: close", "", ""]).encode()
        + content
    )


@pytest.fixture
def server(settings: Any) -> Iterator[TestServer]:
    with TestServer() as server:
        settings.FETCH_ALLOW_ADDRESSES = ["127.0.0.1/32"]
        settings.FETCH_ALLOW_PORTS = [server.port]
        yield server


@pytest.fixture
def rosa() -> User:
    return make_user("rosa", "researcher")


@pytest.fixture
def article(rosa: User, server: TestServer) -> Article:
    server.raw("/dam", answer(page(), ETag='"one"', Last_Modified="Tue, 03 Mar 2026 10:00:00 GMT"))
    job = request_import(by=rosa, items=[ItemRequest(kind="url", url=server.url("/dam"))])
    item = run_import_item(item_id=job.items.get().pk)
    assert item is not None
    assert item.version is not None, item.error_message
    return item.version.article


def look(article: Article) -> Recheck:
    """A look at the article's page, as at the time when it is due."""
    Recheck.objects.filter(pk=article.pk).update(due_at=timezone.now())
    row = recheck_article(article_id=article.pk)
    assert row is not None
    assert row.leased_until is None
    return row


def hours_until(row: Recheck) -> float:
    assert row.due_at is not None
    return (row.due_at - timezone.now()).total_seconds() / 3600


def test_an_imported_page_is_looked_at_again_and_asked_only_for_what_changed(
    article: Article, server: TestServer
) -> None:
    row = article.recheck
    assert (row.result, row.etag, row.gone_since) == ("", '"one"', None)
    assert 0.9 < hours_until(row) < 1.1
    assert not due_rechecks().exists()
    server.raw("/dam", b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n")
    row = look(article)
    assert server.requests[-1].headers["if-none-match"] == '"one"'
    assert server.requests[-1].headers["if-modified-since"] == "Tue, 03 Mar 2026 10:00:00 GMT"
    assert (row.result, row.error_code, row.etag) == ("unchanged", "", '"one"')
    assert 3.7 < hours_until(row) < 4.3
    assert article.versions.count() == 1


def test_the_waits_grow_and_end_and_begin_anew_with_a_new_text(article: Article, server: TestServer) -> None:
    waits = []
    for _ in range(len(WAITS)):
        row = look(article)
        waits.append(None if row.due_at is None else round(hours_until(row) / 24, 1))
    assert waits[-1] is None
    assert waits[:-1] == sorted(waits[:-1])
    assert not due_rechecks().exists()
    server.raw("/dam", answer(page(TEXT.replace("1954", "1959"))))
    row = look(article)
    assert (row.result, row.step) == ("changed", 0)
    assert 0.9 < hours_until(row) < 1.1


def test_another_text_is_a_new_version_with_its_size(article: Article, server: TestServer) -> None:
    server.raw("/dam", answer(page(TEXT.replace("1954", "1959") + "\n\nThe county was asked on Friday.")))
    look(article)
    article.refresh_from_db()
    assert (article.current.number, article.current.previous.number) == (2, 1)
    assert (article.current.words_added, article.current.words_removed) == (7, 1)


def test_other_furniture_around_the_same_text_is_no_new_version(article: Article, server: TestServer) -> None:
    spaced = page(TEXT.replace(" ", "  "), below="Read more: the ferry, the bank, the harvest of the year")
    server.raw("/dam", answer(spaced, ETag='"two"'))
    row = look(article)
    assert (row.result, row.etag) == ("unchanged", '"two"')
    assert article.versions.count() == 1


PAYWALL = (
    "This article is for subscribers.\n\nSubscribe to continue reading this article and all of our others."
)


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        ("404 Not Found", "Gone.", "http_status"),
        ("410 Gone", "Gone.", "http_status"),
        ("200 OK", page(PAYWALL), "paywall"),
        (
            "200 OK",
            page("Before you continue to Lakeside Post: we value your privacy. Accept all cookies?"),
            "consent_page",
        ),
        ("200 OK", "<html><body><nav>Home</nav></body></html>", "no_article_text"),
    ],
    ids=["404", "410", "paywall", "consent", "nothing"],
)
def test_a_page_that_is_gone_is_noted_and_never_a_version(
    article: Article, server: TestServer, status: str, body: str, code: str
) -> None:
    server.raw("/dam", answer(body, status))
    row = look(article)
    assert (row.result, row.error_code) == ("gone", code)
    assert row.error_message
    assert row.gone_since is not None
    assert row.seen_at < row.gone_since
    since = row.gone_since
    assert look(article).gone_since == since
    assert article.versions.count() == 1
    server.raw("/dam", answer(page()))
    row = look(article)
    assert (row.result, row.gone_since, row.error_code) == ("unchanged", None, "")


def test_an_address_that_leads_to_another_page_is_gone(article: Article, server: TestServer) -> None:
    server.raw(
        "/front",
        answer(page("Welcome to the Lakeside Post, the newspaper of the lake and of its towns.\n\n" + TEXT)),
    )
    server.raw("/dam", b"HTTP/1.1 301 Moved\r\nLocation: /front\r\nConnection: close\r\n\r\n")
    row = look(article)
    assert (row.result, row.error_code) == ("gone", "leads_elsewhere")
    assert Article.objects.count() == 1
    assert article.versions.count() == 1


def test_a_server_that_asks_for_patience_gets_it(article: Article, server: TestServer) -> None:
    server.raw("/dam", answer("Busy.", "503 Service Unavailable", Retry_After="172800"))
    row = look(article)
    assert (row.result, row.error_code, row.gone_since) == ("failed", "http_status", None)
    assert 47.9 < hours_until(row) < 48.1


def test_going_back_to_an_earlier_text_makes_it_current_and_no_haste(
    article: Article, server: TestServer
) -> None:
    other = answer(page(TEXT.replace("1954", "1959")))
    server.raw("/dam", other)
    look(article)
    steps = []
    for body in (answer(page()), other, answer(page()), other):
        server.raw("/dam", body)
        row = look(article)
        assert row.result == "changed"
        steps.append(row.step)
    assert steps == [1, 2, 3, 4]
    assert article.versions.count() == 2


def test_two_workers_do_not_look_at_once_and_a_dead_one_is_replaced(
    article: Article, server: TestServer
) -> None:
    now = timezone.now()
    Recheck.objects.filter(pk=article.pk).update(due_at=now, leased_until=now + timedelta(minutes=4))
    asked = len(server.requests)
    assert recheck_article(article_id=article.pk) is None
    assert len(server.requests) == asked
    with time_machine.travel(now + timedelta(minutes=5)):
        assert list(due_rechecks()) == [article.recheck]
        row = recheck_article(article_id=article.pk)
    assert row is not None
    assert row.result == "unchanged"


def test_what_is_due_is_swept_unless_the_desk_turned_that_off(
    article: Article, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[int] = []
    monkeypatch.setattr(tasks.recheck_article, "delay", sent.append)
    tasks.sweep_rechecks()
    assert sent == []
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        tasks.sweep_rechecks()
        assert sent == [article.pk]
        settings.RECHECK_ARTICLES = False
        tasks.sweep_rechecks()
        assert sent == [article.pk]


def test_whatever_breaks_is_put_off_with_a_reason(article: Article, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("nobody foresaw this")

    monkeypatch.setattr(rechecking, "fetch_page", broken)
    row = look(article)
    assert (row.result, row.error_code) == ("failed", "internal_error")
    assert hours_until(row) > 1


def test_a_person_has_it_looked_at_now(article: Article, rosa: User) -> None:
    row = look_again(by=rosa, article_id=article.pk)
    assert row.due_at is not None
    assert row.due_at <= timezone.now()
    with pytest.raises(Refused):
        look_again(by=make_user(role="viewer"), article_id=article.pk)
    with pytest.raises(Missing):
        look_again(by=rosa, article_id=0)
    with pytest.raises(DomainError) as refused:
        look_again(by=rosa, article_id=make_article_version().article_id)
    assert refused.value.code == "no_address"


def test_what_was_pasted_is_not_fetched(rosa: User, server: TestServer) -> None:
    job = request_import(
        by=rosa,
        items=[ItemRequest(kind="text", text=TEXT, outlet="Lakeside Post", url=server.url("/pasted"))],
    )
    run_import_item(item_id=job.items.get().pk)
    assert not Recheck.objects.exists()
