"""The body of a response, decompressed, within its limits."""

import http.client
import zlib

from .errors import FetchError
from .limits import Budget

_CHUNK = 65_536
# One member is what servers send; a stream of many tiny ones costs far more time than its bytes.
_MAX_GZIP_MEMBERS = 64
_GZIP_MAGIC = b"\x1f\x8b"


def read_body(response: http.client.HTTPResponse, budget: Budget) -> bytes:
    """Everything `response` still has to say. Raises FetchError: too_large, timed_out, unsupported_encoding,
    incomplete (the connection ended before the body did)."""
    encoding = (response.getheader("Content-Encoding") or "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip"):
        raise FetchError(
            "unsupported_encoding",
            f"{budget.shown} was sent compressed in a way that was not asked for and cannot be read: "
            "paste the text instead.",
        )
    if response.length is not None and response.length > budget.limits.wire_bytes:
        raise budget.too_large(budget.limits.wire_bytes)
    decoder = None if encoding == "identity" else _Gunzip(budget)
    body = bytearray()
    while chunk := response.read1(_CHUNK):
        body += decoder.feed(chunk, budget.limits.body_bytes - len(body)) if decoder else chunk
        if len(body) > budget.limits.body_bytes:
            raise budget.too_large(budget.limits.body_bytes)
    if response.length or (decoder is not None and not decoder.complete):
        raise incomplete(budget)
    return bytes(body)


class _Gunzip:
    """A gzip stream, one chunk at a time, never more output than asked for plus one byte."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self._members = 1
        self._started = False
        self._ended = False

    @property
    def complete(self) -> bool:
        return self._ended or self._member.eof or not self._started

    def feed(self, data: bytes, room: int) -> bytes:
        out = bytearray()
        while data and not self._ended:
            if self._member.eof:
                # Padding after the last member is common and harmless; another member goes on.
                if not data.startswith(_GZIP_MAGIC[: len(data)]):
                    self._ended = True
                    break
                self._members += 1
                if self._members > _MAX_GZIP_MEMBERS:
                    raise self._unreadable()
                self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)
            self._started = True
            try:
                out += self._member.decompress(data, room - len(out) + 1)
            except zlib.error:
                raise self._unreadable() from None
            if len(out) > room:
                break
            data = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
        return bytes(out)

    def _unreadable(self) -> FetchError:
        return FetchError(
            "unsupported_encoding",
            f"{self._budget.shown} was sent compressed, but cannot be decompressed: paste the text instead.",
        )


def incomplete(budget: Budget) -> FetchError:
    return FetchError(
        "incomplete",
        f"{budget.shown} broke off before the page was complete: try again later.",
        retryable=True,
    )
