"""An OpenID Connect provider on the loopback address, as small as one can be: it says of everybody what a test says."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt

CLIENT = {"client_id": "desk", "secret": "a secret of the two"}
_KEY = "what this provider signs with, which nobody who asked it directly has to check"


class Provider:
    """`claims` is what it says of who logs in; `asked` holds what the desk sent for its tokens."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.claims: dict[str, Any] = {}
        self.asked: list[dict[str, str]] = []

    def log_in(self, address: str) -> str:
        """As a browser at `address` (of the authorization endpoint), whose person agrees: where it is sent back to."""
        given = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert given["response_type"] == "code"
        assert given["code_challenge_method"] == "S256"
        return f"{given['redirect_uri']}?code=c0de&state={given['state']}"

    def document(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            **{
                f"{name}_endpoint": f"{self.issuer}/{name}" for name in ("authorization", "token", "userinfo")
            },
            "jwks_uri": f"{self.issuer}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def tokens(self) -> dict[str, Any]:
        told = {"iss": self.issuer, "aud": CLIENT["client_id"], "iat": time.time(), "exp": time.time() + 60}
        return {
            "access_token": "t0ken",
            "token_type": "Bearer",
            "expires_in": 60,
            "id_token": jwt.encode({**told, **self.claims}, _KEY, algorithm="HS256"),
        }


@contextmanager
def providing(port: int) -> Iterator[Provider]:
    provider = Provider(f"http://127.0.0.1:{port}")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(provider.claims if self.path == "/userinfo" else provider.document())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            provider.asked.append({name: values[0] for name, values in parse_qs(body).items()})
            self._say(provider.tokens())

        def _say(self, told: dict[str, Any]) -> None:
            body = json.dumps(told).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
