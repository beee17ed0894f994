"""What is here already is told at once, as such and not as an error, and without doing the work again."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from articles.models import Article, ArticleVersion, ImportItem
from articles.parsing import url_key
from articles.services import duplicates, running
from articles.services.importing import ItemRequest, request_import
from articles.services.running import run_import_item
from factcheck.models import User
from tests.factories import make_user
from tests.fetching.server import TestServer

pytestmark = pytest.mark.django_db

TEXT = (
    "The old dam at Lakeside holds twice the water it was built for, Mayor Mira Tolland said on Tuesday.\n\n"
    "The dam was finished in 1954. It was last inspected eleven years ago."
)


def page(text: str = TEXT, head: str = "") -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in text.split("\n\n"))
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>The dam at Lakeside</title>{head}</head>"
        f"<body><article><h1>The dam at Lakeside</h1>{body}</article></body></html>"
    )


@pytest.fixture
def researcher() -> User:
    return make_user("rosa", "researcher")


@pytest.fixture
def server(settings: Any) -> Iterator[TestServer]:
    settings.IMPORT_FRESH_MINUTES = 15
    with TestServer() as server:
        settings.FETCH_ALLOW_ADDRESSES = ["127.0.0.1/32"]
        settings.FETCH_ALLOW_PORTS = [server.port]
        yield server


def ask(by: User, **request: Any) -> ImportItem:
    job = request_import(by=by, items=[ItemRequest(**({"kind": "url", "outlet": "Lakeside Post"} | request))])
    return job.items.get()


def import_one(by: User, **request: Any) -> ImportItem:
    item = run_import_item(item_id=ask(by, **request).pk)
    assert item is not None
    return item


def is_never_called(*_: Any, **__: Any) -> None:
    pytest.fail("this work had been done")


# ---- The same address ------------------------------------------------------------------------------


def test_an_address_imported_just_now_is_not_fetched_again(researcher: User, server: TestServer) -> None:
    url = server.page("/dam", page())
    first = import_one(researcher, url=url)
    server.page("/dam", page(TEXT.replace("1954", "1955")))
    again = import_one(researcher, url=f"{url}?utm_source=letter#top")
    assert (again.state, again.outcome, again.error_code) == ("done", "same_address", "")
    assert (again.version, again.duplicate_of) == (first.version, first)
    assert ArticleVersion.objects.count() == 1


def test_an_address_imported_long_ago_is_fetched_for_whoever_asks(
    researcher: User, server: TestServer
) -> None:
    url = server.page("/dam", page())
    import_one(researcher, url=url)
    ImportItem.objects.update(finished_at=timezone.now() - timedelta(minutes=16))
    server.page("/dam", page(TEXT.replace("1954", "1955")))
    assert import_one(researcher, url=url).outcome == "new_version"


def test_asking_all_day_does_not_keep_an_address_from_being_fetched(
    researcher: User, server: TestServer
) -> None:
    url = server.page("/dam", page())
    import_one(researcher, url=url)
    ImportItem.objects.update(finished_at=timezone.now() - timedelta(minutes=14))
    assert import_one(researcher, url=url).outcome == "same_address"
    ImportItem.objects.filter(outcome="new_article").update(
        finished_at=timezone.now() - timedelta(minutes=16)
    )
    server.page("/dam", page(TEXT.replace("1954", "1955")))
    assert import_one(researcher, url=url).outcome == "new_version"


def test_the_canonical_address_of_what_was_imported_is_known_as_well(
    researcher: User, server: TestServer
) -> None:
    first = import_one(researcher, url=server.page("/m/dam", page()))
    canonical = server.page("/dam", page(TEXT.replace("1954", "1955")))
    Article.objects.update(key=url_key(canonical))  # as the page itself would have had it
    again = import_one(researcher, url=canonical)
    assert (again.outcome, again.version) == ("same_address", first.version)


def test_two_items_of_one_job_with_one_address_fetch_it_once(researcher: User, server: TestServer) -> None:
    url = server.page("/dam", page())
    job = request_import(by=researcher, items=[ItemRequest(kind="url", url=url, outlet="Lakeside Post")] * 3)
    outcomes = [run_import_item(item_id=item.pk).outcome for item in job.items.all()]  # type: ignore[union-attr]
    assert outcomes == ["new_article", "same_address", "same_address"]


def test_while_another_worker_is_at_the_address_an_item_waits_and_loses_no_attempt(
    researcher: User, server: TestServer
) -> None:
    url = server.page("/dam", page())
    first, second = ask(researcher, url=url), ask(researcher, url=url)
    claimed = running._claim(first.pk)
    assert claimed is not None
    duplicates.refuse_known_address(claimed)
    waiting = run_import_item(item_id=second.pk)
    assert waiting is not None
    assert (waiting.state, waiting.attempts, waiting.error_code) == ("queued", 0, "")
    assert waiting.queued_at > timezone.now()
    # The first worker dies: the second item is not kept waiting for it for ever.
    ImportItem.objects.filter(pk=first.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    ImportItem.objects.filter(pk=second.pk).update(queued_at=timezone.now())
    assert run_import_item(item_id=second.pk).outcome == "new_article"  # type: ignore[union-attr]
    assert run_import_item(item_id=first.pk).outcome == "same_address"  # type: ignore[union-attr]


def test_an_address_that_failed_is_tried_again(researcher: User, server: TestServer) -> None:
    assert import_one(researcher, url=server.url("/late")).state == "failed"
    server.page("/late", page())
    assert import_one(researcher, url=server.url("/late")).outcome == "new_article"


# ---- The same bytes --------------------------------------------------------------------------------


def test_a_page_with_the_same_bytes_is_not_read_again(
    researcher: User, server: TestServer, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.IMPORT_FRESH_MINUTES = 0
    url = server.page("/dam", page())
    first = import_one(researcher, url=url)
    monkeypatch.setattr(running, "parse_page", is_never_called)
    again = import_one(researcher, url=url)
    assert (again.state, again.outcome, again.version) == ("done", "same_bytes", first.version)
    assert again.duplicate_of == first


def test_a_newer_parser_reads_the_same_bytes_again(
    researcher: User, server: TestServer, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.IMPORT_FRESH_MINUTES = 0
    url = server.page("/dam", page())
    first = import_one(researcher, url=url)
    assert first.version.provenance["parser"] == duplicates.PARSER_VERSION
    monkeypatch.setattr(duplicates, "PARSER_VERSION", "2")
    assert import_one(researcher, url=url).outcome == "unchanged"


def test_the_same_bytes_at_another_address_are_another_article(
    researcher: User, server: TestServer, settings: Any
) -> None:
    settings.IMPORT_FRESH_MINUTES = 0
    import_one(researcher, url=server.page("/dam", page()))
    copy = import_one(researcher, url=server.page("/copy", page()), outlet="Brook Gazette")
    assert copy.outcome == "new_article"


def test_an_outlet_that_goes_back_to_an_earlier_text_is_believed(
    researcher: User, server: TestServer, settings: Any
) -> None:
    settings.IMPORT_FRESH_MINUTES = 0
    url = server.page("/dam", page())
    first = import_one(researcher, url=url)
    server.page("/dam", page(TEXT.replace("1954", "1955")))
    import_one(researcher, url=url)
    server.page("/dam", page())
    import_one(researcher, url=url)
    first.version.article.refresh_from_db()
    assert first.version.article.current == first.version


@pytest.mark.parametrize(
    "upload",
    [
        {"kind": "text", "text": TEXT, "title": "The dam"},
        {"kind": "file", "file_name": "dam.txt", "content": TEXT.encode()},
        {"kind": "file", "file_name": "dam.html", "content": page().encode()},
    ],
)
def test_the_same_upload_is_not_read_again(
    researcher: User, upload: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = import_one(researcher, **upload)
    assert first.outcome == "new_article"
    with monkeypatch.context() as patch:
        patch.setattr(running, "parse_in_child", is_never_called)
        again = import_one(researcher, **upload)
    assert (again.outcome, again.version, again.duplicate_of) == ("same_bytes", first.version, first)
    other = import_one(researcher, **upload | {"outlet": "Brook Gazette"})
    assert other.outcome == "new_article", "another outlet printed it, too"


def test_bytes_that_are_another_file_are_read_as_that(researcher: User) -> None:
    content = page().encode()
    import_one(researcher, kind="file", file_name="dam.html", content=content)
    as_text = import_one(researcher, kind="file", file_name="dam.txt", content=content)
    assert as_text.outcome != "same_bytes"


# ---- Shown -----------------------------------------------------------------------------------------


def test_the_import_says_what_was_here_and_since_when(
    researcher: User, server: TestServer, client: Client
) -> None:
    url = server.page("/dam", page())
    first = import_one(researcher, url=url)
    ImportItem.objects.filter(pk=first.pk).update(
        finished_at=timezone.now() - timedelta(minutes=5, seconds=1)
    )
    again = import_one(researcher, url=url)
    client.force_login(researcher)
    html = client.get(f"/imports/{again.job_id}/").content.decode().replace("\xa0", " ")
    assert "Already here: same address" in html
    assert "imported 5 minutes before" in html
    assert f'href="/imports/{first.job_id}/"' in html
    assert f'href="/articles/{first.version.article_id}/"' in html
