"""A web server on the loopback address that behaves as badly as a test asks it to.

`with TestServer() as server:` then `server.page("/a", "<p>...")` for an ordinary answer, `server.raw("/b", b"HTTP/1.1 ...")`
for exact bytes, `server.handle("/c", function)` for anything else; `server.url("/a")` is what to fetch and
`server.policy` what allows it. `server.requests` holds what was asked, in order.
"""

import contextlib
import gzip
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from articles.fetching import AddressPolicy


@dataclass(frozen=True)
class Seen:
    """One request as it came in; header names in lower case."""

    path: str
    headers: dict[str, str] = field(default_factory=dict)


Handler = Callable[[socket.socket, Seen], None]


class TestServer:
    __test__ = False  # its name is no test class

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[Seen] = []
        self._routes: dict[str, Handler] = {}
        self._stopping = threading.Event()
        outer = self

        class Connection(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                # Clients that stop at a limit hang up on us; that is what many tests are about.
                with contextlib.suppress(OSError):
                    self.request.settimeout(30)
                    if tls is not None:
                        self.request = tls.wrap_socket(self.request, server_side=True)
                    outer._serve(self.request)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            block_on_close = False
            request_queue_size = 64

        self._server = Server(("127.0.0.1", 0), Connection)
        self.port: int = self._server.server_address[1]
        self.scheme = "http" if tls is None else "https"

    def __enter__(self) -> "TestServer":
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def policy(self) -> AddressPolicy:
        return AddressPolicy(allow=("127.0.0.1/32",), ports=(80, 443, self.port))

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    def handle(self, path: str, handler: Handler) -> str:
        """Let `handler` write the whole answer to `path`; it gets the connected socket."""
        self._routes[path] = handler
        return self.url(path)

    def raw(self, path: str, answer: bytes) -> str:
        """Answer `path` with exactly these bytes, then close."""
        return self.handle(path, lambda connection, seen: connection.sendall(answer))

    def page(
        self,
        path: str,
        body: str | bytes,
        *,
        status: str = "200 OK",
        content_type: str | None = "text/html; charset=utf-8",
        headers: dict[str, str] | None = None,
    ) -> str:
        """Answer `path` as an ordinary server would."""
        data = body.encode() if isinstance(body, str) else body
        named = {"Content-Length": str(len(data)), **(headers or {})}
        if content_type is not None:
            named["Content-Type"] = content_type
        head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
        return self.raw(path, f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + data)

    def redirect(self, path: str, location: str, status: str = "302 Found", **headers: str) -> str:
        return self.page(path, b"", status=status, headers={"Location": location, **headers})

    def stream(self, path: str, chunks: Callable[[], Iterator[bytes]], head: bytes | None = None) -> str:
        """Answer `path` with a head and then `chunks()` for as long as the client stays."""
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" if head is None else head

        def handler(connection: socket.socket, seen: Seen) -> None:
            connection.sendall(head)
            for chunk in chunks():
                if self._stopping.is_set():
                    return
                connection.sendall(chunk)

        return self.handle(path, handler)

    def drip(self, path: str, data: bytes, *, seconds: float = 0.05, head: bytes | None = None) -> str:
        """Answer `path` with `data` over and over, a byte every `seconds`."""

        def chunks() -> Iterator[bytes]:
            while True:
                for byte in data:
                    time.sleep(seconds)
                    yield bytes([byte])

        return self.stream(path, chunks, head)

    def gzip_bomb(self, path: str, megabytes: int) -> str:
        body = gzip.compress(b"<p>" + b"0" * (megabytes * 1_000_000))
        return self.page(path, body, headers={"Content-Encoding": "gzip"})

    def _serve(self, connection: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            received = connection.recv(65_536)
            if not received:
                return
            head += received
            if head.startswith(b"\x16\x03"):  # a TLS greeting: say so in plain, as web servers do
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                return
        request_line, *lines = head.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        seen = Seen(request_line.split(" ")[1], {name.lower(): value for name, value in headers.items()})
        self.requests.append(seen)
        handler = self._routes.get(seen.path.partition("?")[0])
        if handler is None:
            connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        else:
            handler(connection, seen)
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
