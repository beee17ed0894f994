"""Files that are kept as they are, to be looked at: what they are, and that they are no trap for whoever opens them."""

import io
import re
import zlib
from pathlib import PurePath

from articles.parsing.types import ParsingError

from .sniffing import sniff

_IMAGES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_MEDIA_TYPES = {
    "html": "text/html", "text": "text/plain", "csv": "text/plain", "jsonl": "text/plain", "pdf": "application/pdf",
}  # fmt: skip
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\x00asm")
# An SVG is a program too: browsers run the scripts in it.
_PROGRAM_NAMES = frozenset(
    {
        ".js", ".mjs", ".ts", ".exe", ".dll", ".msi", ".com", ".scr", ".bat", ".cmd", ".ps1", ".vbs", ".wsf", ".hta",
        ".sh", ".py", ".pl", ".php", ".rb", ".jar", ".apk", ".svg", ".svgz", ".swf", ".lnk", ".app", ".url", ".webloc",
    }
)  # fmt: skip
# A page scanned at 600 dots an inch, in colour and not compressed otherwise, is 104 MB.
_MOST_IN_A_STREAM, _MOST_IN_A_PDF = 250_000_000, 1_500_000_000
_MOST_LAYERS = 8
_PIECE = 2**18
_STREAM = re.compile(rb"\bstream\r?\n(?=\x78)")


def document_type(content: bytes, name: str = "") -> str:
    """The media type of a PDF, web page, text or image, by its bytes first; whatever its sender calls it.

    Raises ParsingError: `empty`, `unsupported_file` (with what to do instead), `script` (a program).
    """
    if not content.strip():
        raise ParsingError("empty", "This file is empty: look what is in it, and choose it again.")
    suffix = PurePath(name.replace("\\", "/")).suffix.lower()
    for signature, media_type in _IMAGES:
        if content.startswith(signature):
            return media_type
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content.startswith(_PROGRAMS) or suffix in _PROGRAM_NAMES or b"<svg" in content[:1000].lower():
        raise ParsingError(
            "script",
            "This file is a program, which a browser might run: save what it shows as a PDF or as a picture, and upload that.",
        )
    kind = sniff(io.BytesIO(content), name).kind
    if kind == "text" and b"\x00" in content[:4096] and content[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        kind = "zip"  # no text, whatever its name says
    if kind not in _MEDIA_TYPES:
        raise ParsingError(
            "unsupported_file",
            "Evidence can be a PDF, a web page, a text or a picture: save the document as a PDF, and upload that.",
        )
    return _MEDIA_TYPES[kind]


def refuse_trap(content: bytes, media_type: str) -> None:
    """Looks how much a PDF's compressed streams hold; any other type is never unpacked.

    Raises ParsingError `pdf_bomb` for one that holds far more than a document does, which could stop a reader's computer. Memory
    is flat, and time ends at the bound: some seconds. What is merely damaged, or a scan, is a document all the same.
    """
    if media_type != "application/pdf" and not content[:1024].lstrip().startswith(b"%PDF-"):
        return
    total = 0
    for match in _STREAM.finditer(content):
        layer = _Layer(_MOST_IN_A_STREAM)
        total += layer.measure(memoryview(content)[match.end() :])
        if layer.is_full or total > _MOST_IN_A_PDF:
            raise ParsingError(
                "pdf_bomb",
                "This PDF unpacks to far more than a document holds, which could make a reader's computer stop: print the "
                "pages that matter to a new PDF, and upload that.",
            )


class _Layer:
    """One compression of a stream; what comes out may be compressed again."""

    def __init__(self, most: int, depth: int = 0) -> None:
        self._most, self._depth = most, depth
        self._unpacker = zlib.decompressobj()
        self._inner: _Layer | None = None
        self.size = 0  # bytes out of this one and those within it
        self.ended = False

    @property
    def is_full(self) -> bool:
        return self.size > self._most

    def measure(self, packed: memoryview) -> int:
        for start in range(0, len(packed), _PIECE):
            self.feed(packed[start : start + _PIECE])
            if self.ended:
                break
        return self.size

    def feed(self, packed: bytes | memoryview) -> None:
        rest: bytes | memoryview = packed
        while rest and not self.ended:
            try:
                out = self._unpacker.decompress(rest, _PIECE)
            except zlib.error:  # its own end, or no zlib at all
                self.ended = True
                return
            rest = self._unpacker.unconsumed_tail
            if not self.size and out[:1] == b"\x78" and self._depth < _MOST_LAYERS:
                self._inner = _Layer(self._most, self._depth + 1)
            self.size += len(out)
            if self._inner is not None:
                before = self._inner.size
                self._inner.feed(out)
                self.size += self._inner.size - before
            self.ended = self._unpacker.eof or self.is_full
