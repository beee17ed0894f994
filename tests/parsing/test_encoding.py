"""Bytes to characters: what pages are really written in, whatever they say."""

import codecs

import pytest

from articles.parsing import ParsingError, parse, parse_text
from articles.parsing.encoding import decode

from .pages import RUSSIAN, TEXT, page

CYRILLIC = page(
    RUSSIAN, head="<title>Порт откроется в четверг</title>", before="<h1>Порт откроется в четверг</h1>"
)
FRENCH = "<p>Le ministre a déclaré qu’à l’été, l’élève serait reçu à l’école « Élysée » — déjà.</p>" * 3


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r", "cp866", "iso8859-5", "utf-8"])
def test_cyrillic_is_recognised_though_nothing_says_so(encoding: str) -> None:
    article = parse(CYRILLIC.encode(encoding, "replace"), content_type="text/html")
    assert article.title == "Порт откроется в четверг"
    assert "сообщила начальник гавани Инес Кальдер" in article.text
    assert article.language == "ru"


@pytest.mark.parametrize(
    "claim", ["text/html; charset=iso-8859-1", "text/html; charset=utf-8", "text/html; charset=x"]
)
def test_cyrillic_is_recognised_though_the_server_says_otherwise(claim: str) -> None:
    assert "Инес Кальдер" in parse(CYRILLIC.encode("windows-1251", "replace"), content_type=claim).text


def test_a_few_words_of_cyrillic_are_enough() -> None:
    assert (
        decode("<title>Новости: 12 марта 2021</title>".encode("windows-1251"))[0]
        == "<title>Новости: 12 марта 2021</title>"
    )


@pytest.mark.parametrize(
    ("encoding", "content_type", "meta"),
    [
        ("cp1252", "text/html", ""),
        ("cp1252", "text/html; charset=ISO-8859-1", ""),
        ("cp1250", "text/html; charset=windows-1250", ""),
        ("cp1252", "", '<meta charset="windows-1252">'),
        ("utf-8", "text/html; charset=windows-1251", ""),
        ("utf-8", "", '<meta charset="iso-8859-1">'),
        ("utf-8-sig", "text/html; charset=windows-1251", ""),
        ("utf-16", "", ""),
        ("utf-16-le", "", ""),
        ("utf-16-be", "", ""),
    ],
)
def test_western_pages_come_out_as_written(encoding: str, content_type: str, meta: str) -> None:
    text = meta + (FRENCH if encoding != "cp1250" else "<p>Řekl, že přístav bude otevřen ve čtvrtek.</p>")
    assert decode(text.encode(encoding), content_type)[0] == text


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("gb18030", "部长表示，港口将于星期四重新开放。" * 20),
        ("shift_jis", "大臣は、港は木曜日に再開すると述べた。" * 20),
        ("cp1253", "Ο υπουργός δήλωσε ότι το λιμάνι θα ανοίξει ξανά την Πέμπτη. " * 20),
    ],
)
def test_what_a_page_declares_is_believed_where_the_bytes_allow_it(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding), f"text/html; charset={encoding}")[0] == text
    assert decode(f'<meta charset="{encoding}">{text}'.encode(encoding))[0].endswith(text)


def test_a_few_broken_characters_do_not_spoil_a_page() -> None:
    broken = CYRILLIC.encode().replace("причал".encode(), b"\xd0\xd0")
    text, encoding = decode(broken)
    assert encoding == "utf-8"
    assert "начальник гавани" in text


def test_an_xml_declaration_of_another_encoding_does_no_harm() -> None:
    xhtml = '<?xml version="1.0" encoding="windows-1251"?>' + CYRILLIC
    assert "Инес Кальдер" in parse(xhtml.encode()).text
    assert "Инес Кальдер" in parse(xhtml.encode("windows-1251", "replace")).text


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
        b"PK\x03\x04\x14\0\x06\0",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"\xff\xd8\xff\xe0\0\x10JFIF",
        b"\x1f\x8b\x08\0\0\0\0\0",
        bytes(range(256)) * 20,
        b"\0" * 5000,
    ],
)
@pytest.mark.parametrize("kind", ["html", "text"])
def test_what_is_no_text_is_said_to_be_none(data: bytes, kind: str) -> None:
    with pytest.raises(ParsingError) as refused:
        parse(data, kind=kind)  # type: ignore[arg-type]
    assert refused.value.code == "not_text"
    assert refused.value.message.endswith(".")


def test_text_files_are_decoded_as_pages_are() -> None:
    assert parse_text("\r\n\r\n".join(RUSSIAN).encode("windows-1251", "replace")).text == "\n\n".join(RUSSIAN)
    assert parse_text(codecs.BOM_UTF8 + TEXT.encode()).text == TEXT
    assert parse_text(TEXT.encode("utf-16")).text == TEXT
