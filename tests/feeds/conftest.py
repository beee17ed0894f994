import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone

from articles.models import Feed, ImportItem, ImportJob
from articles.services.feeds import add_feed
from articles.services.polling import poll_feed
from factcheck.models import User
from tests.factories import make_user
from tests.fetching.server import Seen, TestServer

FeedAt = Callable[..., Feed]


@pytest.fixture
def researcher(db: None) -> User:
    return make_user("rosa", "researcher")


@pytest.fixture
def server(settings: Any) -> Iterator[TestServer]:
    with TestServer() as server:
        settings.FETCH_ALLOW_ADDRESSES = ["127.0.0.1/32"]
        settings.FETCH_ALLOW_PORTS = [server.port]
        settings.FETCH_OBEY_ROBOTS = False  # tests count what was asked for
        yield server


@pytest.fixture
def feed_at(researcher: User, server: TestServer) -> FeedAt:
    """feed_at("/feed") is a feed of that path of the server, which nobody has polled yet."""

    def make(path: str = "/feed", **fields: Any) -> Feed:
        by = fields.pop("by", researcher)
        return add_feed(
            by=by, url=server.url(path), **({"name": "Larn news", "outlet": "Larn Courier"} | fields)
        )

    return make


def poll(feed: Feed) -> Feed:
    """The feed after a poll, which is due now, whenever it was."""
    Feed.objects.filter(pk=feed.pk).update(next_poll_at=timezone.now())
    polled = poll_feed(feed_id=feed.pk)
    assert polled is not None, "it was not to be polled"
    return polled


def urls(job: ImportJob | None = None) -> list[str]:
    """The ends of the addresses that were imported, of one job or of all."""
    items = ImportItem.objects.order_by("pk") if job is None else job.items.order_by("position")
    return [item.url.rpartition("/")[2] for item in items]


def serve_with_validators(server: TestServer, path: str, body: Callable[[], str]) -> None:
    """Answers with an ETag that stands for the body, and 304 to who has it already."""

    def answer(connection: socket.socket, seen: Seen) -> None:
        text = body()
        etag = f'"{abs(hash(text)) % 10**8}"'
        if seen.headers.get("if-none-match") == etag:
            connection.sendall(f"HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\n\r\n".encode())
            return
        data = text.encode()
        head = (
            f"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nETag: {etag}\r\n"
            f"Last-Modified: Mon, 02 Mar 2026 12:00:00 GMT\r\nContent-Length: {len(data)}\r\n\r\n"
        )
        connection.sendall(head.encode() + data)

    server.handle(path, answer)
