"""`parse` in a child process that can be killed: what a hostile page costs is bounded, and the caller lives on.

A plain subprocess, because a Celery worker's processes are daemons and may not have multiprocessing children.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .feedtypes import ParsedFeed, check_feed_size, feed_from_plain
from .formats.batches import pack_rows, unpack_rows
from .formats.columns import TableMapping
from .formats.rows import RowArticle
from .formats.types import EntryError
from .messages import AnyRequest, FeedRequest, Request, article_from_plain, receive_answer, send_request
from .pipeline import check_size
from .types import Kind, ParsedArticle, ParsingError

_START_SECONDS = 60.0
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class ChildLimits:
    """What parsing one page may take: CPU seconds, seconds in all, and the child's address space in bytes."""

    cpu_seconds: int = 10
    wall_seconds: float = 60.0
    memory_bytes: int = 1_000_000_000


DEFAULT_CHILD_LIMITS = ChildLimits()
FEED_LIMITS = ChildLimits(cpu_seconds=20, wall_seconds=45.0)  # thousands of entries at a millisecond each


def parse_in_child(
    data: bytes,
    *,
    url: str = "",
    content_type: str = "",
    kind: Kind = "html",
    title: str = "",
    limits: ChildLimits = DEFAULT_CHILD_LIMITS,
) -> ParsedArticle:
    """As `parse`, in a child process. One child is kept per process and memory limit, and serves one call at a time.

    Raises ParsingError as `parse` does, and `too_slow`, `too_complex` (over the limits) or `unreadable` (the page
    made a parser fail).
    """
    check_size(len(data))
    request = Request(data, url, content_type, kind, title, limits.cpu_seconds)
    answer = _keeper.ask(request, limits)
    if "article" in answer:
        return article_from_plain(answer["article"])
    code, message = answer["error"]
    raise ParsingError(code, message or _MESSAGES[code])


def read_feed_in_child(
    data: bytes, *, url: str = "", content_type: str = "", limits: ChildLimits = FEED_LIMITS
) -> ParsedFeed:
    """As `read_feed`, in the same child process. Raises ParsingError as that does, and as `parse_in_child` does."""
    check_feed_size(len(data))
    answer = _keeper.ask(FeedRequest(data, url, content_type, limits.cpu_seconds), limits)
    if "feed" in answer:
        return feed_from_plain(answer["feed"])
    code, message = answer["error"]
    raise ParsingError(code, message or _FEED_MESSAGES[code])


_FEED_MESSAGES = {
    "too_slow": "This feed takes too long to read: look for one of a section of the site.",
    "too_complex": "This feed is built in a way that cannot be read: look for another one of the site.",
    "unreadable": "This feed cannot be read: look for another one of the site.",
}


def read_rows_in_child(
    rows: Sequence[Mapping[str, str]], mapping: TableMapping, *, limits: ChildLimits = DEFAULT_CHILD_LIMITS
) -> list[RowArticle | EntryError]:
    """Each row of a table as `formats.rows.read_row` reads it, or why it cannot, in the child of `parse_in_child`.

    Rows that together go over the limits are read one by one, so that one of them fails alone.
    """
    request = Request(pack_rows(rows, mapping), "", "", "rows", "", limits.cpu_seconds)
    answer = _keeper.ask(request, limits)
    if "rows" in answer:
        return unpack_rows(answer["rows"])
    if len(rows) > 1:
        return [read_rows_in_child([row], mapping, limits=limits)[0] for row in rows]
    code, message = answer["error"]
    return [EntryError(code, message or _MESSAGES[code])]


_MESSAGES = {
    "too_slow": "This takes too long to read: paste the article's text instead.",
    "too_complex": "This is built in a way that cannot be read: paste the article's text instead.",
    "unreadable": "This cannot be read: paste the article's text instead.",
}


class _Child:
    """A running child process."""

    def __init__(self, memory_bytes: int) -> None:
        self.memory_bytes = memory_bytes
        self.served = 0
        self._loaded = False
        self._process = subprocess.Popen(  # noqa: S603 - our own module, and numbers
            [sys.executable, "-m", "articles.parsing.child", str(os.getpid()), str(memory_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=_ROOT,
            # Nothing of ours that a page could get at; one thread for libraries that would start one per core.
            env={"PATH": os.defpath, "LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        )

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: AnyRequest, wall_seconds: float) -> dict[str, Any] | None:
        """The child's answer, `too_slow` for one that is killed over it, None if it dies of something else."""
        assert self._process.stdin is not None and self._process.stdout is not None
        timer = threading.Timer(wall_seconds if self._loaded else _START_SECONDS, self._process.kill)
        timer.start()
        try:
            if (
                not self._loaded
            ):  # its libraries are no page's fault, and a busy machine takes its time over them
                self._loaded = receive_answer(self._process.stdout) is not None  # type: ignore[arg-type]
                timer.cancel()
                timer = threading.Timer(wall_seconds, self._process.kill)
                timer.start()
            send_request(self._process.stdin, request)  # type: ignore[arg-type]
            answer = receive_answer(self._process.stdout)  # type: ignore[arg-type]
        except (OSError, ValueError):
            answer = None
        finally:
            timer.cancel()
        self.served += 1
        if answer is not None:
            return answer
        ran_out = timer.finished.is_set() and not timer.is_alive()
        self.end()
        return _error("too_slow") if ran_out or self._process.returncode == -signal.SIGXCPU else None

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            try:
                if stream is not None:
                    stream.close()
            except OSError:  # bytes that the dead child never took
                pass


class _Keeper:
    """The one child of this process, started when first needed."""

    def __init__(self) -> None:
        self.reset()
        os.register_at_fork(after_in_child=self.reset)

    def reset(self) -> None:
        """Also in a process forked from this one: the child is its parent's, and so is whoever held the lock."""
        self._lock = threading.Lock()
        self._child: _Child | None = None

    def ask(self, request: AnyRequest, limits: ChildLimits) -> dict[str, Any]:
        with self._lock:
            while True:
                child = self._running_child(limits.memory_bytes)
                fresh = child.served == 0
                answer = child.ask(request, limits.wall_seconds)
                if answer is not None:
                    return answer
                # A child that served others may have died of them or of old age: the page deserves a fresh one.
                if fresh:
                    return _error("too_complex")

    def _running_child(self, memory_bytes: int) -> _Child:
        if self._child is not None and not (self._child.alive and self._child.memory_bytes == memory_bytes):
            self._child.end()
            self._child = None
        if self._child is None:
            self._child = _Child(memory_bytes)
        return self._child


def _error(code: str) -> dict[str, Any]:
    return {"error": [code, ""]}


_keeper = _Keeper()
