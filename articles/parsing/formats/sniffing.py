"""What a file is: by its first bytes, then by its name, then by what its sender says."""

import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO, Literal

from articles.parsing.types import ParsingError

from .archives import open_archive

Kind = Literal["html", "text", "pdf", "docx", "csv", "jsonl", "warc", "zip"]
CONTAINERS: frozenset[str] = frozenset({"csv", "jsonl", "warc", "zip"})
TABLES: frozenset[str] = frozenset({"csv", "jsonl"})

_HEAD_BYTES = 4096
_BY_SUFFIX: dict[str, Kind] = {
    ".html": "html", ".htm": "html", ".xhtml": "html",
    ".txt": "text", ".text": "text", ".md": "text",
    ".csv": "csv", ".tsv": "csv", ".tab": "csv",
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl",
    ".pdf": "pdf", ".docx": "docx", ".zip": "zip", ".warc": "warc",
}  # fmt: skip
_BY_MEDIA_TYPE: dict[str, Kind] = {
    "text/html": "html", "application/xhtml+xml": "html", "text/plain": "text", "text/csv": "csv",
    "text/tab-separated-values": "csv", "application/json": "jsonl", "application/x-ndjson": "jsonl",
    "application/jsonl": "jsonl",
}  # fmt: skip
_OFFICE = (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx"), ("ppt/presentation.xml", "pptx"))
_NOT_IMPORTED = (
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file", "save it as .docx, or its table as CSV (UTF-8)"),
    (b"{\\rtf", "an RTF document", "save it as .docx or .txt"),
    (b"\x89PNG", "an image", "type or paste its words"),
    (b"\xff\xd8\xff", "an image", "type or paste its words"),
    (b"GIF8", "an image", "type or paste its words"),
    (b"7z\xbc\xaf", "a 7-Zip archive", "pack the files into a .zip"),
    (b"Rar!", "a RAR archive", "pack the files into a .zip"),
    (b"BZh", "a compressed file", "unpack it first"),
    (b"\xfd7zXZ", "a compressed file", "unpack it first"),
    (b"\x28\xb5\x2f\xfd", "a compressed file", "unpack it first"),
    (b"\x1f\x8b", "a compressed file", "unpack it first"),
)
_OTHER_PACKAGES = {
    "xlsx": ("an Excel workbook", "save the sheet as CSV (UTF-8)"),
    "pptx": ("a PowerPoint file", "save its words as .docx or .txt"),
    "opendocument": ("an OpenDocument file", "save it as .docx, or its table as CSV (UTF-8)"),
    "epub": ("an e-book", "save its words as .docx or .txt"),
}
_HTML_START = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|article)\b", re.IGNORECASE | re.DOTALL
)

_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")


@dataclass(frozen=True, slots=True)
class Found:
    """`kind`, and, where name or sender say otherwise, `differs`: a phrase like "a PDF, though named .html".

    `unknown_type`: the ending of a name that says something, but nothing we know, where the bytes say nothing either.
    """

    kind: Kind
    differs: str = ""
    unknown_type: str = ""

    @property
    def is_container(self) -> bool:
        return self.kind in CONTAINERS


_CALLED: dict[Kind, str] = {
    "html": "a web page", "text": "a plain text", "pdf": "a PDF", "docx": "a Word document",
    "csv": "a table", "jsonl": "JSON", "warc": "a web archive", "zip": "a ZIP archive",
}  # fmt: skip


def sniff(file: BinaryIO, name: str = "", media_type: str = "") -> Found:
    """What `file` (seekable; left at its start) holds. Raises ParsingError `unsupported_file` with what to do instead."""
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    file.seek(0)
    suffix = PurePath(name.replace("\\", "/")).suffix.lower()
    named = _BY_SUFFIX.get(suffix) or ("warc" if name.lower().endswith(".warc.gz") else None)
    found = _by_content(file, head, name)
    if found is not None:
        if named is not None and named != found:
            return Found(found, f"{_CALLED[found]}, though named {suffix}")
        return Found(found)
    if named in ("pdf", "docx", "zip", "warc"):
        raise ParsingError(
            "unsupported_file",
            f"{_shown(name)} is not {_CALLED[named]}, whatever its name says: look what is in it.",
        )
    kind = named or _BY_MEDIA_TYPE.get(media_type.partition(";")[0].strip().lower())
    if kind is not None:
        return Found(kind)
    if suffix and suffix not in _BY_SUFFIX and not _is_words(head):
        raise unsupported_type(suffix)
    unknown = suffix if _SUFFIX.fullmatch(suffix) else ""
    return Found("html" if head.lstrip()[:1] == b"<" else "text", unknown_type=unknown)


def unsupported_type(suffix: str) -> ParsingError:
    return ParsingError(
        "unsupported_file",
        f"Files of type {suffix} cannot be imported: save the article as .html, .txt, .docx or .pdf, or paste it.",
    )


def _by_content(file: BinaryIO, head: bytes, name: str) -> Kind | None:
    """What the bytes alone say; None where only name and sender can tell."""
    if head.lstrip()[:5] == b"%PDF-":
        return "pdf"
    if head.startswith(b"WARC/"):
        return "warc"
    if head.startswith(b"\x1f\x8b") and _gunzipped_start(head).startswith(b"WARC/"):
        return "warc"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_package(file, name)
    for signature, what, instead in _NOT_IMPORTED:
        if head.startswith(signature):
            raise ParsingError("unsupported_file", f"{_shown(name)} is {what}: {instead}.")
    if _HTML_START.match(head) and PurePath(name).suffix.lower() not in (
        ".txt",
        ".csv",
        ".jsonl",
        ".json",
        ".tsv",
    ):
        return "html"
    return None


def _kind_of_package(file: BinaryIO, name: str) -> Kind:
    try:
        with open_archive(file) as archive:
            names = set(archive.namelist())
            media_type = (
                archive.read("mimetype")[:100].decode("ascii", "replace") if "mimetype" in names else ""
            )
    except (ParsingError, zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, zlib.error):
        return "zip"  # whoever opens it says what is wrong with it
    finally:
        file.seek(0)
    kind = next((kind for part, kind in _OFFICE if part in names), "")
    kind = kind or next((key for key in ("opendocument", "epub") if key in media_type), "")
    if kind in _OTHER_PACKAGES:
        what, instead = _OTHER_PACKAGES[kind]
        raise ParsingError("unsupported_file", f"{_shown(name)} is {what}: {instead} and upload that.")
    return "docx" if kind == "docx" else "zip"


def _gunzipped_start(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(31).decompress(head, 64)
    except zlib.error:
        return b""


def _is_words(head: bytes) -> bool:
    """Whether these bytes look like text in some encoding: few control characters."""
    controls = sum(byte < 32 and byte not in b"\t\n\r\x0c\x1b" for byte in head)
    return bool(head) and controls <= 0.02 * len(head)


def _shown(name: str) -> str:
    return PurePath(name.replace("\\", "/")).name or "This file"
