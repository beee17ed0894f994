"""The check behind `up --once` passes only when the article really got there, and says where it did not."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from factcheck.localservices import LocalServiceError, smoke
from factcheck.localservices.smoke import Account, check_one_article

READER = Account("reader", "right")


class Desk(ThreadingHTTPServer):
    """A stand-in for the web server, as good or bad as a test wants it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Pages)
        self.failed = 0
        self.speaker: dict[str, Any] | None = {"name": smoke.SPEAKER}
        self.polls_until_done = 2
        self.text = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"


class Pages(BaseHTTPRequestHandler):
    server: Desk

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if address.path == "/login/":
            self.answer(b"<form>", {"Set-Cookie": "csrftoken=token; Path=/"}, kind="text/html")
        elif "sessionid" not in self.headers.get("Cookie", ""):
            self.answer(b'{"detail": "Sign in."}', status=403)
        elif address.path == "/api/v1/imports/7/":
            self.server.polls_until_done -= 1
            state = "running" if self.server.polls_until_done > 0 else "done"
            self.say({"state": state, "failed": self.server.failed, "items": {}})
        elif address.path == "/api/v1/claims/":
            (number,) = parse_qs(address.query)["q"]
            found = (
                [{"text": self.server.text, "speaker": self.server.speaker}]
                if number in self.server.text
                else []
            )
            self.say({"results": found})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/login/":
            form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            right = form == {"username": "reader", "password": "right", "csrfmiddlewaretoken": "token"}
            self.answer(b"", {"Set-Cookie": "sessionid=1; Path=/"} if right else {}, kind="text/html")
        elif self.headers["X-CSRFToken"] == "token":
            self.server.text = json.loads(body)["items"][0]["text"]
            self.say({"url": f"{self.server.url}api/v1/imports/7/"}, status=202)

    def say(self, content: Any, status: int = 200) -> None:
        self.answer(json.dumps(content).encode(), status=status)

    def answer(
        self,
        body: bytes,
        headers: dict[str, str] | None = None,
        *,
        status: int = 200,
        kind: str = "application/json",
    ) -> None:
        self.send_response(status)
        for name, value in {
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(smoke, "STEP_SECONDS", 0.3)
    with Desk() as it:
        threading.Thread(target=it.serve_forever, daemon=True).start()
        yield it
        it.shutdown()


def check(desk: Desk, account: Account = READER, say: Callable[[str], None] = lambda _: None) -> None:
    check_one_article(desk.url, account=account, say=say, pause=lambda _: None)


def test_each_step_is_said_with_its_seconds(desk: Desk) -> None:
    said: list[str] = []
    check(desk, say=said.append)
    assert [line.rpartition(" (")[0] for line in said] == [
        "signed in as reader",
        "import accepted",
        "import done",
        "the API answers with the claim of Maren Oduya",
    ]
    assert all(line.endswith(" s)") for line in said)


def test_every_check_brings_an_article_of_its_own(desk: Desk) -> None:
    check(desk)
    first = desk.text
    check(desk)
    assert desk.text != first


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        ({"failed": 1}, "the import failed"),
        ({"polls_until_done": 10**9}, "in vain for the import to be done"),
        ({"speaker": None}, "in vain for a claim of Maren Oduya"),
        ({"speaker": {"name": "Somebody Else"}}, "in vain for a claim of Maren Oduya"),
        ({"speaker": {"label": "?"}}, "not of the shape this check knows"),
    ],
)
def test_it_fails_where_the_article_stopped(desk: Desk, broken: dict[str, Any], sentence: str) -> None:
    for name, value in broken.items():
        setattr(desk, name, value)
    with pytest.raises(LocalServiceError, match=sentence) as raised:
        check(desk)
    assert raised.value.code == "check_failed"


def test_it_says_who_cannot_sign_in(desk: Desk) -> None:
    with pytest.raises(LocalServiceError, match="reader cannot sign in: is the sample newsroom there"):
        check(desk, account=Account("reader", "wrong"))


def test_a_server_that_is_gone_is_said_in_words(desk: Desk) -> None:
    desk.shutdown()
    desk.server_close()
    with pytest.raises(LocalServiceError, match=r"GET http://127.0.0.1:\d+/login/"):
        check(desk)
