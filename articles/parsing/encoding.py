"""From bytes to characters, as browsers do it and a little more: undeclared Cyrillic is recognised."""

import codecs
import re

from charset_normalizer import from_bytes
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding

from .types import ParsingError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins the same
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SIGNATURES = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF87a", "an image"),
    (b"GIF89a", "an image"),
    (b"\x1f\x8b", "a compressed file"),
    (b"{\\rtf", "an RTF document"),
)
_SAMPLE_BYTES = 200_000
# A UTF-8 page with a few broken characters is still UTF-8: at most this share of its non-ASCII characters.
_TOLERATED_BROKEN = 0.02
# Declared by servers and templates by default, whatever the page holds.
_DEFAULT_CLAIMS = frozenset({"cp1252", "latin-1", "iso8859-1", "ascii"})
_HIGH_RUN = re.compile(rb"[\x80-\xff]{3,}")
_COMMON_CYRILLIC = frozenset("оеаинтсрвл")


def decode(data: bytes, content_type: str = "") -> tuple[str, str]:
    """The characters of `data` and the name of the encoding they were in.

    In this order: byte order mark, strict UTF-8, UTF-8 with a few broken characters, the HTTP header's charset,
    the page's own declaration, a guess. A declaration of Western European is believed only of bytes that do not
    read as Cyrillic. Raises ParsingError `not_text` for a PDF, an image or other bytes that are no text.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace"), encoding
    _refuse_binary(data)
    utf16 = _unmarked_utf16(data)
    if utf16 is not None:
        return data.decode(utf16, "replace"), utf16
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    repaired = data.decode("utf-8", "replace")
    broken = repaired.count("\ufffd")
    if broken <= _TOLERATED_BROKEN * sum(not character.isascii() for character in repaired):
        return repaired, "utf-8"
    declared = http_content_type_encoding(content_type) or html_body_declared_encoding(data[:4096])
    if declared is None or declared == "utf-8" or declared in _DEFAULT_CLAIMS:
        declared = _guess(data)
    return data.decode(declared, "replace"), declared


def _refuse_binary(data: bytes) -> None:
    head = data[:1024].lstrip()
    for signature, name in _SIGNATURES:
        if head.startswith(signature):
            raise ParsingError(
                "not_text", f"This is {name}, not text: open it, copy its text and paste that."
            )
    controls = sum(byte < 32 and byte not in b"\t\n\r\x0c\x1b" for byte in data[:4096])
    if controls > 0.1 * len(data[:4096]) and _unmarked_utf16(data) is None:
        raise ParsingError("not_text", "This file holds no readable text: check it, or paste the text.")


def _unmarked_utf16(data: bytes) -> str | None:
    """UTF-16 without a byte order mark: every other byte of its ASCII characters is NUL."""
    sample = data[:2000]
    if len(sample) < 4:
        return None
    if sample[1::2].count(0) > 0.4 * len(sample) / 2 and sample[0::2].count(0) == 0:
        return "utf-16-le"
    if sample[0::2].count(0) > 0.4 * len(sample) / 2 and sample[1::2].count(0) == 0:
        return "utf-16-be"
    return None


def _guess(data: bytes) -> str:
    """The likeliest encoding of undeclared bytes.

    In single-byte Cyrillic nearly every letter is above ASCII, so words are runs of such bytes, and a handful of
    letters makes up half of them. Western texts have high bytes one at a time. What is neither (Greek, Chinese,
    ...) is charset-normalizer's to tell.
    """
    sample = data[:_SAMPLE_BYTES]
    runs = b"".join(_HIGH_RUN.findall(sample))
    high = sum(byte > 127 for byte in sample)
    if len(runs) < 0.5 * high:
        return "cp1252"
    scores = {name: _cyrillic_share(runs, name) for name in ("cp1251", "koi8-r", "cp866", "iso8859-5")}
    best = max(scores, key=lambda name: scores[name])
    if scores[best] > 0.4:
        return best
    match = from_bytes(sample).best()
    return match.encoding if match is not None else "cp1252"


def _cyrillic_share(runs: bytes, encoding: str) -> float:
    """Share of the commonest Cyrillic small letters: KOI8-R read as windows-1251 gives capitals."""
    text = runs.decode(encoding, "replace")
    return sum(character in _COMMON_CYRILLIC for character in text) / max(1, len(text))
