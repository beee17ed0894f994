"""The import screens' answers, without a browser: what is asked for, how it goes on, what can be done about it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from kombu.exceptions import OperationalError

from articles.models import Article, ImportItem, ImportJob
from articles.services.importing import ItemRequest, request_import
from articles.services.running import run_import_item, undone_items
from claims.models import ExtractionRun
from claims.services.extracting import extract_version
from factcheck import heartbeat
from factcheck.lib.paging import PAGE_ROWS
from factcheck.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
TEXT = "The quay at Larn is shut, harbour master Ivo Brandt said on Monday. It was built in 1931."


@pytest.fixture
def researcher() -> User:
    return make_user("rosa", "researcher")


@pytest.fixture
def desk(researcher: User, client: Client) -> Client:
    client.force_login(researcher)
    return client


@pytest.fixture(autouse=True)
def worker(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """A worker's sign of life; `worker(False)` takes it away."""
    heard = {"of": True}
    monkeypatch.setattr(
        heartbeat, "last_heartbeat", lambda: {"at": 0.0, "extractor": "1"} if heard["of"] else None
    )

    def set_heard(value: bool) -> None:
        heard["of"] = value

    return set_heard


def job_of(by: User, *texts: str, label: str = "") -> ImportJob:
    items = [ItemRequest(kind="text", text=text, outlet="Larn Courier") for text in texts]
    return request_import(by=by, items=items, label=label)


def fail(
    item: ImportItem, code: str = "gave_up", message: str = "The worker stopped: tell an admin."
) -> None:
    ImportItem.objects.filter(pk=item.pk).update(
        state="failed", error_code=code, error_message=message, leased_until=None, finished_at=timezone.now()
    )


def body(response: Any) -> str:
    return " ".join(response.content.decode().split())


# ---- Asking for an import --------------------------------------------------------------------------


def test_a_list_of_addresses_becomes_one_job(desk: Client) -> None:
    addresses = (
        "https://a.example/1\r\n\r\n# a remark\r\n  b.example/2  \nhttps://a.example/1\nnot an address"
    )
    response = desk.post("/imports/new/", {"addresses": addresses, "addresses_outlet": "Larn Courier"})
    job = ImportJob.objects.get()
    assert response["Location"] == f"/imports/{job.pk}/"
    assert [(item.kind, item.url, item.outlet_name) for item in job.items.all()] == [
        ("url", "https://a.example/1", "Larn Courier"),
        ("url", "https://b.example/2", "Larn Courier"),
        ("url", "not an address", "Larn Courier"),
    ]
    assert job.label == "a.example/1 and 2 more"


def test_a_pasted_text_is_imported_with_what_is_known_about_it(desk: Client) -> None:
    form = {
        "text": TEXT,
        "text_title": "Quay shut",
        "text_outlet": "Larn Courier",
        "text_published": "2026-03-02",
        "text_time": "08:30",
        "text_url": "courier.example/quay",
        "label": "Monday's paste",
    }
    desk.post("/imports/new/", form)
    item = ImportItem.objects.get()
    run_import_item(item_id=item.pk)
    item.refresh_from_db()
    assert item.job.label == "Monday's paste"
    article = item.version.article
    assert (article.title, article.outlet.name, article.url) == (
        "Quay shut",
        "Larn Courier",
        "https://courier.example/quay",
    )
    assert article.published_at.isoformat() == "2026-03-02T08:30:00+00:00"
    assert item.version.text == TEXT


def test_a_day_without_a_time_stays_a_day(desk: Client) -> None:
    desk.post("/imports/new/", {"text": TEXT, "text_outlet": "Larn Courier", "text_published": "2026-03-02"})
    item = ImportItem.objects.get()
    run_import_item(item_id=item.pk)
    article = Article.objects.get()
    assert (article.published_at, str(article.published_on)) == (None, "2026-03-02")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "the quay", "https://rosa:pass@courier.example/quay"])
def test_a_text_from_what_is_no_web_address_comes_back_with_the_reason(desk: Client, url: str) -> None:
    form = {"text": TEXT, "text_outlet": "Larn Courier", "text_url": url}
    answer = desk.post("/imports/new/", form)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["text_url"]
    assert TEXT in answer.content.decode()
    assert not ImportItem.objects.exists()


def test_what_nobody_can_see_in_a_paste_stops_nothing(desk: Client) -> None:
    form = {
        "addresses": "https://a.example/1\0\nhttps://b.example/2",
        "text": f"\0{TEXT}",
        "text_outlet": "Larn Courier",
    }
    assert desk.post("/imports/new/", form).status_code == 302
    first, second, text = ImportItem.objects.order_by("position")
    assert (first.url, second.url) == ("https://a.example/1", "https://b.example/2")
    run_import_item(item_id=text.pk)
    text.refresh_from_db()
    assert text.version.text == TEXT


@pytest.mark.parametrize("key", ["9" * 30, "9" * 6000, "٣", "-1", "1e3", ""])
def test_a_key_that_no_row_has_is_no_error_page(desk: Client, researcher: User, key: str) -> None:
    job = job_of(researcher, TEXT)
    for address in ("/imports/", job.get_absolute_url(), "/articles/", "/queue/"):
        assert desk.get(address, {"before": key, "after": key}).status_code == 200
    assert desk.post(f"{job.get_absolute_url()}retry/", {"item": key}).status_code == 302


def test_a_text_that_is_not_read_for_claims_says_why(desk: Client, researcher: User) -> None:
    job = job_of(researcher, "Мэр города Ларн заявил, что причал закрыт до весны. Его построили в 1931 году.")
    run_import_item(item_id=job.items.get().pk)
    extract_version(run_id=ExtractionRun.objects.get().pk)
    page = desk.get(job.get_absolute_url()).content.decode()
    assert "0 claims: The text is in a language that is not read yet" in page


def test_a_time_without_a_day_is_asked_about(desk: Client) -> None:
    answer = desk.post("/imports/new/", {"text": TEXT, "text_outlet": "Larn Courier", "text_time": "08:30"})
    assert answer.status_code == 422
    assert "on which day" in answer.content.decode()
    assert not ImportItem.objects.exists()


def test_files_addresses_and_a_text_go_into_one_job(desk: Client) -> None:
    form = {
        "addresses": "https://a.example/1",
        "text": TEXT,
        "text_outlet": "Larn Courier",
        "uploads": [
            SimpleUploadedFile("one.txt", TEXT.encode()),
            SimpleUploadedFile("two.html", b"<html><body><p>Two</p></body></html>"),
        ],
        "files_outlet": "Harbour Post",
    }
    desk.post("/imports/new/", form)
    items = ImportItem.objects.order_by("position")
    assert [(item.kind, item.file_name, item.outlet_name) for item in items] == [
        ("url", "", ""),
        ("text", "", "Larn Courier"),
        ("file", "one.txt", "Harbour Post"),
        ("file", "two.html", "Harbour Post"),
    ]


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({}, "There is nothing to import yet"),
        ({"addresses": "  \n# only a remark\n"}, "There is nothing to import yet"),
        ({"text": "   \n  "}, "There is nothing to import yet"),
        ({"text": TEXT}, "Say who published this text, or give its web address."),
        ({"text_title": "Quay shut"}, "Paste the text itself too"),
        (
            {"text": TEXT, "text_outlet": "Courier", "text_published": "last Monday"},
            "Enter a valid date.",
        ),
        (
            {"addresses": "\n".join(f"https://a.example/{n}" for n in range(10_001))},
            "at most: split this list",
        ),
        ({"addresses": "https://a.example/", "addresses_outlet": "x" * 201}, "at most 200 characters"),
    ],
)
def test_what_cannot_be_asked_for_comes_back_as_it_was_typed(
    desk: Client, form: dict[str, str], says: str
) -> None:
    response = desk.post("/imports/new/", {"label": "Kept <name>"} | form)
    html = response.content.decode()
    assert response.status_code == 422
    assert says in html
    assert 'value="Kept &lt;name&gt;"' in html
    for value in form.values():
        assert value.strip().splitlines()[:1] == [] or value.strip().splitlines()[0] in html
    assert not ImportJob.objects.exists()


def test_a_text_that_is_no_text_yet_still_fails_by_itself(desk: Client) -> None:
    """NUL, lone surrogates and the like are an item's business, not an error page."""
    desk.post(
        "/imports/new/",
        {"addresses": "https://a.example/\x01x", "text": "\u202eשלום 😀\r\n\r\n.", "text_outlet": "ﷺ"},
    )
    assert ImportItem.objects.count() == 2


def test_files_that_came_with_a_mistake_are_named(desk: Client) -> None:
    form = {"uploads": [SimpleUploadedFile("story.txt", TEXT.encode())], "label": "Kept"}
    response = desk.post("/imports/new/", form)
    assert response.status_code == 422
    assert "Say who published story.txt" in body(response)
    assert "Choose them again: story.txt." in body(response)


def test_a_file_that_is_too_large_is_named(desk: Client) -> None:
    big = SimpleUploadedFile("big.html", b"x" * 10_000_001)
    response = desk.post("/imports/new/", {"uploads": [big]})
    assert "big.html has 9.5" in response.content.decode()
    assert not ImportJob.objects.exists()


def test_an_empty_file_is_an_item_that_fails_with_a_reason(desk: Client) -> None:
    desk.post("/imports/new/", {"uploads": [SimpleUploadedFile("none.html", b"")]})
    item = ImportItem.objects.get()
    run_import_item(item_id=item.pk)
    item.refresh_from_db()
    assert item.state == "failed"
    assert item.error_message in body(desk.get(f"/imports/{item.job_id}/")).replace("&#x27;", "'")


def test_only_parts_that_are_used_are_open(desk: Client) -> None:
    def open_parts(response: Any) -> list[bool]:
        return [" open" in tag for tag in re.findall(r"<details[^>]*>", response.content.decode())]

    assert open_parts(desk.get("/imports/new/")) == [True, False, False]
    assert open_parts(desk.post("/imports/new/", {"text": TEXT})) == [False, True, False]


def test_a_viewer_is_told_who_may_import_and_keeps_what_they_typed(client: Client) -> None:
    client.force_login(make_user("vic", "viewer"))
    assert "Only a researcher or above may import articles" in body(client.get("/imports/new/"))
    response = client.post("/imports/new/", {"addresses": "https://a.example/1"})
    assert response.status_code == 403
    assert "https://a.example/1" in body(response)
    assert not ImportJob.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_loses_nothing(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    """The message is only a nudge: the sweeper sends it when the broker is back."""
    sent = []

    def refuse(pk: int) -> None:
        sent.append(pk)
        raise OperationalError("Connection refused")

    monkeypatch.setattr("articles.services.importing.wake_import_job.delay", refuse)
    client.force_login(make_user("rosa", "researcher"))
    response = client.post("/imports/new/", {"addresses": "https://a.example/1\nhttps://a.example/2"})
    job = ImportJob.objects.get()
    assert response["Location"] == f"/imports/{job.pk}/"
    assert sorted(undone_items().values_list("url", flat=True)) == [
        "https://a.example/1",
        "https://a.example/2",
    ]
    assert len(sent) == 1, "a broker that refused one message is not asked ten thousand times"


# ---- The list --------------------------------------------------------------------------------------


def test_the_list_counts_what_became_of_each_job(desk: Client, researcher: User) -> None:
    job = job_of(researcher, TEXT, "Two.", "Three.", label="Three texts")
    first, second, _ = job.items.order_by("position")
    run_import_item(item_id=first.pk)
    fail(second)
    row = re.search(r"<tr> <td class=\"main\">.*?</tr>", body(desk.get("/imports/")))
    assert row
    assert re.findall(r'data-label="(Items|Done|Waiting|Failed)"[^>]*>(?:<a[^>]*>)?(\d*)', row[0]) == [
        ("Items", "3"),
        ("Done", "1"),
        ("Waiting", "1"),
        ("Failed", "1"),
    ]
    assert "Three texts" in row[0]
    assert "rosa" in row[0]
    assert f"/imports/{job.pk}/?state=failed" in row[0]


def test_the_list_is_paged_by_key(desk: Client, researcher: User, django_assert_num_queries: Any) -> None:
    for n in range(PAGE_ROWS + 2):
        job_of(researcher, TEXT, label=f"Job {n:03}")
    with django_assert_num_queries(7):  # session, user, roles; the jobs, their counts, their files; the inbox
        first = desk.get("/imports/").content.decode()
    older = re.search(r'href="(\?after=[^"]+)"', first)
    assert older
    second = desk.get(f"/imports/{older[1]}").content.decode()
    assert re.findall(r"Job \d{3}", first + second) == [f"Job {n:03}" for n in range(PAGE_ROWS + 1, -1, -1)]
    newer = re.search(r'href="(\?before=[^"]+)"', second)
    assert newer
    assert re.findall(r"Job \d{3}", desk.get(f"/imports/{newer[1]}").content.decode()) == re.findall(
        r"Job \d{3}", first
    )


def test_an_empty_list_says_what_to_do(desk: Client, client: Client) -> None:
    assert 'href="/imports/new/"' in body(desk.get("/imports/"))
    client.force_login(make_user("vic", "viewer"))
    assert 'href="/imports/new/"' not in body(client.get("/imports/"))


# ---- One import ------------------------------------------------------------------------------------


def test_a_job_shows_each_item_and_what_came_of_it(desk: Client, researcher: User) -> None:
    job = job_of(researcher, TEXT, "Two.")
    first, second = job.items.order_by("position")
    run_import_item(item_id=first.pk)
    first.refresh_from_db()
    fail(second)
    html = body(desk.get(f"/imports/{job.pk}/"))
    assert f'href="/articles/{first.version.article_id}/"' in html
    assert "claims are being extracted" in html
    assert "The worker stopped: tell an admin." in html
    assert '<code class="fine">gave_up</code>' in html
    assert "1 of 2 imported, 1 failed. 1 text is still being read for its claims." in html
    ExtractionRun.objects.update(state="done", claims=7)
    assert "New article · 7 claims" in body(desk.get(f"/imports/{job.pk}/"))


def test_an_item_whose_site_is_busy_says_when_its_turn_comes(desk: Client, researcher: User) -> None:
    job = request_import(by=researcher, items=[ItemRequest(kind="url", url="https://larn.example/quay")])
    assert "its turn comes" not in body(desk.get(f"/imports/{job.pk}/"))
    due = timezone.now().replace(hour=14, minute=5, second=9)
    job.items.update(stage="waiting", queued_at=due)
    html = body(desk.get(f"/imports/{job.pk}/"))
    assert "Waiting for the site&#x27;s turn" in html
    assert "14:05:09" in html
    assert "Will be tried again" not in html


def test_the_page_looks_again_only_while_something_is_undone(desk: Client, researcher: User) -> None:
    job = job_of(researcher, TEXT)
    assert 'hx-trigger="every 1s"' in body(desk.get(f"/imports/{job.pk}/"))
    run_import_item(item_id=job.items.get().pk)
    assert 'hx-trigger="every 1s"' in body(desk.get(f"/imports/{job.pk}/")), "its claims are still to come"
    ExtractionRun.objects.update(state="done", claims=2)
    assert "hx-trigger" not in body(desk.get(f"/imports/{job.pk}/"))


def next_look(html: str) -> str:
    """The address that the page asks next."""
    found = re.search(r'hx-get="([^"]+)"', html)
    assert found
    return found[1].replace("&amp;", "&")


def test_a_look_is_answered_only_when_something_changed(desk: Client, researcher: User) -> None:
    job = job_of(researcher, TEXT, "Two.")
    address = next_look(body(desk.get(f"/imports/{job.pk}/")))
    assert desk.get(address, headers=HTMX).status_code == 204
    ImportItem.objects.filter(job=job, position=1).update(
        state="running", stage="parsing", leased_until="2099-01-01T00:00Z"
    )
    response = desk.get(address, headers=HTMX)
    assert response.status_code == 200
    html = body(response)
    assert "<html" not in html
    assert "Reading the page" in html
    assert "hx-swap-oob" not in html, "nothing worth saying aloud has changed"
    fail(job.items.get(position=1))
    assert 'id="import-aloud" hx-swap-oob="true"' in body(desk.get(next_look(html), headers=HTMX))


def test_a_look_after_the_session_ended_leads_to_the_login_page(client: Client, researcher: User) -> None:
    job = job_of(researcher, TEXT)
    response = client.get(f"/imports/{job.pk}/?seen=x", headers=HTMX)
    assert response["HX-Redirect"] == f"/login/?next=/imports/{job.pk}/"
    assert client.get(f"/imports/{job.pk}/")["Location"] == f"/login/?next=/imports/{job.pk}/"


def test_without_a_worker_the_page_says_what_to_do(desk: Client, researcher: User, worker: Any) -> None:
    job = job_of(researcher, TEXT)
    address = next_look(body(desk.get(f"/imports/{job.pk}/")))
    worker(False)
    html = body(desk.get(address, headers=HTMX))
    assert "No worker has been heard of" in html
    assert 'hx-trigger="every 5s"' in html, "no use in asking every second"
    worker(True)
    assert "No worker has been heard of" not in body(desk.get(next_look(html), headers=HTMX))


def test_ten_thousand_items_are_shown_in_pages(
    desk: Client, researcher: User, django_assert_num_queries: Any
) -> None:
    items = [ItemRequest(kind="url", url=f"https://a.example/{n:05}") for n in range(1, 10_001)]
    job = request_import(by=researcher, items=items)
    late = list(job.items.filter(position__gt=9_900).values_list("pk", flat=True))
    ImportItem.objects.filter(pk__in=late).update(
        state="failed", error_code="timed_out", error_message="Too slow."
    )
    with django_assert_num_queries(
        11
    ):  # session, user, roles; job, counts, texts being read, errors, events, items, files; the inbox
        first = body(desk.get(f"/imports/{job.pk}/"))
    assert "0 of 10,000 imported, 100 failed, 9,900 to go." in first
    assert re.findall(r"a\.example/(\d{5})", first) == [f"{n:05}" for n in range(1, PAGE_ROWS + 1)]
    failed = body(desk.get(f"/imports/{job.pk}/?state=failed"))
    assert re.findall(r"a\.example/(\d{5})", failed) == [f"{n:05}" for n in range(9_901, 9_901 + PAGE_ROWS)]
    later = re.search(r'href="(\?state=failed[^"]*after=[^"]+)"', failed)
    assert later
    rest = body(desk.get(f"/imports/{job.pk}/{later[1].replace('&amp;', '&')}"))
    assert re.findall(r"a\.example/(\d{5})", rest) == [f"{n:05}" for n in range(9_951, 10_001)]


@pytest.mark.parametrize(
    "query", ["state=nonsense", "after=x", "before=%00", "before=-1", "after=99999999999999999999"]
)
def test_addresses_that_make_no_sense_are_no_error(desk: Client, researcher: User, query: str) -> None:
    assert desk.get(f"/imports/{job_of(researcher, TEXT).pk}/?{query}").status_code == 200


@pytest.mark.parametrize("address", ["/imports/999/", "/imports/99999999999999999999/"])
def test_an_import_that_is_not_there(desk: Client, address: str) -> None:
    assert desk.get(address).status_code == 404


# ---- Retrying --------------------------------------------------------------------------------------


def test_one_item_or_all_are_retried(desk: Client, researcher: User) -> None:
    job = job_of(researcher, "One.", "Two.", "Three.")
    for item in job.items.all():
        fail(item)
    first = job.items.earliest("pk")
    html = body(desk.post(f"/imports/{job.pk}/retry/", {"item": first.pk}, follow=True))
    assert "1 item queued again." in html
    assert sorted(job.items.values_list("state", flat=True)) == ["failed", "failed", "queued"]
    assert "2 items queued again." in body(desk.post(f"/imports/{job.pk}/retry/", follow=True))
    assert "nothing to retry" in body(desk.post(f"/imports/{job.pk}/retry/", follow=True))


def test_a_viewer_cannot_retry(client: Client, researcher: User) -> None:
    job = job_of(researcher, "One.")
    fail(job.items.get())
    client.force_login(make_user("vic", "viewer"))
    assert "Retry" not in body(client.get(f"/imports/{job.pk}/"))
    html = body(client.post(f"/imports/{job.pk}/retry/", follow=True))
    assert "Only a researcher or above may import articles" in html
    assert job.items.get().state == "failed"


def test_an_item_that_runs_for_long_says_when_another_worker_takes_it(desk: Client, researcher: User) -> None:
    job = job_of(researcher, TEXT)
    until = timezone.now() + timedelta(seconds=40)
    item = job.items.get()
    seen = []
    for seconds in (5, 31):
        ImportItem.objects.filter(pk=item.pk).update(
            state="running",
            stage="fetching",
            started_at=timezone.now() - timedelta(seconds=seconds),
            leased_until=until,
        )
        seen.append(body(desk.get(f"/imports/{job.pk}/")))
    assert "may have stopped" not in seen[0]
    assert "may have stopped" in seen[1]
    assert f"{timezone.localtime(until):%H:%M:%S}" in seen[1]
    # The page that was open before is told, though nothing of the item itself has changed.
    look = re.search(r"seen=([\w-]+)", seen[0])
    assert look
    assert desk.get(f"/imports/{job.pk}/?seen={look[1]}", headers=HTMX).status_code == 200
