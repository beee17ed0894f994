"""Documents and files of many, as bytes: what comes out, and what hostile ones cannot do."""

import gzip
import io
import json
import textwrap
import tracemalloc
import zipfile
import zlib
from collections.abc import Sequence
from contextlib import suppress
from datetime import date

import docx
import pytest
from reportlab.pdfgen import canvas
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from articles.parsing import ChildLimits, ParsedArticle, ParsingError, parse_in_child
from articles.parsing.formats import archives, jsonlines, tables, warcs
from articles.parsing.formats.columns import TableMapping, guess_mapping, is_sure
from articles.parsing.formats.rowdates import read_row_date
from articles.parsing.formats.rows import read_row
from articles.parsing.formats.sniffing import sniff
from articles.parsing.formats.starts import read_start
from articles.parsing.formats.types import EntryError, Row
from articles.parsing.guarded import read_rows_in_child

FIRST = (
    "The old dam at Lakeside holds twice the water it was built for, Mayor Mira Tolland said on Tuesday. It was a well-known "
    "worry of the people downstream, who have asked the council for an inspection every single year since then."
)
SECOND = (
    "The dam was finished in 1954. An inspection eleven years ago found no damage to its walls, the district office said, "
    "although the reports of that time have never been shown to anybody outside of the office in Larn."
)


# ---- PDF ---------------------------------------------------------------------------------------


def pdf(pages: Sequence[Sequence[str]], *, head: str = "", foot: str = "", **about: str) -> bytes:
    """Each page is a list of lines; "" leaves a gap."""
    out = io.BytesIO()
    paper = canvas.Canvas(out, encrypt=about.pop("encrypt", None))
    paper.setTitle(about.get("title", ""))
    paper.setAuthor(about.get("author", ""))
    for number, lines in enumerate(pages, 1):
        y = 800
        if head:
            paper.drawString(60, y, head)
        for line in lines:
            y -= 16
            paper.drawString(60, y, line)
        if foot:
            paper.drawString(60, 20, foot.format(number))
        paper.showPage()
    paper.save()
    return out.getvalue()


def code_of(data: bytes, kind: str) -> str:
    with pytest.raises(ParsingError) as refused:
        parse_in_child(data, kind=kind)  # type: ignore[arg-type]
    assert refused.value.message.endswith(".")
    return refused.value.code


def test_paragraphs_of_a_pdf_are_put_together_from_its_lines() -> None:
    first, second = textwrap.wrap(FIRST, 60), textwrap.wrap(SECOND, 60)
    article = parse_in_child(
        pdf([[*first, *second[:2]], second[2:]], title="The dam at Lakeside", author="Ada Brill"), kind="pdf"
    )
    assert article.text == f"{FIRST}\n\n{SECOND}"
    assert (article.title, article.byline, article.language) == ("The dam at Lakeside", "Ada Brill", "en")
    assert article.provenance["title"] == "pdf"
    assert article.provenance["published_on"] == "pdf creation date"


def test_words_cut_at_line_ends_are_whole_again_and_compounds_stay() -> None:
    lines = [
        "The council of Lake-",
        "side met. It is a well-",
        "known council, a well-known one, and it met long.",
    ]
    article = parse_in_child(pdf([lines]), kind="pdf")
    assert "Lakeside met" in article.text
    assert "a well-known council" in article.text


def test_what_stands_on_every_page_is_no_part_of_the_article() -> None:
    pages = [textwrap.wrap(f"{word}. {FIRST} {SECOND}", 60) for word in ("One", "Two", "Three")]
    article = parse_in_child(pdf(pages, head="Lakeside Post, March 2026", foot="Page {} of 3"), kind="pdf")
    assert "Lakeside Post, March" not in article.text
    assert "Page 2" not in article.text
    assert article.text.count("The dam was finished in 1954") == 3


def test_a_pdf_without_text_is_most_likely_a_scan() -> None:
    out = io.BytesIO()
    paper = canvas.Canvas(out)
    paper.rect(100, 100, 200, 200, fill=1)
    paper.showPage()
    paper.save()
    assert code_of(out.getvalue(), "pdf") == "no_text_in_pdf"


def test_a_locked_pdf_is_refused_in_words() -> None:
    assert code_of(pdf([[FIRST[:60]]], encrypt="secret"), "pdf") == "encrypted"


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7\nnothing", b"%PDF-1.7\n%%EOF", b"%PDF-" + bytes(range(256)) * 40]
)
def test_a_broken_pdf_is_unreadable(data: bytes) -> None:
    assert code_of(data, "pdf") in {"unreadable", "no_text_in_pdf"}


@pytest.mark.slow
def test_a_flate_bomb_in_a_pdf_ends_within_its_limits() -> None:
    bomb = zlib.compress(zlib.compress(b" " * 400_000_000, 9), 9)
    stream = b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n%s\nendstream" % (
        len(bomb),
        bomb,
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
        stream,
    ]
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(data)
    data += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % start
    assert code_of(data, "pdf") in {"too_slow", "too_complex", "unreadable", "no_text_in_pdf"}
    assert parse_in_child(pdf([textwrap.wrap(FIRST, 60)]), kind="pdf").text  # and the next one is read


# ---- Word --------------------------------------------------------------------------------------


def word(build: object = None) -> bytes:
    document = docx.Document()
    document.add_heading("The dam at Lakeside", 0)
    document.add_paragraph(FIRST)
    table = document.add_table(2, 2)
    for place, text in enumerate(("Year", "Cracks", "1954", "12")):
        table.cell(place // 2, place % 2).text = text
    document.add_paragraph(SECOND)
    document.core_properties.author = "Ada Brill"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_word_document_with_its_title_and_table_in_their_places() -> None:
    article = parse_in_child(word(), kind="docx")
    assert article.text == f"{FIRST}\n\nYear | Cracks\n\n1954 | 12\n\n{SECOND}"
    assert (article.title, article.byline) == ("The dam at Lakeside", "Ada Brill")
    assert article.provenance["title"] == "heading"


def repacked(data: bytes, **members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, members.get(name.replace("/", "_").replace(".", "_"), old.read(name)))
        for name, content in members.items():
            if name.startswith("new"):
                new.writestr(name, content)
    return out.getvalue()


def test_a_bomb_in_a_word_document_is_not_unpacked() -> None:
    assert code_of(repacked(word(), new=b" " * 50_000_000), "docx") == "archive_bomb"


@pytest.mark.parametrize(
    "entity",
    [
        '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY x "&a;&a;&a;">]>',
    ],
)
def test_entities_in_a_word_document_bring_nothing_in(entity: str) -> None:
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    xml = (
        f'<?xml version="1.0"?>{entity}<w:document xmlns:w="{namespace}"><w:body><w:p><w:r><w:t>{FIRST} &x;</w:t></w:r></w:p>'
        "</w:body></w:document>"
    )
    try:
        text = parse_in_child(repacked(word(), word_document_xml=xml.encode()), kind="docx").text
    except ParsingError as refused:
        text = refused.code
    if text != "unreadable":
        assert "root:" not in text and "aaaaaaaaaa" not in text


def test_a_broken_word_document_is_told() -> None:
    assert code_of(word()[:-200], "docx") == "broken_archive"
    assert code_of(repacked(word(), word_document_xml=b"<no"), "docx") == "unreadable"


# ---- What a file is ----------------------------------------------------------------------------


def xlsx() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr("xl/workbook.xml", "<workbook/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "kind", "differs"),
    [
        ("a.html", b"<html><p>x", "html", ""),
        ("a.txt", b"<html> is a tag, and this a text", "text", ""),
        ("a", b"  <!doctype html><p>", "html", ""),
        ("a", b"words", "text", ""),
        ("a.csv", b"a;b", "csv", ""),
        ("a.json", b"[]", "jsonl", ""),
        ("a.html", b"%PDF-1.7", "pdf", "a PDF, though named .html"),
        ("a.pdf", b"<!doctype html><html>", "html", "a web page, though named .pdf"),
        ("a.warc.gz", gzip.compress(b"WARC/1.0\r\n"), "warc", ""),
        ("a.zip", b"PK\x05\x06" + bytes(18), "zip", ""),
        ("a.odd", b"words in a file of an odd type", "text", ""),
    ],
)
def test_what_a_file_is(name: str, data: bytes, kind: str, differs: str) -> None:
    found = sniff(io.BytesIO(data), name)
    assert (found.kind, found.differs) == (kind, differs)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("rows.csv", xlsx(), "Excel workbook"),
        ("old.doc", b"\xd0\xcf\x11\xe0rest", "old Word"),
        ("report.docx", b"just words", "is not a Word document"),
        ("report.pdf", b"just words", "is not a PDF"),
        ("a.rar", b"Rar!rest", "RAR"),
        ("a.csv.gz", gzip.compress(b"a,b"), "unpack"),
        ("a.bin", bytes(range(200)), "type .bin"),
    ],
)
def test_what_is_not_imported_says_what_to_do(name: str, data: bytes, words: str) -> None:
    with pytest.raises(ParsingError, match=words) as refused:
        sniff(io.BytesIO(data), name)
    assert refused.value.code == "unsupported_file"


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


# ---- Web archives ------------------------------------------------------------------------------


def warc(
    pages: Sequence[tuple[str, bytes]], *, gz: bool = True, media_type: str = "text/html; charset=utf-8"
) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=gz)
    for url, body in pages:
        request = StatusAndHeaders("GET / HTTP/1.0", [("Host", "a.example")], is_http_request=True)
        writer.write_record(writer.create_warc_record(url, "request", http_headers=request))
        answer = StatusAndHeaders("200 OK", [("Content-Type", media_type)], protocol="HTTP/1.0")
        writer.write_record(
            writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=answer)
        )
    return out.getvalue()


@pytest.mark.parametrize("gz", [True, False])
def test_the_pages_of_a_web_archive_from_any_on(gz: bool) -> None:
    data = warc([(f"https://a.example/{n}", f"<p>{n}".encode()) for n in range(5)], gz=gz)
    members = list(warcs.read_members(io.BytesIO(data)))
    assert [(member.url, member.content, member.charset) for member in members] == [
        (f"https://a.example/{n}", f"<p>{n}".encode(), "utf-8") for n in range(5)
    ]
    assert members[0].headers == {"Content-Type": "text/html; charset=utf-8"}
    assert members[0].fetched_at
    rest = list(warcs.read_members(io.BytesIO(data), members[1].end, members[1].number))
    assert [(member.number, member.url) for member in rest] == [(m.number, m.url) for m in members[2:]]


def urls_until_it_breaks(data: bytes) -> tuple[list[str], str]:
    found = []
    try:
        for member in warcs.read_members(io.BytesIO(data)):
            found.append(member.url)  # noqa: PERF401 - what came before the error counts
    except ParsingError as broken:
        return found, broken.code
    return found, ""


def test_what_is_no_page_is_passed_over() -> None:
    assert (
        list(
            warcs.read_members(io.BytesIO(warc([("https://a.example/x.png", b"..")], media_type="image/png")))
        )
        == []
    )


def test_a_web_archive_that_breaks_off_gives_what_came_before() -> None:
    data = warc(
        [(f"https://a.example/{n}", b"<p>" + bytes(str(n), "ascii") * 5000) for n in range(3)], gz=False
    )
    found, code = urls_until_it_breaks(data[:-3000])
    assert code == "broken_archive"
    assert found == ["https://a.example/0", "https://a.example/1"]


@pytest.mark.slow
def test_a_bomb_in_a_web_archive_is_given_up_in_flat_memory() -> None:
    head = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/\r\nContent-Type: application/http\r\n"
    body = b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n"
    bombs = [
        head + b"Content-Length: 400000000\r\n\r\n" + body + b" " * 400_000_000,
        head + b"Content-Length: 0\r\n\r\n" + b"a" * 100_000_000,  # more than it says, and no line end
        head + b"X: " + b"a" * 100_000_000,
    ]
    for packed in [gzip.compress(bomb, 1) for bomb in bombs]:
        good = warc([("https://a.example/good", b"<p>good")])
        tracemalloc.start()
        found, code = urls_until_it_breaks(good + packed)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert code in {"archive_bomb", "broken_archive"}
        assert found[0] == "https://a.example/good"
        assert peak < 120_000_000


# ---- ZIP archives ------------------------------------------------------------------------------


def listed(data: bytes) -> list[tuple[str, str]]:
    with archives.open_archive(io.BytesIO(data)) as archive:
        return [(m.name, m.error.code if m.error else "") for m in archives.list_members(archive)]


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_names_that_lead_out_of_the_archive_lead_nowhere() -> None:
    names = {
        "../../etc/passwd": b"x",
        "/abs/story.txt": b"x",
        "C:\\up\\..\\a.txt": b"x",
        "__MACOSX/._a": b"x",
        "d/.DS_Store": b"",
    }
    assert [name for name, _ in listed(zipped(**names))] == ["etc/passwd", "abs/story.txt", "C:/up/a.txt"]


def test_a_bomb_is_told_by_its_directory() -> None:
    assert listed(zipped(**{"a.txt": b"good", "bomb.txt": b"0" * 30_000_000})) == [
        ("a.txt", ""),
        ("bomb.txt", "archive_bomb"),
    ]


def test_a_locked_file_is_told() -> None:
    data = bytearray(zipped(**{"a.txt": b"x"}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert listed(bytes(data)) == [("a.txt", "encrypted")]


def test_an_archive_that_lists_too_much_is_not_opened() -> None:
    with pytest.raises(ParsingError) as refused:
        archives.open_archive(
            io.BytesIO(zipped(**{f"{n}": b"" for n in range(20)})), archives.ArchiveLimits(members=10)
        )
    assert refused.value.code == "archive_too_large"
    with archives.open_archive(io.BytesIO(zipped(a=b"0" * 5000))) as archive, pytest.raises(ParsingError):
        archives.list_members(archive, archives.ArchiveLimits(bytes_in_all=4999))


def test_a_size_that_lies_gives_no_more_than_it_says() -> None:
    data = bytearray(zipped(**{"a.txt": b"0" * 900_000}))
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    with archives.open_archive(io.BytesIO(bytes(data))) as archive:
        [member] = archives.list_members(archive)
        got = 0
        with archives.open_member(archive, member) as stream, suppress(ParsingError):
            for block in archives.blocks(stream, 1 << 30):
                got += len(block)
        assert got <= 1000


@pytest.mark.parametrize("data", [b"PK\x03\x04 and then nothing", b"PK\x05\x06", zipped(a=b"x")[:-10], b""])
def test_a_broken_archive_is_told(data: bytes) -> None:
    with pytest.raises(ParsingError) as refused:
        archives.open_archive(io.BytesIO(data))
    assert refused.value.code == "broken_archive"
