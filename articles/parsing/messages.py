"""What parent and child say to each other: a length, a JSON object, and for requests the bytes to read.

JSON, not pickle: the child reads hostile bytes, and its parent must not trust what it becomes.
"""

import json
import struct
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any, BinaryIO, Literal

from .types import Kind, ParsedArticle

_LENGTH = struct.Struct(">I")
_MAX_MESSAGE_BYTES = 32_000_000
_DATES: dict[str, Callable[[str], Any]] = {
    "published_at": datetime.fromisoformat,
    "published_on": date.fromisoformat,
    "modified_at": datetime.fromisoformat,
    "dateline_on": date.fromisoformat,
}
_ARTICLE = tuple(field.name for field in fields(ParsedArticle))


@dataclass(frozen=True)
class Request:
    """One call of `parse`, or rows to be read (see `formats.batches`), and the seconds of CPU time it may take."""

    data: bytes
    url: str
    content_type: str
    kind: Kind | Literal["rows"]
    title: str
    cpu_seconds: int


@dataclass(frozen=True)
class FeedRequest:
    """One call of `read_feed`, and the seconds of CPU time it may take."""

    data: bytes
    url: str
    content_type: str
    cpu_seconds: int


AnyRequest = Request | FeedRequest
_ASKED: dict[str, type[AnyRequest]] = {"article": Request, "feed": FeedRequest}


def send_request(stream: BinaryIO, request: AnyRequest) -> None:
    header = asdict(request)
    del header["data"]
    header["ask"] = next(name for name, kind in _ASKED.items() if kind is type(request))
    _send(stream, json.dumps(header).encode())
    _send(stream, request.data)


def receive_request(stream: BinaryIO) -> AnyRequest | None:
    """The next request; None where there will be no more."""
    head = _receive(stream)
    data = _receive(stream) if head is not None else None
    if head is None or data is None:
        return None
    header = json.loads(head)
    return _ASKED[header.pop("ask")](data=data, **header)


def send_answer(stream: BinaryIO, answer: dict[str, Any]) -> None:
    _send(stream, json.dumps(answer).encode())


def receive_answer(stream: BinaryIO) -> dict[str, Any] | None:
    """The answer; None where the other side went away before it was complete."""
    message = _receive(stream)
    return None if message is None else dict(json.loads(message))


def article_as_plain(article: ParsedArticle) -> dict[str, Any]:
    """`article` in JSON's types; dates as ISO 8601."""
    # Not by `asdict`, whose deep copies cost a row of a table more than its language does.
    plain = {name: getattr(article, name) for name in _ARTICLE}
    for name in _DATES:
        plain[name] = plain[name].isoformat() if plain[name] is not None else None
    return {**plain, "provenance": dict(article.provenance)}


def article_from_plain(plain: dict[str, Any]) -> ParsedArticle:
    """The reverse. Raises TypeError or ValueError for anything that is no article."""
    given: dict[str, Any] = {
        name: _DATES[name](value) if name in _DATES and value else value for name, value in plain.items()
    }
    return ParsedArticle(**given)


def _send(stream: BinaryIO, message: bytes) -> None:
    stream.write(_LENGTH.pack(len(message)))
    stream.write(message)
    stream.flush()


def _receive(stream: BinaryIO) -> bytes | None:
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > _MAX_MESSAGE_BYTES:
        raise ValueError(f"a message of {length} bytes")
    message = stream.read(length)
    return message if len(message) == length else None
