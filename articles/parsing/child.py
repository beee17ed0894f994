"""The child: `python -m articles.parsing.child` answers requests on standard input, one after the other.

It lives on between requests, because loading the HTML libraries takes longer than parsing most pages. It ends when
its parent ends or closes the pipe, when a request goes over its limits, or after a while without requests.
"""

import ctypes
import logging
import math
import os
import resource
import select
import signal
import sys
import time
from typing import Any

from .feeds import read_feed
from .feedtypes import feed_as_plain
from .formats.batches import answer_rows
from .messages import AnyRequest, FeedRequest, article_as_plain, receive_request, send_answer
from .pipeline import parse
from .types import ParsingError

_IDLE_SECONDS = 120
# Parsers of C leak and fragment; a fresh child now and then costs little.
_MOST_REQUESTS = 500
_PR_SET_PDEATHSIG = 1


def main(parent_pid: int, memory_bytes: int) -> None:
    _die_with(parent_pid)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from . import body, metadata  # noqa: F401 - the heavy part; loaded now, so that no request pays for it

    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    send_answer(answers, {"loaded": True})
    # What a library prints must not end up among the answers.
    sys.stdout = sys.stderr
    logging.basicConfig(level=logging.CRITICAL)
    for _ in range(_MOST_REQUESTS):
        if not select.select([requests], [], [], _IDLE_SECONDS)[0]:
            return
        request = receive_request(requests)
        if request is None:
            return
        _limit_cpu(request.cpu_seconds)
        answer, usable = _answer(request)
        _limit_cpu(60)
        send_answer(answers, answer)
        if not usable:
            return


def _answer(request: AnyRequest) -> tuple[dict[str, Any], bool]:
    """The answer to `request`, and whether this process is fit for another."""
    try:
        if isinstance(request, FeedRequest):
            feed = read_feed(request.data, url=request.url, content_type=request.content_type)
            return {"feed": feed_as_plain(feed)}, True
        if request.kind == "rows":
            return {"rows": answer_rows(request.data)}, True
        article = parse(
            request.data,
            url=request.url,
            content_type=request.content_type,
            kind=request.kind,
            title=request.title,
        )
        return {"article": article_as_plain(article)}, True
    except ParsingError as error:
        return {"error": [error.code, error.message]}, True
    except (MemoryError, RecursionError):
        return {"error": ["too_complex", ""]}, False
    except Exception:  # whatever a hostile page makes a parser raise: the child answers, and goes on
        logging.getLogger(__name__).critical("cannot parse %s", request.url, exc_info=True)
        return {"error": ["unreadable", ""]}, True


def _limit_cpu(seconds: int) -> None:
    """At most so many more seconds of CPU time; the kernel ends the process after that."""
    resource.setrlimit(
        resource.RLIMIT_CPU, (math.ceil(time.process_time()) + seconds, resource.RLIM_INFINITY)
    )


def _die_with(parent_pid: int) -> None:
    """Be killed when the parent dies. Where the system has no such call, the closed pipe and the limits remain."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent_pid:  # it died before we asked
        sys.exit()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
