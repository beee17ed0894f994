"""Archives of all kinds, many texts recorded at once, and claims left for later."""

import hashlib
import io
import random
import zipfile
from typing import Any

import pytest
from django.db import connection

from articles.models import Article, ArticleVersion, ImportItem, Outlet
from articles.parsing import ParsedArticle
from articles.services.expanding import expand_container
from articles.services.importing import ItemRequest, request_import
from articles.services.jobs import retry_failed
from articles.services.recording import record_version
from articles.services.recording_many import TextToRecord, record_versions
from articles.services.running import run_import_item
from articles.services.streams import local_file
from claims.models import ExtractionRun
from claims.services.extracting import versions_to_reread
from factcheck.lib.errors import DomainError
from factcheck.models import User
from tests.factories import make_outlet, make_user
from tests.imports.containers import ask, csv, work_off
from tests.parsing.files import FIRST, SECOND, pdf, warc, word, zipped

pytestmark = pytest.mark.django_db


@pytest.fixture
def researcher() -> User:
    return make_user("rosa", "researcher")


# ---- Recording many is recording one, many times ---------------------------------------------------


def test_recording_many_texts_is_recording_each_of_them(db: None) -> None:
    seed = random.randrange(10**9)
    print("seed", seed)
    draw = random.Random(seed)
    outlets = [make_outlet("A"), make_outlet("B")]

    def drawn() -> TextToRecord:
        text = f"The dam holds {draw.randrange(6)} tons."
        url = draw.choice(["", *(f"https://a.example/{n}?utm_source=x" for n in range(4))])
        return TextToRecord(
            draw.choice(outlets), ParsedArticle(text=text, title=draw.choice("xyz"), byline="a"), url
        )

    def stored() -> list[Any]:
        return [
            (a.key, a.outlet.name, a.url, a.title, a.byline, a.current.number, [(v.number, v.sha256, v.title) for v in a.versions.order_by("number")])
            for a in Article.objects.order_by("key")
        ]  # fmt: skip

    chunks = [[drawn() for _ in range(draw.randint(1, 12))] for _ in range(6)]
    one_by_one = [
        [record_version(outlet=t.outlet, parsed=t.parsed, url=t.url, wants_claims=False)[1] for t in chunk]
        for chunk in chunks
    ]
    wanted = stored()
    with connection.cursor() as cursor:
        cursor.execute(
            "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE articles_article CASCADE; SET CONSTRAINTS ALL DEFERRED"
        )
    many = [
        [outcome for _, outcome in record_versions(chunk, snapshot=None, wants_claims=False)]
        for chunk in chunks
    ]
    assert many == one_by_one
    assert stored() == wanted


def test_a_table_takes_a_few_statements_a_chunk(researcher: User, django_assert_max_num_queries: Any) -> None:
    job = ask(researcher, csv(*[f"T{n},The dam holds {n} tons.,,Post," for n in range(150)]), extract=False)
    with django_assert_max_num_queries(35):
        expand_container(container_id=job.containers.get().pk)
    assert ArticleVersion.objects.count() == 150


# ---- Claims left for later -------------------------------------------------------------------------


def test_claims_left_for_later_are_not_extracted_until_somebody_asks(researcher: User) -> None:
    rows = csv("A,The dam holds.,,Post,")
    work_off(ask(researcher, rows, extract=False))
    assert not ExtractionRun.objects.exists()
    assert not versions_to_reread().exists()
    assert versions_to_reread(unread=True).count() == 1
    # Importing the same again, this time for its claims, has them read.
    job = work_off(ask(researcher, rows))
    assert job.items.get().outcome == "unchanged"
    assert ExtractionRun.objects.count() == 1
    work_off(ask(researcher, rows))
    assert ExtractionRun.objects.count() == 1


def test_an_item_of_such_a_job_is_not_extracted_either(researcher: User) -> None:
    items = [ItemRequest(kind="text", text="The dam holds.", outlet="Post")]
    job = request_import(by=researcher, items=items, extract=False)
    item = run_import_item(item_id=job.items.get().pk)
    assert item is not None and item.state == "done"
    assert not ExtractionRun.objects.exists()


# ---- Archives --------------------------------------------------------------------------------------

PAGE = f"<html><head><title>The dam</title></head><body><article><h1>The dam</h1><p>{FIRST}</p><p>{SECOND}</p></article></body></html>"


def test_an_archive_of_everything(researcher: User) -> None:
    inner = zipped(**{"story.txt": FIRST.encode()})
    data = zipped(
        **{
            "news/dam.html": PAGE.encode(),
            "../../quay.txt": f"Quay shut\n\n{SECOND}".encode(),
            "report.pdf": pdf([[FIRST[:90], SECOND[:80]]], title="A report"),
            "letter.docx": word(),
            "inner.zip": inner,
            "picture.png": b"\x89PNG....",
            "table.csv": csv("T,The mill at Larn turns.,,,"),
            "pages.warc.gz": warc(
                [("https://courier.example/dam", PAGE.replace("Tuesday", "Friday").encode())]
            ),
            "unclear.csv": b"a,b\n1,2\n",
            "style.css": b"body { color: black }",
            "bomb.txt": b"0" * 20_000_000,
        }
    )
    job = work_off(ask(researcher, data, "all.zip", "zip"))
    found = {item.file_name or str(item): (item.state, item.error_code) for item in job.items.all()}
    assert found == {
        "news/dam.html": ("done", ""),
        "quay.txt": ("done", ""),
        "report.pdf": ("done", ""),
        "letter.docx": ("done", ""),
        "inner.zip": ("failed", "nested_archive"),
        "picture.png": ("failed", "unsupported_file"),
        "T": ("done", ""),
        "https://courier.example/dam": ("done", ""),
        "style.css": ("failed", "unsupported_file"),
        "bomb.txt": ("failed", "archive_bomb"),
    }
    assert sorted(job.containers.values_list("file_name", "state")) == [
        ("all.zip", "done"), ("pages.warc.gz", "done"), ("table.csv", "done"), ("unclear.csv", "mapping"),
    ]  # fmt: skip
    page = job.items.get(url="https://courier.example/dam")
    assert page.version.article.url == "https://courier.example/dam"
    assert (page.snapshot.url, page.snapshot.status) == ("https://courier.example/dam", 200)
    assert job.items.get(file_name="picture.png").outlet_name == "Larn Courier"
    assert page.snapshot.headers["Content-Type"].startswith("text/html")
    assert page.snapshot.headers["WARC-Date"].startswith("20")
    with pytest.raises(DomainError, match="fail the same way"):
        retry_failed(by=researcher, job=job)


@pytest.mark.parametrize(
    "data", [b"PK\x05\x06" + bytes(18), b"PK\x03\x04 and nothing more", zipped(a=b"x" * 999)[:-30]]
)
def test_an_archive_with_nothing_in_it_or_broken_says_so(researcher: User, data: bytes) -> None:
    job = work_off(ask(researcher, data, "a.zip", "zip"))
    container = job.containers.get()
    assert (container.state, container.error_code in {"empty", "broken_archive"}) == ("failed", True)
    assert container.error_message


def test_a_file_of_another_type_than_its_name_says(researcher: User) -> None:
    items = [ItemRequest(kind="file", content=pdf([[FIRST[:90]]]), file_name="story.html", outlet="Post")]
    job = request_import(by=researcher, items=items)
    item = run_import_item(item_id=job.items.get().pk)
    assert item is not None and item.state == "done"
    assert item.version.provenance["file"] == "a PDF, though named .html"


def test_the_bytes_of_a_large_file_are_kept_once_and_whole(researcher: User) -> None:
    rows = csv(*[f"T{n},The dam holds {n} tons.,,Post," for n in range(3000)])
    first, second = ask(researcher, rows), ask(researcher, rows, "again.csv")
    snapshot = first.containers.get().snapshot
    assert second.containers.get().snapshot == snapshot
    assert (snapshot.sha256, snapshot.size) == (hashlib.sha256(rows).hexdigest(), len(rows))
    with local_file(snapshot) as file:
        assert file.read() == rows


def test_an_archive_keeps_its_outlet(researcher: User) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", FIRST)
    work_off(ask(researcher, out.getvalue(), "a.zip", "zip", outlet="Lakeside Post"))
    assert Outlet.objects.get().name == "Lakeside Post"
    assert ImportItem.objects.get().state == "done"
