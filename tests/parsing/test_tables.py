"""Tables and JSON lines, as bytes: what their rows and columns are taken for, and what hostile ones cannot do."""

import io
import json
import tracemalloc
from datetime import date

import pytest

from articles.parsing import ChildLimits, ParsedArticle, ParsingError
from articles.parsing.formats import jsonlines, tables
from articles.parsing.formats.columns import TableMapping, guess_mapping, is_sure
from articles.parsing.formats.rowdates import read_row_date
from articles.parsing.formats.rows import read_row
from articles.parsing.formats.starts import read_start
from articles.parsing.formats.types import EntryError, Row
from articles.parsing.guarded import read_rows_in_child
from tests.parsing.files import FIRST, SECOND

# ---- Tables ------------------------------------------------------------------------------------


def rows_of(data: bytes, kind: str = "csv") -> list[Row]:
    start = read_start(io.BytesIO(data), kind)
    return start.rows


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "Плотина в Лейксайде держит воду"),
        ("utf-8-sig", "Die Mühle von Ärlen läuft wieder"),
        ("utf-16", "Плотина в Лейксайде держит воду"),
        ("cp1251", "Плотина в Лейксайде держит воду, сказала мэр"),
        ("cp1252", "Die Mühle läuft – und das „gut“, sagte der Müller"),
    ],
)
def test_a_table_in_any_encoding(encoding: str, text: str) -> None:
    data = f"title;text\r\nOne;{text}\r\n".encode(encoding)
    [row] = rows_of(data)
    assert row.values == {"title": "One", "text": text}


def test_letters_beyond_ascii_that_come_late_are_read_in_their_encoding() -> None:
    data = b"title,text\n" + b"plain,words\n" * 40_000 + "Mühle,läuft\n".encode("cp1252")
    assert len(data) > 400_000
    assert tables.sniff_encoding(io.BytesIO(data)) == "cp1252"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    lines = [delimiter.join(("title", "text", "url")), delimiter.join(("A, b", "c; d", "http://a.example/1"))]
    quoted = "\n".join(lines).replace("A, b", '"A, b"').replace("c; d", '"c; d"')
    [row] = rows_of(quoted.encode())
    assert row.values == {"title": "A, b", "text": "c; d", "url": "http://a.example/1"}


def test_line_ends_within_quotes_belong_to_the_field() -> None:
    first, second = rows_of(b'title,text\r\nOne,"a ""b""\r\n\r\nc"\r\nTwo,d\r\n')
    assert first.values["text"] == 'a "b"\n\nc'
    assert (first.number, second.number) == (2, 3)


def test_a_broken_row_costs_none_of_its_neighbours() -> None:
    data = (
        b"title,text\n"
        b"one,good\n"
        b"two,too,many\n"
        b'three,"never closed\n'
        b"four,good\n"
        b'five,"closed" and then more\n'
        b"six\n"
        b"\n"
        b"seven,good\n"
    )
    rows = rows_of(data)
    assert [(row.number, row.error.code if row.error else row.values["title"]) for row in rows] == [
        (2, "one"), (3, "ragged_row"), (4, "broken_quotes"), (5, "four"), (6, "broken_quotes"), (7, "ragged_row"), (9, "seven"),
    ]  # fmt: skip
    for row in rows:  # any row can be found again by its place
        how = tables.TableFormat()
        again = next(tables.read_rows(io.BytesIO(data), how, ["title", "text"], row.offset, row.number - 1))
        assert (again.number, again.values, again.error) == (row.number, row.values, row.error)


def test_columns_without_a_name_or_of_the_same_name_have_names_of_their_own() -> None:
    [row] = rows_of(b"text,,text\na,b,c\n")
    assert row.values == {"text": "a", "column 2": "b", "text (2)": "c"}


def test_a_table_without_names_of_columns_begins_with_an_article() -> None:
    start = read_start(
        io.BytesIO(f"https://a.example/1,{FIRST[:90]}\n".replace(", Mayor", "").encode()), "csv"
    )
    assert not start.how.has_header
    assert len(start.rows) == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "empty"), (b" \n \n", "empty"), (",".join(f"c{n}" for n in range(5000)).encode(), "too_many_columns"),
     (bytes(range(32)) * 40, "not_text")],
)  # fmt: skip
def test_what_is_no_table_is_told(data: bytes, code: str) -> None:
    with pytest.raises(ParsingError) as refused:
        read_start(io.BytesIO(data), "csv")
    assert refused.value.code == code


def test_json_lines_and_their_broken_neighbours() -> None:
    data = b'{"title": "one", "outlet": {"name": "Post"}, "authors": ["A", "B"]}\n{"title": "tw\n[1]\n\n{"title": null, "n": 3}\n'
    rows = rows_of(data, "jsonl")
    assert [(row.number, row.error.code if row.error else dict(row.values)) for row in rows] == [
        (1, {"title": "one", "outlet.name": "Post", "authors": "A, B"}),
        (2, "broken_json"),
        (3, "not_an_object"),
        (5, {"title": "", "n": "3"}),
    ]


def test_a_json_array_is_read_element_by_element_from_anywhere() -> None:
    elements = [{"n": n, "text": "ü" * 50_000, "deep": {"x": [n]}} for n in range(60)]
    data = json.dumps(elements, indent=1, ensure_ascii=False).encode()
    assert len(data) > 4_000_000
    rows = list(jsonlines.read_rows(io.BytesIO(data)))
    assert [row.values["n"] for row in rows] == [str(n) for n in range(60)]
    rest = list(jsonlines.read_rows(io.BytesIO(data), rows[30].end, rows[30].number))
    assert [row.number for row in rest] == list(range(32, 61))
    assert rest[0].values == rows[31].values


@pytest.mark.parametrize("data", [b"[" * 100_000, b'{"a":' * 50_000, b'{"n": ' + b"9" * 100_000 + b"}"])
def test_nested_or_endless_json_is_a_broken_row(data: bytes) -> None:
    for row in jsonlines.read_rows(io.BytesIO(data + b"\n")):
        assert row.error is not None or row.values


def test_a_line_of_ten_megabytes_is_one_broken_row_in_flat_memory() -> None:
    data = b'{"text": "' + b"a" * 30_000_000 + b'"}\n{"text": "good"}\n'
    file = io.BytesIO(data)
    tracemalloc.start()
    rows = list(jsonlines.read_rows(file))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [row.error.code if row.error else row.values["text"] for row in rows] == ["row_too_large", "good"]
    assert peak < 25_000_000


def test_an_endless_quotation_is_given_up_and_the_rows_after_it_are_read() -> None:
    data = b'title,text\none,"open\n' + b"x,y\n" * 600_000
    codes = [
        row.error.code
        for row in tables.read_rows(io.BytesIO(data), tables.TableFormat(), ["title", "text"])
        if row.error
    ]
    assert codes == ["broken_quotes"]


# ---- What the columns are ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (["ID", "Headline", "Body", "Link", "Source", "Date"],
         {"id": "ID", "title": "Headline", "text": "Body", "url": "Link", "outlet": "Source", "published": "Date"}),
        (["Titel", "Volltext", "Zeitung", "Datum", "Autor", "Sprache"],
         {"title": "Titel", "text": "Volltext", "outlet": "Zeitung", "published": "Datum", "byline": "Autor", "language": "Sprache"}),
        (["Заголовок", "Текст статьи", "Источник", "Дата публикации", "Ссылка"],
         {"title": "Заголовок", "text": "Текст статьи", "outlet": "Источник", "published": "Дата публикации", "url": "Ссылка"}),
        (["Başlık", "Metin", "Kaynak", "Tarih", "Yazar"],
         {"title": "Başlık", "text": "Metin", "outlet": "Kaynak", "published": "Tarih", "byline": "Yazar"}),
        (["publication_date", "source.name", "articleBody"],
         {"published": "publication_date", "outlet": "source.name", "text": "articleBody"}),
    ],
)  # fmt: skip
def test_columns_are_told_by_their_names_in_several_languages(
    columns: list[str], expected: dict[str, str]
) -> None:
    row = dict.fromkeys(columns, "x" * 200)
    assert guess_mapping(columns, [row]).columns == expected


def test_columns_without_telling_names_are_told_by_what_is_in_them() -> None:
    row = {"a": FIRST, "b": "https://a.example/1", "c": "12"}
    assert guess_mapping(["a", "b", "c"], [row]).columns == {"text": "a", "url": "b"}


@pytest.mark.parametrize(
    ("dates", "order", "sure"),
    [(["03/04/2026", "13/04/2026"], "day_first", True), (["03/04/2026", "04/13/2026"], "month_first", True),
     (["03/04/2026", "05/06/2026"], "", False), (["13/04/2026", "04/13/2026"], "", True), (["2026-03-04"], "", True)],
)  # fmt: skip
def test_the_order_of_day_and_month_is_told_or_asked(dates: list[str], order: str, sure: bool) -> None:
    rows = [{"text": FIRST, "date": value} for value in dates]
    mapping = guess_mapping(["text", "date"], rows)
    assert mapping.dates == order
    assert is_sure(mapping, rows) is sure


@pytest.mark.parametrize(
    ("value", "order", "expected"),
    [
        ("", "", None),
        ("2026-03-02", "", "2026-03-02"),
        ("2026-03-02T10:00:00+01:00", "", "2026-03-02T10:00:00+01:00"),
        ("2026-03-02 10:00", "", "2026-03-02"),  # no zone: no instant
        ("Mon, 02 Mar 2026 10:00:00 +0100", "", "2026-03-02T10:00:00+01:00"),
        ("2 March 2026", "", "2026-03-02"),
        ("2026/3/2", "", "2026-03-02"),
        ("20260302", "", "2026-03-02"),
        ("1772445600", "", "2026-03-02T10:00:00+00:00"),
        ("02.03.2026", "day_first", "2026-03-02"),
        ("03/02/2026", "month_first", "2026-03-02"),
        ("13/02/2026", "", "2026-02-13"),
        ("05/05/2026", "", "2026-05-05"),
        ("02/03/2026 4:05 PM +0200", "day_first", "2026-03-02T16:05:00+02:00"),
        ("1905-06-30", "", "1905-06-30"),
        ("03/04/2026", "", "date_ambiguous"),
        ("13/02/2026", "month_first", "date_unreadable"),
        ("31/02/2026", "day_first", "date_unreadable"),
        ("yesterday", "", "date_unreadable"),
        ("0001-01-01", "", "date_implausible"),
        ("01/01/0001", "day_first", "date_implausible"),
        ("2099-01-01", "", "date_implausible"),
        ("9" * 400, "", "date_unreadable"),
    ],
)
def test_dates_of_tables(value: str, order: str, expected: str | None) -> None:
    try:
        read = read_row_date(value, order)
        found = read.isoformat() if read else None
    except ParsingError as refused:
        found = refused.code
    assert found == expected


def read(mapping: dict[str, str], **values: str) -> ParsedArticle:
    found = read_row(values, TableMapping(mapping))
    assert found.parsed is not None
    return found.parsed


def test_a_row_is_an_article() -> None:
    article = read(
        {"text": "body", "title": "head", "published": "on", "byline": "who", "language": "lang"},
        body=f"{FIRST}\r\n\r\n{SECOND}\0", head=" The  dam ", on="2026-03-02", who="Ada Brill", lang="EN",
    )  # fmt: skip
    assert article.text == f"{FIRST}\n\n{SECOND}"
    assert (article.title, article.byline, article.language) == ("The dam", "Ada Brill", "en")
    assert (article.published_on, article.published_at) == (date(2026, 3, 2), None)
    assert article.provenance["published_on"] == "table"


def test_rows_read_in_the_child_are_the_rows_that_are_read_here() -> None:
    mapping = TableMapping(
        {"text": "body", "title": "head", "url": "link", "published": "on", "id": "no"}, "day_first"
    )
    rows = [
        {
            "body": f"{FIRST} \ud800",
            "head": "The dam",
            "on": "03/04/2026",
            "link": "https://a.example/1",
            "no": "7",
        },
        {
            "body": "",
            "head": "The quay",
            "on": "2026-03-02T10:00:00+01:00",
            "link": "https://a.example/2",
            "x": "y",
        },
        {"body": SECOND, "on": "yesterday"},
        {"body": " ", "head": "Nothing"},
        {"body": "word " * 100_000},
    ]
    found = read_rows_in_child(rows, mapping)
    assert [one.code for one in found[2:] if isinstance(one, EntryError)] == [
        "date_unreadable",
        "row_empty",
        "too_large",
    ]
    assert found[:2] == [read_row(row, mapping) for row in rows[:2]]


def test_rows_that_are_too_much_together_are_read_one_by_one() -> None:
    rows = [{"body": f"{number}. {FIRST}"} for number in range(3)]
    rows[1] = {"body": "<p>" * 9_000_000}
    limits = ChildLimits(cpu_seconds=1, wall_seconds=20, memory_bytes=500_000_000)
    found = read_rows_in_child(rows, TableMapping({"text": "body"}), limits=limits)
    assert [isinstance(one, EntryError) for one in found] == [False, True, False]


def test_a_text_kept_as_html_is_read_as_its_words() -> None:
    article = read(
        {"text": "body"},
        body="<p>It &amp; she said &lt;this&gt;.</p><script>x()</script><p>Then<br>more.</p>",
    )
    assert article.text == "It & she said <this>.\n\nThen\n\nmore."


def test_lone_surrogates_in_a_row_show_and_stop_nothing() -> None:
    [row] = jsonlines.read_rows(
        io.BytesIO(b'{"body": "The dam \\ud800 holds, she said.", "head": "\\udfff"}')
    )
    article = read({"text": "body", "title": "head"}, **row.values)
    assert article.text == "The dam \ufffd holds, she said."
    article.title.encode()
