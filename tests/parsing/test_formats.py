"""Documents and archives, as bytes: what comes out, and what hostile ones cannot do."""

import gzip
import io
import textwrap
import tracemalloc
import zipfile
from contextlib import suppress

import pytest
from reportlab.pdfgen import canvas

from articles.parsing import ParsingError, parse_in_child
from articles.parsing.formats import archives, warcs
from articles.parsing.formats.sniffing import sniff
from tests.parsing.files import FIRST, SECOND, pdf, pdf_bomb, repacked, warc, word, zipped

# ---- PDF ---------------------------------------------------------------------------------------


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
    assert code_of(pdf_bomb(), "pdf") in {"too_slow", "too_complex", "unreadable", "no_text_in_pdf"}
    assert parse_in_child(pdf([textwrap.wrap(FIRST, 60)]), kind="pdf").text  # and the next one is read


# ---- Word --------------------------------------------------------------------------------------


def test_a_word_document_with_its_title_and_table_in_their_places() -> None:
    article = parse_in_child(word(), kind="docx")
    assert article.text == f"{FIRST}\n\nYear | Cracks\n\n1954 | 12\n\n{SECOND}"
    assert (article.title, article.byline) == ("The dam at Lakeside", "Ada Brill")
    assert article.provenance["title"] == "heading"


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


# ---- Web archives ------------------------------------------------------------------------------


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
