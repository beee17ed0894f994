"""Importing as its users see it: what goes in, what each item ends as, and what a dead worker changes (nothing)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from articles.models import Article, ArticleVersion, ImportItem, ImportJob, Outlet, Snapshot
from articles.services import running
from articles.services.importing import ItemRequest, request_import
from articles.services.jobs import retry_failed
from articles.services.running import run_import_item
from articles.services.snapshots import read_snapshot
from claims.models import ExtractionRun
from factcheck.lib.errors import DomainError, Refused
from factcheck.models import User
from tests.factories import make_outlet, make_user
from tests.fetching.server import TestServer

pytestmark = pytest.mark.django_db

TEXT = (
    "The old dam at Lakeside holds twice the water it was built for, Mayor Mira Tolland said on Tuesday.\n\n"
    "The dam was finished in 1954. It was last inspected eleven years ago."
)


def page(paragraphs: str = TEXT, title: str = "The dam at Lakeside", head: str = "") -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs.split("\n\n"))
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{title}</title>{head}</head>"
        f"<body><nav><a href=/>Home</a></nav><article><h1>{title}</h1>{body}</article></body></html>"
    )


@pytest.fixture
def researcher() -> User:
    return make_user("rosa", "researcher")


@pytest.fixture
def server(settings: Any) -> Iterator[TestServer]:
    with TestServer() as server:
        settings.FETCH_ALLOW_ADDRESSES = ["127.0.0.1/32"]
        settings.FETCH_ALLOW_PORTS = [server.port]
        yield server


def import_one(by: User, **request: Any) -> ImportItem:
    """Requests one item and runs it as a worker would."""
    request = {"kind": "text", "outlet": "Lakeside Post"} | request
    job = request_import(by=by, items=[ItemRequest(**request)])
    item = run_import_item(item_id=job.items.get().pk)
    assert item is not None
    return item


def test_a_page_becomes_an_article_of_its_outlet(researcher: User, server: TestServer) -> None:
    make_outlet("Lakeside Post", domain="127.0.0.1")
    url = server.page("/dam", page())
    item = import_one(researcher, kind="url", url=url, outlet="Lakeside Post")
    assert (item.state, item.error_message, item.outcome) == ("done", "", "new_article")
    article = item.version.article
    assert article.title == "The dam at Lakeside"
    assert article.outlet.name == "Lakeside Post"
    assert article.current == item.version
    assert "finished in 1954" in item.version.text
    assert "Home" not in item.version.text
    assert read_snapshot(item.version.snapshot) == page().encode()
    assert ExtractionRun.objects.get().version == item.version


def test_pasted_text_keeps_its_paragraphs_and_names_its_outlet(researcher: User) -> None:
    item = import_one(
        researcher, text=TEXT.replace("\n", "\r\n"), title="The dam", outlet="  Lakeside   Post "
    )
    assert item.version.text == TEXT
    assert (item.version.article.title, item.version.article.outlet.name) == ("The dam", "Lakeside Post")


@pytest.mark.parametrize(
    ("file_name", "content"), [("dam.txt", TEXT.encode()), ("dam.html", page().encode())]
)
def test_uploaded_files_are_read_by_their_kind(researcher: User, file_name: str, content: bytes) -> None:
    item = import_one(researcher, kind="file", file_name=file_name, content=content)
    assert (item.state, item.error_message) == ("done", "")
    assert "finished in 1954" in item.version.text
    assert "<p>" not in item.version.text


@pytest.mark.parametrize("kind", ["text", "file"])
@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)//lake.example", "http://[::1", "https://" + "a" * 300 + ".example/dam", "the dam"],
)
def test_a_text_from_what_is_no_web_address_fails_in_words(researcher: User, kind: str, url: str) -> None:
    item = import_one(researcher, kind=kind, url=url, text=TEXT, content=TEXT.encode(), file_name="dam.txt")
    assert (item.state, item.error_code) == ("failed", "invalid_url")
    assert Article.objects.count() == 0


def test_the_same_bytes_twice_are_one_version(researcher: User, server: TestServer) -> None:
    url = server.page("/dam", page())
    first = import_one(researcher, kind="url", url=url)
    again = import_one(researcher, kind="url", url=f"{url}?utm_source=newsletter#top")
    pasted = import_one(researcher, text=first.version.text)
    assert (again.state, again.outcome, again.version) == ("done", "unchanged", first.version)
    assert (pasted.outcome, pasted.version) == ("unchanged", first.version)
    assert ArticleVersion.objects.count() == 1
    assert Snapshot.objects.count() == 2  # the page, and the paste
    assert ExtractionRun.objects.count() == 1


def test_a_changed_page_is_a_new_version_of_its_article(researcher: User, server: TestServer) -> None:
    url = server.page("/dam", page())
    first = import_one(researcher, kind="url", url=url)
    server.page("/dam", page(TEXT.replace("eleven", "twelve")))
    second = import_one(researcher, kind="url", url=url)
    assert (second.outcome, second.version.number) == ("new_version", 2)
    assert second.version.article == first.version.article
    assert "eleven" in ArticleVersion.objects.get(number=1).text
    server.page("/dam", page())
    third = import_one(researcher, kind="url", url=url)
    assert (third.outcome, third.version) == ("unchanged", first.version)
    assert Article.objects.get().current == first.version


def test_the_same_text_at_two_outlets_is_two_articles(researcher: User) -> None:
    one = import_one(researcher, text=TEXT, outlet="Lakeside Post")
    two = import_one(researcher, text=TEXT, outlet="Hill Courier")
    assert one.version.article != two.version.article


def test_windows_1251_that_does_not_say_so_is_read_right(researcher: User, server: TestServer) -> None:
    text = "Плотина в Озёрске держит вдвое больше воды, чем рассчитано, сообщила мэр Мира Толландова.\n\nЕё построили в 1954 году."
    data = page(text, "Плотина").replace("<meta charset=utf-8>", "").encode("windows-1251")
    item = import_one(researcher, kind="url", url=server.page("/dam", data, content_type="text/html"))
    assert (item.state, item.error_message) == ("done", "")
    assert "держит вдвое больше воды" in item.version.text
    assert item.version.article.title == "Плотина"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://10.0.0.1/", "forbidden_address"),
        ("http://[::1]/", "forbidden_address"),
        ("http://169.254.169.254/latest/meta-data", "forbidden_address"),
        ("file:///etc/passwd", "invalid_url"),
        ("ftp://dam.example/x", "invalid_url"),
        ("no address at all", "invalid_url"),
        ("http://127.0.0.1:6379/", "forbidden_port"),
    ],
)
def test_addresses_that_are_not_the_webs_are_refused(researcher: User, url: str, code: str) -> None:
    item = import_one(researcher, kind="url", url=url)
    assert (item.state, item.error_code) == ("failed", code)
    assert item.error_message.endswith(".")


def test_every_bad_page_fails_with_a_sentence_and_the_rest_goes_on(
    researcher: User, server: TestServer
) -> None:
    server.redirect("/loop", "/loop")
    server.page("/gone", "", status="404 Not Found")
    server.page("/pdf", b"%PDF-1.7", content_type="application/pdf")
    server.page("/empty", "")
    server.page("/no-article", "<html><body><nav><a href=/>Home</a></nav></body></html>")
    server.stream("/huge", lambda: iter([b"0" * 1_000_000] * 200))
    server.gzip_bomb("/bomb", 200)
    server.redirect("/inside", "http://10.1.2.3/")
    server.page("/good", page())
    paths = ["loop", "gone", "pdf", "empty", "no-article", "huge", "bomb", "inside", "good"]
    items = [ItemRequest(kind="url", url=server.url(f"/{path}"), outlet="Lakeside Post") for path in paths]
    job = request_import(by=researcher, items=items)
    ended = {
        path: run_import_item(item_id=item.pk) for path, item in zip(paths, job.items.all(), strict=True)
    }
    assert {path: item.state for path, item in ended.items() if item} == dict.fromkeys(
        paths[:-1], "failed"
    ) | {"good": "done"}
    for path in paths[:-1]:
        item = ended[path]
        assert item is not None
        assert item.error_code != "internal_error"
        assert len(item.error_message) > 20
        assert item.error_message.endswith("."), item.error_message


@pytest.mark.parametrize(
    "text",
    [
        "One.\r\nTwo.\rThree.",
        "A NUL\0 here and the rest of the sentence.",
        "A lone surrogate \ud83d in the text of the story.",
        "قال المتحدث إن السد آمن. وأضاف أنه فُحص العام الماضي.",
        "The mayor 🙂 said the dam 👩‍👩‍👧 is safe. e\u0301 is one letter.",
        "no sentence at all",
    ],
    ids=["line ends", "nul", "surrogate", "right to left", "emoji", "no sentences"],
)
def test_odd_texts_are_stored_as_a_person_would_read_them(researcher: User, text: str) -> None:
    item = import_one(researcher, text=text, title="Odd")
    assert (item.state, item.error_message) == ("done", "")
    assert "\r" not in item.version.text
    assert item.version.text_length == len(item.version.text)


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "empty"), (" \n\t ", "empty"), ("¿?¡!", "no_article_text"), ("word " * 600_000, "too_large")],
)
def test_texts_that_cannot_be_imported_say_why(researcher: User, text: str, code: str) -> None:
    item = import_one(researcher, text=text)
    assert (item.state, item.error_code) == ("failed", code)


def test_a_text_without_an_outlet_says_what_is_missing(researcher: User) -> None:
    item = import_one(researcher, text=TEXT, outlet="")
    assert (item.state, item.error_code) == ("failed", "outlet_missing")


def test_a_file_of_another_kind_says_what_to_do(researcher: User) -> None:
    item = import_one(researcher, kind="file", file_name="..\\secret/report.docx", content=b"PK\3\4")
    assert (item.state, item.error_code, item.file_name) == ("failed", "unsupported_file", "report.docx")


def test_a_page_names_its_outlet_when_nobody_else_does(researcher: User) -> None:
    head = '<meta property="og:site_name" content="Lakeside Post">'
    item = import_one(
        researcher, kind="file", file_name="a.html", content=page(head=head).encode(), outlet=""
    )
    assert item.version.article.outlet.name == "Lakeside Post"


def test_a_version_keeps_what_the_page_says_of_it(researcher: User, server: TestServer) -> None:
    head = (
        '<meta property="article:section" content="Water"><meta property="article:published_time" '
        'content="2024-11-13T08:00:00+01:00"><meta property="article:modified_time" content="2024-11-14T08:00:00+01:00">'
    )
    text = "LAKESIDE, Nov. 12 (Courier) - " + TEXT
    version = import_one(researcher, kind="url", url=server.page("/dam", page(text, head=head))).version
    version.refresh_from_db()
    assert (version.section, version.dateline, version.dateline_on) == (
        "Water",
        "LAKESIDE",
        date(2024, 11, 12),
    )
    assert version.modified_at == datetime(2024, 11, 14, 7, 0, tzinfo=UTC)
    assert version.published_on == date(2024, 11, 13)
    assert {"section", "dateline", "dateline_on", "modified_at", "published_at"} <= set(version.provenance)


@pytest.mark.parametrize(("author", "byline"), [("Ada Brill", "Ada Brill"), ("LAKESIDE POST", "")])
def test_an_outlet_is_no_author_of_its_own_pages(researcher: User, author: str, byline: str) -> None:
    head = f'<meta name="author" content="{author}">'
    item = import_one(researcher, kind="file", file_name="a.html", content=page(head=head).encode())
    assert item.version.article.byline == byline
    assert item.version.snapshot.media_type == "text/html"


def test_a_page_cannot_claim_the_name_of_an_outlet_on_another_domain(
    researcher: User, server: TestServer
) -> None:
    make_outlet("Lakeside Post", domain="lakesidepost.example")
    url = server.page("/dam", page(head='<meta property="og:site_name" content="Lakeside Post">'))
    item = import_one(researcher, kind="url", url=url, outlet="")
    assert item.version.article.outlet.name == "127.0.0.1"
    assert Outlet.objects.count() == 2


def test_who_may_import(db: None) -> None:
    for role in ("", "viewer"):
        with pytest.raises(Refused):
            request_import(by=make_user(role=role), items=[ItemRequest(kind="text", text=TEXT)])
    with pytest.raises(DomainError) as error:
        request_import(by=make_user(role="researcher"), items=[])
    assert error.value.code == "nothing_to_import"
    assert not ImportJob.objects.exists()


def test_what_may_pass_is_tried_again_later_and_what_may_not_is_not(
    researcher: User, server: TestServer
) -> None:
    url = server.page("/busy", "", status="503 Service Unavailable")
    item = import_one(researcher, kind="url", url=url)
    assert (item.state, item.attempts) == ("queued", 1)
    assert item.queued_at > timezone.now()
    assert "503" in item.error_message
    assert run_import_item(item_id=item.pk) is None  # not before its time
    ImportItem.objects.update(queued_at=timezone.now())
    server.page("/busy", page())
    item = run_import_item(item_id=item.pk)
    assert item is not None
    assert (item.state, item.error_code) == ("done", "")


def test_retry_failed_runs_again_what_failed(researcher: User, server: TestServer) -> None:
    item = import_one(researcher, kind="url", url=server.url("/late"))
    assert item.error_code == "http_status"
    server.page("/late", page())
    assert retry_failed(by=researcher, job=item.job) == 1
    item = run_import_item(item_id=item.pk)
    assert item is not None
    assert item.state == "done"
    assert retry_failed(by=researcher, job=item.job) == 0


def test_an_item_runs_once_however_often_its_message_comes(researcher: User) -> None:
    item = import_one(researcher, text=TEXT)
    assert run_import_item(item_id=item.pk) is None
    assert run_import_item(item_id=10**12) is None
    item.refresh_from_db()
    assert item.attempts == 1


def test_an_item_left_by_a_dead_worker_is_taken_over_after_its_lease(researcher: User) -> None:
    job = request_import(by=researcher, items=[ItemRequest(kind="text", text=TEXT, outlet="Lakeside Post")])
    item = job.items.get()
    now = timezone.now()
    ImportItem.objects.update(state="running", attempts=1, leased_until=now + timedelta(seconds=60))
    assert run_import_item(item_id=item.pk) is None  # somebody has it
    assert not running.undone_items().exists()
    ImportItem.objects.update(leased_until=now - timedelta(seconds=1))
    assert list(running.undone_items()) == [item]
    done = run_import_item(item_id=item.pk)
    assert done is not None
    assert (done.state, done.attempts) == ("done", 2)


def test_a_worker_that_comes_back_from_the_dead_changes_nothing(researcher: User) -> None:
    job = request_import(by=researcher, items=[ItemRequest(kind="text", text=TEXT, outlet="Lakeside Post")])
    zombie = running._claim(job.items.get().pk)
    assert zombie is not None
    ImportItem.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    run_import_item(item_id=zombie.pk)
    running.fail_item(zombie, "timed_out", "Too late.")
    zombie.refresh_from_db()
    assert (zombie.state, zombie.error_code) == ("done", "")


def test_an_item_that_kills_its_worker_every_time_ends_failed(researcher: User, settings: Any) -> None:
    job = request_import(by=researcher, items=[ItemRequest(kind="text", text=TEXT, outlet="Lakeside Post")])
    item = job.items.get()
    for _ in range(settings.IMPORT_MAX_ATTEMPTS):
        assert running._claim(item.pk) is not None
        ImportItem.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert run_import_item(item_id=item.pk) is None
    item.refresh_from_db()
    assert (item.state, item.error_code) == ("failed", "gave_up")
