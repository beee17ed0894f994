"""The import screens in a real browser: progress that comes by itself, and nothing typed that gets lost."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from articles.models import Container, ImportItem, ImportJob
from articles.services.expanding import expand_container
from articles.services.importing import ItemRequest, request_import
from articles.services.running import run_import_item
from claims.models import ExtractionRun
from claims.services.extracting import extract_version
from factcheck.models import User
from tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

Open = Callable[..., Page]
TEXT = "The quay at Larn is shut, harbour master Ivo Brandt said on Monday. It was built in 1931."


@pytest.fixture
def researcher(monkeypatch: pytest.MonkeyPatch) -> User:
    """Somebody who imports; what workers would do is done by the test, in the order it wants to see."""
    monkeypatch.setattr("articles.services.importing.run_import_item_task.delay", lambda _pk: None)
    monkeypatch.setattr("claims.services.extracting.extract_version_task.delay", lambda _pk: None)
    monkeypatch.setattr("factcheck.heartbeat.last_heartbeat", lambda: {"at": 0.0, "extractor": "1"})
    return make_user("rosa", "researcher")


def work(job: ImportJob, position: int) -> None:
    run_import_item(item_id=job.items.get(position=position).pk)


def read_for_claims() -> None:
    for run in ExtractionRun.objects.filter(state="pending"):
        extract_version(run_id=run.pk)


# Fails, and may be tried again: an admin can allow it.
INSIDE = ItemRequest(kind="url", url="http://10.0.0.1/dam")


def test_progress_comes_by_itself_and_stops_when_all_is_done(open_browser: Open, researcher: User) -> None:
    one, three = (
        ItemRequest(kind="text", text=text, outlet="Larn Courier") for text in (TEXT, "Two. " + TEXT)
    )
    items = [one, INSIDE, three]
    job = request_import(by=researcher, items=items)
    page = open_browser(researcher)
    looks: list[str] = []
    page.on("request", lambda request: looks.append(request.url) if "seen=" in request.url else None)
    page.goto(f"/imports/{job.pk}/")
    aloud = page.get_by_role("status").filter(has_text="imported")
    expect(aloud).to_have_text("0 of 3 imported, 3 to go.")
    work(job, 1)
    work(job, 2)
    expect(aloud).to_contain_text("1 of 3 imported, 1 failed, 1 to go.")
    expect(page.get_by_text("claims are being extracted")).to_be_visible()
    work(job, 3)
    read_for_claims()
    expect(page.get_by_text("New article · ")).to_have_count(2)
    expect(page.get_by_role("button", name="Retry 1 failed")).to_be_visible()
    expect(page.locator("[hx-trigger]")).to_have_count(0)
    before = len(looks)
    page.wait_for_timeout(1500)
    assert len(looks) == before, "it goes on asking though nothing is undone"
    page.get_by_role("button", name="Retry 1 failed").click()
    expect(page.get_by_text("1 item queued again.")).to_be_visible()


def test_a_look_leaves_the_readers_place_alone(open_browser: Open, researcher: User) -> None:
    items = [
        INSIDE,
        ItemRequest(kind="text", text=TEXT, outlet="A"),
    ]
    job = request_import(by=researcher, items=items)
    work(job, 1)
    page = open_browser(researcher)
    page.goto(f"/imports/{job.pk}/")
    retry = page.get_by_role("button", name="Retry item 1")
    retry.focus()
    with page.expect_response(lambda response: "seen=" in response.url and response.status == 204):
        pass
    expect(retry).to_be_focused()
    work(job, 2)
    expect(page.get_by_text("claims are being extracted")).to_be_visible()
    expect(retry).to_be_focused()


def test_the_whole_way_works_without_scripts(open_browser: Open, researcher: User) -> None:
    page = open_browser(researcher, java_script_enabled=False)
    page.goto("/imports/new/")
    page.get_by_text("Pasted text", exact=True).click()
    page.get_by_label("Text of the article").fill(TEXT)
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("Say who published this text")).to_be_visible()
    expect(page.get_by_label("Text of the article")).to_have_value(TEXT)
    page.locator("#id_text_outlet").fill("Larn Courier")
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("1 item asked for.")).to_be_visible()
    expect(page.get_by_text("0 of 1 imported, 1 to go.").last).to_be_visible()
    work(ImportJob.objects.get(), 1)
    read_for_claims()
    page.reload()
    expect(page.get_by_text("1 of 1 imported.").last).to_be_visible()


def test_what_was_typed_outlives_a_reload_until_it_is_sent(open_browser: Open, researcher: User) -> None:
    page = open_browser(researcher)
    page.goto("/imports/new/")
    page.get_by_text("Pasted text", exact=True).click()
    page.get_by_label("Text of the article").fill(TEXT)
    page.locator("#id_text_outlet").fill("Larn Courier")
    page.reload()
    expect(page.get_by_label("Text of the article")).to_have_value(TEXT)
    expect(page.get_by_text("This is what you typed before")).to_be_visible()
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("1 item asked for.")).to_be_visible()
    assert ImportItem.objects.count() == 1
    page.goto("/imports/new/")
    page.get_by_text("Pasted text", exact=True).click()
    expect(page.get_by_label("Text of the article")).to_have_value("")


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_fit_their_window(open_browser: Open, researcher: User, width: int, scheme: str) -> None:
    long = "https://a.example/" + "very-long-address-" * 30
    request_import(by=researcher, items=[ItemRequest(kind="url", url=long)], label="x" * 200)
    item = ImportItem.objects.get()
    ImportItem.objects.update(
        state="failed",
        error_code="timed_out",
        error_message=f"{long} did not answer in time.",
        finished_at=item.queued_at,
    )
    page = open_browser(researcher, viewport={"width": width, "height": 900}, color_scheme=scheme)
    for address in ("/imports/", "/imports/new/", f"/imports/{item.job_id}/", "/dashboard/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_details_that_are_open_stay_open_while_the_page_goes_on(open_browser: Open, researcher: User) -> None:
    items = [ItemRequest(kind="text", text=f"{TEXT} {n}.", outlet="Larn Courier") for n in range(3)]
    job = request_import(by=researcher, items=items)
    work(job, 1)
    page = open_browser(researcher)
    page.goto(f"/imports/{job.pk}/")
    page.get_by_text("Details of item 1").click()
    expect(page.get_by_text("Reading the page ")).to_be_visible()
    work(job, 2)
    expect(page.get_by_text("2 of 3 imported").first).to_be_visible()
    expect(page.get_by_text("Reading the page ")).to_have_count(2)
    expect(page.locator("details[open]")).to_have_count(1)
    page.get_by_role("button", name="Cancel 1 to go").click()
    expect(page.get_by_text("1 item cancelled. What was done before stays.")).to_be_visible()
    expect(page.get_by_role("button", name="Retry item 3")).to_be_visible()


def test_columns_are_chosen_and_the_rows_change_at_each_choice(
    open_browser: Open, researcher: User, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("articles.services.containers.expand_container_task.delay", lambda _pk: None)
    table = tmp_path / "march.csv"
    table.write_text(f"Headline,Body,When\nThe quay,{TEXT.replace(',', ';')},03/04/2026\n")
    page = open_browser(researcher)
    page.goto("/imports/new/")
    page.get_by_role("heading", name="Files").click()
    page.get_by_label("Choose files").set_input_files(table)
    page.locator("#id_files_outlet").fill("Larn Courier")
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("heading", name="What are the columns of march.csv?")).to_be_visible()
    expect(page.get_by_label("Title")).to_have_value("Headline")
    expect(page.get_by_role("cell", name="may be day-month or month-day")).to_be_visible()
    page.get_by_label("Dates like").select_option("month_first")
    expect(page.get_by_role("cell", name="4 Mar 2026")).to_be_visible()
    expect(page.get_by_text("The first 1 row can be imported.")).to_be_visible()
    page.get_by_role("button", name="Import all rows").click()
    expect(page.get_by_text("The rows of march.csv are being imported.")).to_be_visible()
    expand_container(container_id=Container.objects.get().pk)
    expect(page.get_by_role("link", name="The quay")).to_be_visible()
