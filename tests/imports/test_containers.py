"""Files of many articles as their importers see them: what each row, page and file ends as, and what a dead worker changes."""

import hashlib
import io
import json
import random
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import OperationalError, connection
from django.utils import timezone

from articles.models import Article, ArticleVersion, Container, ImportItem, ImportJob, Outlet, Snapshot
from articles.parsing import ParsedArticle
from articles.parsing.formats.columns import TableMapping
from articles.services import entries, expanding
from articles.services.containers import ContainerRequest
from articles.services.expanding import expand_container, undone_containers
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
from tests.parsing.test_formats import FIRST, SECOND, pdf, warc, word, zipped

pytestmark = pytest.mark.django_db


@pytest.fixture
def researcher() -> User:
    return make_user("rosa", "researcher")


def ask(by: User, data: bytes, name: str = "rows.csv", kind: str = "csv", **options: Any) -> ImportJob:
    extract = options.pop("extract", True)
    request = ContainerRequest(io.BytesIO(data), name, kind, options.pop("outlet", "Larn Courier"), **options)
    return request_import(by=by, items=[], containers=[request], extract=extract)


def work_off(job: ImportJob) -> ImportJob:
    """What workers would do."""
    while undone := list(undone_containers().values_list("pk", flat=True)):
        for pk in undone:
            expand_container(container_id=pk)
    for pk in job.items.filter(state="queued", kind="file").values_list("pk", flat=True):
        run_import_item(item_id=pk)
    job.refresh_from_db()
    return job


def ends(job: ImportJob) -> list[tuple[int | None, str, str]]:
    return [(item.place, item.state, item.error_code) for item in job.items.order_by("position")]


def csv(*rows: str, head: str = "title,text,url,outlet,published") -> bytes:
    return "\n".join([head, *rows, ""]).encode()


# ---- Tables ------------------------------------------------------------------------------------


def test_three_good_rows_among_seven_broken_ones(researcher: User) -> None:
    rows = csv(
        "Dam,The dam at Lakeside holds.,https://courier.example/1,Larn Courier,2026-03-02",
        "Ragged,The dam,at Lakeside,holds.,https://courier.example/2,Larn Courier,2026-03-02",
        ",,,,",
        "Empty,,,Larn Courier,2026-03-02",
        "Old,The dam at Lakeside holds on.,,Larn Courier,0001-01-01",
        "Quay,The quay at Larn is shut.,,Larn Courier,2026-03-02T10:00:00+01:00",
        "Odd date,The quay at Larn is shut now.,,Larn Courier,the other day",
        "Script,The quay at Larn is open.,javascript:alert(1),Larn Courier,2026-03-02",
        '"Quoted" badly,The quay at Larn is new.,,Larn Courier,2026-03-02',
        "Mill,The mill at Larn turns.,https://courier.example/3,Larn Courier,2026-03-02",
        'Open,"The mill at Larn never ends.,,Larn Courier,2026-03-02',
    )
    job = work_off(ask(researcher, rows, outlet=""))
    assert ends(job) == [
        (2, "done", ""),
        (3, "failed", "ragged_row"),
        (5, "failed", "row_empty"),
        (6, "failed", "date_implausible"),
        (7, "done", ""),
        (8, "failed", "date_unreadable"),
        (9, "failed", "invalid_url"),
        (10, "failed", "broken_quotes"),
        (11, "done", ""),
        (12, "failed", "broken_quotes"),
    ]
    assert job.total == 10
    assert sorted(Article.objects.values_list("title", flat=True)) == ["Dam", "Mill", "Quay"]
    quay = Article.objects.get(title="Quay")
    assert quay.published_at is not None and quay.published_at.isoformat() == "2026-03-02T09:00:00+00:00"
    assert Article.objects.get(title="Mill").published_at is None
    assert all(item.error_message.endswith(".") for item in job.items.filter(state="failed"))
    assert job.containers.get().state == "done"


def test_rows_refer_to_the_file_and_their_place_in_it(researcher: User) -> None:
    job = work_off(ask(researcher, csv("Dam,The dam holds.,,Post,", "Quay,The quay is shut.,,Post,")))
    snapshot = job.containers.get().snapshot
    assert Snapshot.objects.count() == 1
    item = job.items.get(place=3)
    assert (item.kind, item.snapshot, item.version.snapshot) == ("row", snapshot, snapshot)
    with local_file(snapshot) as file:
        file.seek(item.offset)
        assert file.readline() == b"Quay,The quay is shut.,,Post,\n"


def test_a_row_with_an_address_only_is_fetched_as_any_address(researcher: User) -> None:
    job = work_off(
        ask(researcher, csv("Dam,,https://courier.example/1,,", head="title,text,url,outlet,published"))
    )
    item = job.items.get()
    assert (item.kind, item.state, item.url, item.title) == (
        "url",
        "queued",
        "https://courier.example/1",
        "Dam",
    )
    assert item.outlet_name == "Larn Courier"


def test_two_rows_of_one_address_with_different_texts_are_two_versions(researcher: User) -> None:
    rows = csv(
        "Dam,The dam holds.,https://courier.example/dam,Larn Courier,",
        "Dam again,The dam does not hold.,https://courier.example/dam?utm_source=x,Larn Courier,",
        "Dam,The dam holds.,https://courier.example/dam,Larn Courier,",
    )
    job = work_off(ask(researcher, rows))
    assert list(job.items.order_by("position").values_list("outcome", flat=True)) == [
        "new_article",
        "new_version",
        "unchanged",
    ]
    article = Article.objects.get()
    assert [version.text for version in article.versions.order_by("number")] == [
        "The dam holds.",
        "The dam does not hold.",
    ]
    # As with any re-import: what came last is what the address shows now.
    assert article.current.text == "The dam holds."
    assert article.title == "Dam"


def test_importing_a_table_again_changes_nothing(researcher: User) -> None:
    rows = csv(
        "Dam,The dam holds.,https://courier.example/dam,Larn Courier,",
        "Quay,The quay is shut.,,Larn Courier,",
    )
    work_off(ask(researcher, rows))
    job = work_off(ask(researcher, rows))
    assert set(job.items.values_list("outcome", flat=True)) == {"unchanged"}
    assert ArticleVersion.objects.count() == 2


def test_an_outlet_is_told_by_row_file_or_address(researcher: User) -> None:
    make_outlet("Larn Courier", domain="courier.example")
    rows = csv(
        "One,The dam holds.,,Lakeside Post,",
        "Two,The quay is shut.,https://www.courier.example/2,,",
        "Three,The mill turns.,,,",
    )
    job = work_off(ask(researcher, rows, outlet=""))
    assert [
        (i.state, i.version and i.version.article.outlet.name) for i in job.items.order_by("position")
    ] == [
        ("done", "Lakeside Post"),
        ("done", "Larn Courier"),
        ("failed", None),
    ]
    assert job.items.get(place=4).error_code == "outlet_missing"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1251"])
def test_a_table_in_another_encoding_is_no_mojibake(researcher: User, encoding: str) -> None:
    text = "Старая плотина держит воду, сказала мэр Мира Толланд."
    data = f"Заголовок;Текст\r\nПлотина;{text}\r\n".encode(encoding)
    job = work_off(ask(researcher, data))
    version = job.items.get().version
    assert (version.title, version.text, version.language) == ("Плотина", text, "ru")


def test_nul_and_lone_surrogates_are_stored_as_what_can_be_seen(researcher: User) -> None:
    lines = [
        json.dumps({"title": "Da\0m \ud800", "text": "The dam \udfff holds.\0", "id": "\ud8001"}),
        json.dumps({"title": "Quay", "text": "The quay is shut.", "url": "https://a.example/\ud800"}),
    ]
    job = work_off(ask(researcher, "\n".join(lines).encode(), "rows.jsonl", "jsonl"))
    one, two = job.items.order_by("position")
    assert (one.state, one.version.text, one.external_id) == ("done", "The dam \ufffd holds.", "\ufffd1")
    assert two.state in {"done", "failed"}


def test_a_broken_line_in_the_middle_costs_itself(researcher: User) -> None:
    lines = ['{"text": "The dam holds."}', '{"text": "The quay', '{"text": "The mill turns."}']
    job = work_off(ask(researcher, "\n".join(lines).encode(), "rows.jsonl", "jsonl"))
    assert ends(job) == [(1, "done", ""), (2, "failed", "broken_json"), (3, "done", "")]


@pytest.mark.parametrize(
    ("data", "kind", "code"),
    [(b"", "csv", "empty"), (b"\n\n", "jsonl", "empty"), (b"no json\nat all\n", "jsonl", "no_rows"),
     (b"a,b\n1,2\n", "csv", "mapping_needed"), (b",".join([b"c"] * 5000), "csv", "too_many_columns"),
     (b"text,date\nThe dam holds.,03/04/2026\n", "csv", "mapping_needed")],
)  # fmt: skip
def test_a_file_that_is_no_table_is_refused_at_once(
    researcher: User, data: bytes, kind: str, code: str
) -> None:
    with pytest.raises(DomainError) as refused:
        ask(researcher, data, kind=kind)
    assert refused.value.code == code
    assert not ImportJob.objects.exists()


def test_a_mapping_given_is_the_one_that_counts(researcher: User) -> None:
    rows = csv("The dam holds.,The quay is shut.,03/04/2026", head="text,other,on")
    mapping = TableMapping({"text": "other", "title": "text", "published": "on"}, "month_first")
    job = work_off(ask(researcher, rows, mapping=mapping))
    version = job.items.get().version
    assert (version.text, version.title, str(version.published_on)) == (
        "The quay is shut.",
        "The dam holds.",
        "2026-03-04",
    )
    with pytest.raises(DomainError) as refused:
        ask(researcher, rows, mapping=TableMapping({"text": "body"}))
    assert refused.value.code == "mapping_wrong"


def test_too_many_rows_leave_the_first_ones(
    researcher: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CONTAINER_MAX_ITEMS = 5
    monkeypatch.setattr(entries, "CHUNK_ENTRIES", 2)
    job = work_off(ask(researcher, csv(*[f"T,The dam holds {n} tons.,,Post," for n in range(9)])))
    assert job.total == 4
    assert (job.containers.get().state, job.containers.get().error_code) == ("failed", "too_many_rows")


def test_a_file_larger_than_the_limit_is_refused(researcher: User, settings: Any) -> None:
    settings.CONTAINER_MAX_BYTES = 100
    with pytest.raises(DomainError) as refused:
        ask(researcher, csv("T," + "word " * 100 + ",,Post,"))
    assert refused.value.code == "too_large"
    assert not Snapshot.objects.exists()


# ---- Workers ------------------------------------------------------------------------------------


def test_a_worker_that_dies_costs_a_chunk_and_no_item_comes_twice(
    researcher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "CHUNK_ENTRIES", 3)
    job = ask(researcher, csv(*[f"T{n},The dam holds {n} tons.,,Post," for n in range(10)]))
    container = job.containers.get()

    class Killed(BaseException):
        pass

    real, calls = expanding._store_chunk, []

    def dies(*args: Any, **kwargs: Any) -> None:
        calls.append(1)
        if len(calls) == 3:
            raise Killed
        real(*args, **kwargs)

    monkeypatch.setattr(expanding, "_store_chunk", dies)
    with pytest.raises(Killed):
        expand_container(container_id=container.pk)
    assert job.items.count() == 6
    assert expand_container(container_id=container.pk) is None  # the dead worker still has its lease
    Container.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    work_off(job)
    assert [place for place, _, _ in ends(job)] == list(range(2, 12))
    assert (job.total, job.containers.get().made, Article.objects.count()) == (10, 10, 10)


def test_a_worker_that_comes_back_late_changes_nothing(
    researcher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = ask(researcher, csv("T,The dam holds.,,Post,"))
    container = job.containers.get()
    zombie = expanding._claim(container.pk)
    assert zombie is not None
    Container.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    work_off(job)
    with pytest.raises(expanding._TakenOver):
        expanding._read_on(zombie, 60)
    expanding._end(zombie, "too_late", "Too late.")
    assert job.items.count() == 1
    assert job.containers.get().state == "done"


def test_a_long_file_is_read_in_slices(researcher: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "CHUNK_ENTRIES", 2)
    job = ask(researcher, csv(*[f"T{n},The dam holds {n} tons.,,Post," for n in range(5)]))
    pk = job.containers.get().pk
    states = [expand_container(container_id=pk, slice_seconds=0).state for _ in range(3)]  # type: ignore[union-attr]
    assert states == ["queued", "queued", "queued"]
    assert work_off(job).total == 5


def test_a_file_that_kills_its_worker_every_time_ends(researcher: User, settings: Any) -> None:
    job = ask(researcher, csv("T,The dam holds.,,Post,"))
    pk = job.containers.get().pk
    for _ in range(settings.IMPORT_MAX_ATTEMPTS):
        assert expanding._claim(pk) is not None
        Container.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert expand_container(container_id=pk) is None
    assert (job.containers.get().state, job.containers.get().error_code) == ("failed", "gave_up")


def test_a_row_that_cannot_be_stored_fails_alone(researcher: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **kwargs: Any) -> Any:
        raise ValueError("as nobody foresaw")

    def breaks_on_quay(**kwargs: Any) -> Any:
        return broken() if "quay" in kwargs["parsed"].text else record_version(**kwargs)

    monkeypatch.setattr(entries, "record_versions", broken)
    monkeypatch.setattr(entries, "record_version", breaks_on_quay)
    job = work_off(
        ask(
            researcher,
            csv("A,The dam holds.,,Post,", "B,The quay is shut.,,Post,", "C,The mill turns.,,Post,"),
        )
    )
    assert ends(job) == [(2, "done", ""), (3, "failed", "internal_error"), (4, "done", "")]
    monkeypatch.undo()
    assert retry_failed(by=researcher, job=job) == 1
    run_import_item(item_id=job.items.get(place=3).pk)
    assert job.items.get(place=3).version.text == "The quay is shut."


@pytest.mark.parametrize("interruption", [OperationalError("the server went away"), SoftTimeLimitExceeded()])
def test_an_interruption_is_no_rows_fault(
    researcher: User, monkeypatch: pytest.MonkeyPatch, interruption: Exception
) -> None:
    def broken(*args: Any, **kwargs: Any) -> Any:
        raise ValueError("a chunk that cannot be stored as a whole")

    def interrupted(**kwargs: Any) -> Any:
        raise interruption

    job = ask(researcher, csv("Dam,The dam holds.,,Post,", "Quay,The quay is shut.,,Post,"))
    with monkeypatch.context() as patched:
        patched.setattr(entries, "record_versions", broken)
        patched.setattr(entries, "record_version", interrupted)
        with pytest.raises(type(interruption)):
            expand_container(container_id=job.containers.get().pk)
    assert ends(job) == []
    Container.objects.update(leased_until=timezone.now() - timedelta(seconds=1))  # the lease runs out
    assert ends(work_off(job)) == [(2, "done", ""), (3, "done", "")]


def test_a_broken_row_is_not_tried_again_and_shows_the_outlet_that_it_names(researcher: User) -> None:
    job = work_off(ask(researcher, csv("A,The dam holds.,,Post,", "B,It rains.,,Larn Courier,31 February")))
    with pytest.raises(DomainError, match="mend what the error says") as refused:
        retry_failed(by=researcher, job=job)
    assert refused.value.code == "not_retryable"
    with pytest.raises(DomainError, match="mend what the error says"):
        retry_failed(by=researcher, job=job, item_id=job.items.get(place=3).pk)
    assert ends(job) == [(2, "done", ""), (3, "failed", "date_unreadable")]
    assert job.items.get(place=3).outlet_name == "Larn Courier"


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
