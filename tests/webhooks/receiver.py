"""Another program that is told of things: it keeps what it got, and answers as a test wants it to."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks.webhooks import Webhook as Verifier

Answer = int | tuple[int, dict[str, str], bytes]


@dataclass(frozen=True)
class Got:
    headers: dict[str, str]
    body: bytes

    @property
    def message(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.body)
        return told

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    def verify(self, secret: str) -> None:
        """Raises WebhookVerificationError, as a receiver's own library does."""
        Verifier(secret).verify(self.body, self.headers)


class Receiver:
    """`answer` is asked what to say to each; `got` holds what was taken, `asked` all that came."""

    def __init__(self) -> None:
        self.answer: Callable[[Got], Answer] = lambda got: 200
        self.asked: list[Got] = []
        self.got: list[Got] = []
        self.url, self.port = "", 0

    def told(self, subject: str = "") -> list[str]:
        """The types of what was taken, in order, each id once."""
        once = {one.id: one for one in reversed(self.got)}
        kept = [one for one in self.got if once[one.id] is one]
        return [one.message["type"] for one in kept if subject in str(one.message["data"])]


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            one = Got({name.lower(): value for name, value in self.headers.items()}, body)
            receiver.asked.append(one)
            answer = receiver.answer(one)
            status, headers, words = answer if isinstance(answer, tuple) else (answer, {}, b"thank you")
            if 200 <= status < 300:
                receiver.got.append(one)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(words)))
            self.end_headers()
            self.wfile.write(words)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.port = server.server_address[1]
    receiver.url = f"http://127.0.0.1:{receiver.port}/hook"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
