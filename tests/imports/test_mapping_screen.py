"""The screen on which somebody says what a table's columns are: without a browser, as every browser without scripts has it."""

import html
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from articles.models import Article, Container, ImportJob
from articles.services.expanding import expand_container
from factcheck.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
TABLE = (
    b"Headline,Body,When,Paper\n"
    b"The dam,The old dam at Lakeside holds twice the water it was built for.,03/04/2026,Lakeside Post\n"
    b"The quay,The quay at Larn is shut.,05/04/2026,Larn Courier\n"
    b"Ragged,row\n"
)


@pytest.fixture
def researcher() -> User:
    return make_user("rosa", "researcher")


@pytest.fixture
def desk(researcher: User, client: Client) -> Client:
    client.force_login(researcher)
    return client


def upload(desk: Client, data: bytes = TABLE, name: str = "rows.csv", **form: str) -> Any:
    return desk.post("/imports/new/", {"uploads": SimpleUploadedFile(name, data), **form})


def body(response: Any) -> str:
    return html.unescape(" ".join(response.content.decode().split()))


CHOICES = {
    "column_text": "Body",
    "column_title": "Headline",
    "column_published": "When",
    "column_outlet": "Paper",
    "dates": "day_first",
    "default_outlet": "",
    "encoding": "utf-8",
    "delimiter": ",",
    "header": "yes",
}


def test_from_an_upload_over_its_columns_to_its_articles(desk: Client) -> None:
    answer = upload(desk)
    job, container = ImportJob.objects.get(), Container.objects.get()
    assert answer["Location"] == f"/imports/{job.pk}/files/{container.pk}/"
    assert (job.total, container.state) == (0, "mapping")
    page = desk.get(answer["Location"])
    shown = body(page)
    assert '<option value="Body" selected>' in shown
    assert '<option value="Paper" selected>' in shown  # told by its name
    assert "03/04/2026” may be day-month or month-day" in shown
    refused = desk.post(answer["Location"], {**CHOICES, "dates": "", "action": "start"})
    assert refused.status_code == 422
    assert "say whether the day or the month comes first" in body(refused)
    assert '<option value="Body" selected>' in body(refused)
    seen = body(desk.post(answer["Location"], {**CHOICES, "action": "preview"}))
    assert "3 Apr 2026" in seen
    assert "Of the first 3 rows, 1 cannot be imported" in seen
    assert "This row has 2 fields, fewer than the 4 columns" in seen
    started = desk.post(answer["Location"], {**CHOICES, "action": "start"})
    assert started["Location"] == f"/imports/{job.pk}/"
    expand_container(container_id=container.pk)
    assert [(a.title, str(a.published_on), a.outlet.name) for a in Article.objects.order_by("pk")] == [
        ("The dam", "2026-04-03", "Lakeside Post"),
        ("The quay", "2026-04-05", "Larn Courier"),
    ]
    shown = body(desk.get(f"/imports/{job.pk}/"))
    assert "3 items" in shown and "1 failed" in shown


def test_a_table_waits_and_nothing_is_lost_when_its_page_is_left(desk: Client) -> None:
    upload(desk)
    job, container = ImportJob.objects.get(), Container.objects.get()
    assert expand_container(container_id=container.pk) is None
    shown = body(desk.get(f"/imports/{job.pk}/"))
    assert "Say what its columns are" in shown and container.get_absolute_url() in shown
    assert "waits for its columns" in body(desk.get("/imports/"))


def test_the_next_table_of_these_columns_is_mapped_as_the_last(desk: Client) -> None:
    odd = b"x1,x2,x3\nThe dam at Lakeside holds twice the water.,The dam,Lakeside Post\n"
    first = upload(desk, odd)["Location"]
    choices = {
        **CHOICES,
        "column_text": "x1",
        "column_title": "x2",
        "column_published": "",
        "column_outlet": "x3",
    }
    assert desk.post(first, {**choices, "action": "start"}).status_code == 302
    shown = body(desk.get(upload(desk, odd.replace(b"dam", b"mill"), "next.csv")["Location"]))
    for column in ("x1", "x2", "x3"):
        assert f'<option value="{column}" selected>' in shown


def test_a_better_delimiter_or_encoding_changes_what_is_seen(desk: Client) -> None:
    data = "Titel;Text\nMühle;Die Mühle läuft wieder, sagte der Müller.\n".encode("cp1252")
    where = upload(desk, data, files_outlet="Lakeside Post")["Location"]
    assert "Die Mühle läuft wieder" in body(desk.get(where))
    form = {
        "default_outlet": "Lakeside Post",
        "encoding": "cp1251",
        "delimiter": ";",
        "header": "yes",
        "action": "preview",
    }
    assert "Die Mьhle" in body(desk.post(where, {**form, "column_text": "Text"}))
    # Other columns than the choices were made for: they are shown anew, and nothing is imported.
    refused = desk.post(where, {**form, "delimiter": "|", "column_text": "Text", "action": "start"})
    assert refused.status_code == 422
    assert Container.objects.get().state == "mapping"


def test_without_a_text_or_an_address_nothing_is_imported(desk: Client) -> None:
    where = upload(desk)["Location"]
    refused = desk.post(where, {**CHOICES, "column_text": "", "action": "start"})
    assert refused.status_code == 422
    assert "Say which column has the text" in body(refused)


def test_a_table_can_be_left_out(desk: Client) -> None:
    where = upload(desk)["Location"]
    assert desk.post(where, {"action": "leave_out"})["Location"] == ImportJob.objects.get().get_absolute_url()
    assert (Container.objects.get().state, Container.objects.get().error_code) == ("failed", "left_out")
    assert desk.get(where).status_code == 302


def test_starting_twice_imports_once(desk: Client) -> None:
    where = upload(desk)["Location"]
    desk.post(where, {**CHOICES, "action": "start"})
    again = desk.post(where, {**CHOICES, "action": "start"})
    assert again.status_code == 302
    assert Container.objects.get().state == "queued"


def test_htmx_gets_the_form_alone(desk: Client) -> None:
    where = upload(desk)["Location"]
    part = desk.post(where, {**CHOICES, "action": ""}, headers=HTMX).content.decode()
    assert part.lstrip().startswith("<form") and "<html" not in part


def test_markup_in_a_table_is_shown_as_words(desk: Client) -> None:
    evil = b'title,text\n<script>alert(1)</script>,"<img src=x onerror=alert(2)> The dam holds."\n'
    shown = desk.get(upload(desk, evil, '<b>"x.csv', files_outlet="Post")["Location"]).content.decode()
    assert "<script>alert" not in shown and "<img" not in shown and "<b>&quot;" not in shown


def test_a_viewer_sees_and_does_nothing(desk: Client, client: Client) -> None:
    where = upload(desk)["Location"]
    client.force_login(make_user("vera", "viewer"))
    assert client.get(where).status_code == 200
    assert client.post(where, {**CHOICES, "action": "start"}).status_code == 403
    assert client.post(where, {"action": "leave_out"}).status_code == 403
    assert Container.objects.get().state == "mapping"


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("rows.csv", b"PK\x03\x04 not really", ""),
        ("rows.csv", b"", "There is nothing in this file"),
        ("rows.csv", b",".join([b"c"] * 5000), "This table has 5,000 columns"),
        ("old.doc", b"\xd0\xcf\x11\xe0....", "an old Word or Excel file"),
        ("scan.docx", b"words", "is not a Word document"),
    ],
)
def test_a_file_that_cannot_be_imported_comes_back_with_the_reason(
    desk: Client, name: str, data: bytes, words: str
) -> None:
    answer = upload(desk, data, name, addresses="https://a.example/1", files_outlet="Post")
    if words:
        assert answer.status_code == 400 or answer.status_code == 422
        assert words in body(answer)
        assert "https://a.example/1" in body(answer)  # what was typed is there
        assert not ImportJob.objects.exists()
    else:
        assert answer.status_code == 302


def test_documents_need_an_outlet_and_archives_do_not(desk: Client) -> None:
    refused = upload(desk, b"%PDF-1.7", "a.pdf")
    assert "Say who published a.pdf" in body(refused)
    assert upload(desk, b"PK\x05\x06" + bytes(18), "a.zip").status_code == 302


def test_only_keeping_the_texts_is_kept_with_the_import(desk: Client) -> None:
    upload(desk, without_claims="on")
    assert not ImportJob.objects.get().extract
