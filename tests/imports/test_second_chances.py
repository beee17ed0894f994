"""What may be tried again and what may not: items by their error's code, files of many as a whole."""

import io
import re
from pathlib import Path

import docx
import pytest
from django.test import Client

from articles import retrying
from articles.models import Container, ImportEvent, ImportItem, ImportJob
from articles.parsing import parse_in_child
from articles.retrying import NEVER, OF_PAGES, is_retryable
from articles.services.importing import ItemRequest, request_import
from articles.services.jobs import cancel_import, retry_container, retry_failed
from articles.services.running import run_import_item
from factcheck.lib.errors import DomainError
from factcheck.models import User
from tests.api.checking import CheckedClient
from tests.factories import make_user
from tests.imports.test_containers import ask, csv, work_off
from tests.imports.test_screens import body, fail
from tests.parsing.test_formats import FIRST, SECOND, zipped

pytestmark = pytest.mark.django_db
ROWS = csv(*(f"Dam {n},The dam number {n} at Lakeside holds.,,Post," for n in range(3)))


@pytest.fixture
def researcher() -> User:
    return make_user("rosa", "researcher")


@pytest.fixture
def desk(researcher: User, client: Client) -> Client:
    client.force_login(researcher)
    return client


def test_the_table_names_codes_that_there_are() -> None:
    sources = "".join(
        path.read_text()
        for path in Path(retrying.__file__).parent.rglob("*.py")
        if path.name != "retrying.py" and "migrations" not in path.parts
    )
    assert {code for code in NEVER | OF_PAGES if f'"{code}"' not in sources} == set()
    assert NEVER.isdisjoint(OF_PAGES)


@pytest.mark.parametrize(
    ("kind", "code", "may"),
    [
        ("url", "paywall", True),
        ("file", "paywall", False),
        ("url", "timed_out", True),
        ("row", "internal_error", True),
        ("file", "encrypted", False),
        ("url", "invalid_url", False),
        ("file", "a_code_to_come", True),
    ],
)
def test_what_may_do_better_the_next_time(researcher: User, kind: str, code: str, may: bool) -> None:
    assert is_retryable(kind, code) is may
    job = request_import(
        by=researcher, items=[ItemRequest(kind="text", text="A text.", url="https://a.example")]
    )
    fail(job.items.get(), code)
    job.items.update(kind=kind)
    assert job.items.filter(retrying.RETRYABLE).exists() is may  # the database says the same


def test_only_what_can_help_is_offered_and_done(desk: Client, researcher: User) -> None:
    texts = [ItemRequest(kind="text", text=f"Text {n}.", outlet="Post") for n in range(3)]
    job = request_import(by=researcher, items=texts)
    for item, code in zip(job.items.order_by("position"), ("gave_up", "encrypted", "gave_up"), strict=True):
        fail(item, code)
    encrypted = job.items.get(error_code="encrypted")
    page = body(desk.get(f"/imports/{job.pk}/"))
    assert "Retry 2 failed" in page
    assert re.findall(r'name="code" value="(\w+)"', page) == ["gave_up"]
    assert f'id="retry-{encrypted.pk}"' not in page
    for form in ({"item": encrypted.pk}, {"code": "encrypted"}):
        assert "would fail the same way" in body(desk.post(f"/imports/{job.pk}/retry/", form, follow=True))
    assert "2 items queued again" in body(desk.post(f"/imports/{job.pk}/retry/", follow=True))
    assert list(job.items.filter(state="failed")) == [encrypted]
    cancel_import(by=researcher, job=job)
    with pytest.raises(DomainError, match="mend what the error says"):
        retry_failed(by=researcher, job=job)


# ---- Files of many ---------------------------------------------------------------------------------


def test_a_file_that_was_cut_short_is_read_on(desk: Client, researcher: User) -> None:
    job = ask(researcher, ROWS)
    cancel_import(by=researcher, job=job)
    work_off(job)
    container = job.containers.get()
    assert (container.state, container.error_code, job.items.count()) == ("failed", "cancelled", 0)
    assert f'id="retry-file-{container.pk}"' in body(desk.get(f"/imports/{job.pk}/"))
    page = body(desk.post(f"/imports/{job.pk}/retry/", {"container": container.pk}, follow=True))
    assert "rows.csv is read on" in page
    assert 'rosa queued <span dir="auto">rows.csv</span> again' in page
    work_off(job)
    container.refresh_from_db()
    assert (container.state, container.error_code, job.items.filter(state="done").count()) == ("done", "", 3)
    told = ImportEvent.objects.filter(container=container).values_list("by__username", "verb", "items")
    assert list(told) == [("rosa", "retry", 1)]
    with pytest.raises(DomainError) as refused:
        retry_container(by=researcher, job=job, container_id=container.pk)
    assert refused.value.code == "not_failed"


def test_a_broken_archive_and_another_imports_file_are_refused(desk: Client, researcher: User) -> None:
    job = work_off(ask(researcher, b"PK\x03\x04 and nothing more", "a.zip", "zip"))
    container = job.containers.get()
    assert "retry-file-" not in body(desk.get(f"/imports/{job.pk}/"))
    answer = desk.post(f"/imports/{job.pk}/retry/", {"container": container.pk}, follow=True)
    assert "would fail the same way" in body(answer)
    other = ask(researcher, ROWS)
    answer = desk.post(f"/imports/{other.pk}/retry/", {"container": container.pk}, follow=True)
    assert "There is no file" in body(answer)
    assert not ImportEvent.objects.exists()


def test_a_table_in_an_archive_is_mapped_on_screen_and_may_be_left_out_first(
    desk: Client, researcher: User
) -> None:
    table = b"Kop,Stuk\nThe dam,The old dam at Lakeside holds twice the water it was built for.\n"
    job = work_off(ask(researcher, zipped(**{"in/unclear.csv": table}), "all.zip", "zip"))
    container = job.containers.get(kind="csv")
    address = f"/imports/{job.pk}/files/{container.pk}/"
    assert container.get_absolute_url() == address
    assert f'href="{address}"' in body(desk.get(f"/imports/{job.pk}/"))
    desk.post(address, {"action": "leave_out"})
    answer = desk.post(f"/imports/{job.pk}/retry/", {"container": container.pk})
    assert answer["Location"] == address
    form = {"column_text": "Stuk", "column_title": "Kop", "dates": "", "default_outlet": "Post", "encoding": "utf-8",
            "delimiter": ",", "header": "yes", "action": "start"}  # fmt: skip
    assert desk.post(address, form).status_code == 302
    work_off(job)
    assert list(job.items.values_list("title", "state")) == [("The dam", "done")]
    assert Container.objects.get(pk=container.pk).state == "done"


def test_the_api_tells_what_may_be_retried_and_reads_files_on(db: None) -> None:
    rosa = make_user("rosa", "researcher")
    client = CheckedClient(rosa)
    job = ask(rosa, csv("A,The dam holds.,,Post,", "B,too,few"))
    cancel_import(by=rosa, job=job)
    [file] = client.get(f"/api/v1/imports/{job.pk}/").json()["files"]
    assert (file["error"]["code"], file["error"]["retryable"]) == ("cancelled", True)
    assert client.post(f"/api/v1/imports/{job.pk}/retry/", {"file": file["id"]}).status_code == 202
    work_off(ImportJob.objects.get(pk=job.pk))
    [failed] = client.get(f"/api/v1/imports/{job.pk}/items/?state=failed").json()["results"]
    assert failed["error"]["retryable"] is False
    refused = client.post(f"/api/v1/imports/{job.pk}/retry/")
    assert (refused.status_code, refused.json()["code"]) == (400, "not_retryable")


# ---- Titles ----------------------------------------------------------------------------------------


def document(title: str, *paragraphs: tuple[str, str]) -> bytes:
    made = docx.Document()
    made.core_properties.title = title
    for text, style in paragraphs:
        made.add_paragraph(text, style=style)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize("own", ["Word Document", "Document1", "", "Microsoft Word - Document"])
def test_a_title_that_a_program_gave_is_none(researcher: User, own: str) -> None:
    body_text = [(FIRST, "Normal"), (SECOND, "Normal"), (FIRST, "Normal"), ("What broke", "Heading 1")]
    assert parse_in_child(document(own, *body_text, (SECOND, "Normal")), kind="docx").title == "What broke"
    data = document(own, *body_text[:2])
    items = [ItemRequest(kind="file", content=data, file_name="The_dam at Lakeside.docx", outlet="Post")]
    item = run_import_item(item_id=request_import(by=researcher, items=items).items.get().pk)
    assert item is not None and item.version is not None, ImportItem.objects.values_list("error_message")
    assert item.version.title == "The dam at Lakeside"
    assert item.version.provenance["title"] == "file name"


def test_a_title_that_somebody_gave_stays() -> None:
    assert (
        parse_in_child(document("Documents of the dam", (FIRST, "Normal")), kind="docx").title
        == "Documents of the dam"
    )
