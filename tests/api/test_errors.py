"""Whatever goes wrong is problem+json with a stable code; nothing a client sends makes a 500."""

import random
import re
import tracemalloc
from base64 import b64encode
from typing import Any

import orjson
import pytest
from django.test.client import FakePayload
from rest_framework.test import APIClient

from claims.api import claims as claims_api
from factcheck.api.wire import PROBLEM
from tests.api.checking import CheckedClient, paths
from tests.factories import make_claim, make_user

pytestmark = pytest.mark.django_db


def refusal(response: Any) -> tuple[int, str]:
    assert response["Content-Type"] == PROBLEM, response.content
    assert response.json()["detail"]
    return response.status_code, response.json()["code"]


# ---- Who is asking ---------------------------------------------------------------------------------


def test_nobody_gets_in_without_signing_in() -> None:
    client = CheckedClient()
    assert len(paths()) > 25
    for method, path in paths():
        response = client.generic(method, re.sub(r"\{\w+\}", "1", path.replace("{digest}", "1" * 64)))
        assert refusal(response) == (401, "not_authenticated"), path
        assert response["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer x",
        "Bearer a b",
        "Bearer \xff\xfe",
        "Bearer a\x00b",
        "Bearer " + "f" * 9000,
        "Token x",
    ],
)
def test_a_wrong_key_is_refused(header: str) -> None:
    client = CheckedClient()
    response = client.get("/api/v1/claims/", headers={"Authorization": header})
    assert refusal(response)[0] == 401
    assert response["WWW-Authenticate"] == "Bearer"


def test_the_browsers_session_works_too_but_a_write_needs_its_csrf_token() -> None:
    claim = make_claim()
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(make_user(role="reviewer"))
    assert client.get("/api/v1/me/").status_code == 200
    assert refusal(client.post(f"/api/v1/claims/{claim.pk}/take/")) == (403, "permission_denied")


# ---- Addresses and methods -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["nothing/", "claims", "claims/x/", "claims/-1/", "claims/%00/", "claims/%ff/", "claims/1/x/"]
)
def test_unknown_addresses(viewer: CheckedClient, path: str) -> None:
    for client in (viewer, APIClient()):
        assert refusal(client.get(f"/api/v1/{path}")) == (404, "not_found")
        assert refusal(client.post(f"/api/v1/{path}")) == (404, "not_found")


@pytest.mark.parametrize("key", ["999999999", str(2**63), "9" * 40, "9" * 5000])
@pytest.mark.parametrize(
    "path",
    [
        "articles/{}/",
        "versions/{}/",
        "versions/{}/appearances/",
        "claims/{}/",
        "claims/{}/history/",
        "claims/{}/evidence/",
        "appearances/{}/",
        "speakers/{}/",
        "imports/{}/",
        "imports/{}/items/",
    ],
)
def test_what_does_not_exist_is_not_found(viewer: CheckedClient, path: str, key: str) -> None:
    assert refusal(viewer.get("/api/v1/" + path.format(key)))[0] == 404


@pytest.mark.parametrize("key", ["999999999", str(2**63), "9" * 40])
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("claims/{}/take/", {}),
        ("claims/{}/release/", {}),
        ("claims/{}/queue/", {"expected_version": 1}),
        ("claims/{}/dismiss/", {"expected_version": 1, "reason": "not_a_claim"}),
        ("claims/{}/reviews/", {"expected_version": 1, "judgements": [{"verdict": "true"}]}),
        ("claims/{}/evidence/", {"expected_version": 1, "url": "https://a.example", "stance": "context"}),
        ("imports/{}/retry/", {}),
    ],
)
def test_what_does_not_exist_cannot_be_changed(
    reviewer: CheckedClient, path: str, body: dict[str, Any], key: str
) -> None:
    assert refusal(reviewer.post("/api/v1/" + path.format(key), body))[0] == 404


def test_other_methods_are_refused(viewer: CheckedClient) -> None:
    claim = make_claim()
    for method in ("put", "patch", "delete"):
        response = getattr(viewer, method)(f"/api/v1/claims/{claim.pk}/", {"text": "Something else"})
        assert refusal(response) == (405, "method_not_allowed")
    assert refusal(viewer.get("/api/v1/claims/next/"))[0] == 405
    for address in (f"/api/v1/claims/{claim.pk}/evidence/", "/api/v1/imports/", "/api/v1/claims/"):
        assert refusal(viewer.options(address))[0] == 405
        assert viewer.head(address).status_code == 200


# ---- What is sent and what is wanted back ----------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nonsense",
        b'{"judgements": NaN}',
        b'{"rationale": "\\ud800"}',
        b'{"a": "\xff"}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"\x00",
    ],
)
def test_a_body_that_is_not_json(reviewer: CheckedClient, body: bytes) -> None:
    claim = make_claim()
    response = reviewer.generic("POST", f"/api/v1/claims/{claim.pk}/reviews/", body, "application/json")
    status, code = refusal(response)
    assert (status, code) == (400, "malformed_json" if body else "invalid")


@pytest.mark.parametrize("body", [b"[]", b"1", b'"text"', b"null", b"true"])
def test_json_that_is_no_object(reviewer: CheckedClient, body: bytes) -> None:
    claim = make_claim()
    for address in (f"/api/v1/claims/{claim.pk}/reviews/", "/api/v1/imports/"):
        assert refusal(reviewer.generic("POST", address, body, "application/json"))[0] == 400


class Unread(FakePayload):
    """A body that nobody may ask for."""

    def read(self, *args: Any) -> bytes:
        raise AssertionError("the body was read")


@pytest.mark.parametrize("media_type", ["application/json", "text/plain"])
def test_a_body_of_50_mb_is_refused_unread(researcher: CheckedClient, media_type: str) -> None:
    sent = {"CONTENT_LENGTH": str(50 * 2**20), "CONTENT_TYPE": media_type, "wsgi.input": Unread()}
    assert refusal(researcher.post("/api/v1/imports/", **sent)) == (413, "too_large")


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        pytest.param(b"[" * 10**6 + b"]" * 10**6, (413, "too_large"), id="a million lists in each other"),
        pytest.param(b'{"items":[' + b"{}," * 10**6 + b"{}]}", (413, "too_large"), id="a million objects"),
        pytest.param(
            orjson.dumps({f"k{number}": 0 for number in range(10**6)}),
            (413, "too_large"),
            id="a million keys",
        ),
        pytest.param(orjson.dumps({"urls": [7] * 10**6}), (413, "too_large"), id="a million numbers"),
        pytest.param(
            orjson.dumps({f"k{number}": 0 for number in range(200_000)}), (400, "invalid"), id="many keys"
        ),
        pytest.param(
            b'{"urls":[' + b"9" * 10**6 + b"]}", (400, "malformed_json"), id="a number of a million digits"
        ),
        pytest.param(b'{"urls":[1e999999]}', (400, "malformed_json"), id="a number without end"),
        pytest.param(b'{"label":"' + b"x" * (4 * 2**20) + b'"}', (400, "invalid"), id="4 MB of one word"),
    ],
)
def test_json_that_is_a_bomb(researcher: CheckedClient, body: bytes, refused: tuple[int, str]) -> None:
    tracemalloc.start()
    try:
        response = researcher.generic("POST", "/api/v1/imports/", body, "application/json")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert refusal(response) == refused
    assert len(response.content) < 50_000
    assert most < 100 * 2**20, most


def test_a_body_in_chunks_is_not_taken_for_an_empty_one(researcher: CheckedClient) -> None:
    response = researcher.post("/api/v1/imports/", headers={"Transfer-Encoding": "chunked"})
    assert refusal(response) == (411, "length_required")


def test_a_form_with_a_field_that_is_too_large_or_with_too_many(
    researcher: CheckedClient, settings: Any
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    large = researcher.post("/api/v1/imports/", {"label": "x" * 2000}, format="multipart")
    assert refusal(large) == (413, "too_large")
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3
    many = researcher.post("/api/v1/imports/", {f"f{n}": "x" for n in range(9)}, format="multipart")
    assert refusal(many)[0] == 400


@pytest.mark.parametrize(
    "body",
    [b"", b"--x\r\n", b'--x\r\nContent-Disposition: form-data; name="files"\r\n\r\nno file\r\n--x--\r\n'],
)
def test_a_form_that_is_not_one(researcher: CheckedClient, body: bytes) -> None:
    for content_type in ("multipart/form-data; boundary=x", "multipart/form-data"):
        assert refusal(researcher.generic("POST", "/api/v1/imports/", body, content_type))[0] == 400


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "x"]
)
def test_bodies_of_other_types(reviewer: CheckedClient, media_type: str) -> None:
    response = reviewer.generic("POST", f"/api/v1/claims/{make_claim().pk}/reviews/", b"a=b", media_type)
    assert refusal(response) == (415, "unsupported_media_type")


def test_only_json_is_on_offer(viewer: CheckedClient) -> None:
    response = viewer.get("/api/v1/claims/", headers={"Accept": "text/csv"})
    assert refusal(response) == (406, "not_acceptable")
    assert viewer.get("/api/v1/claims/", headers={"Accept": "text/html, */*;q=0.1"}).status_code == 200


# ---- Queries ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "state=lost",
        "veracity=maybe",
        "speaker=x",
        "speaker=0",
        "outlet=-1",
        f"article={2**63}",
        "speaker=1.5",
        "q=%00",
        "page_size=0",
        "page_size=x",
        "page_size=-1",
        "page_size=%D9%A1",
        "page_size=" + "9" * 5000,
        "stat=queued",
        "offset=3",
    ],
)
def test_a_filter_that_makes_no_sense_names_its_parameter(viewer: CheckedClient, query: str) -> None:
    response = viewer.get(f"/api/v1/claims/?{query}")
    assert refusal(response) == (400, "invalid")
    assert response.json()["errors"][0]["field"] == query.split("=", maxsplit=1)[0]


@pytest.mark.parametrize(
    "tokens",
    [
        "p=x",
        "p=1.5",
        "p=-1",
        f"p={2**63}",
        "p=" + "9" * 5000,
        "p=1&o=999",
        "o=5",
        "r=x",
        "p=%00",
        "p='; DROP TABLE",
        "r=1",
        "",
    ],
)
@pytest.mark.parametrize("path", ["claims/", "appearances/", "reviews/", "imports/"])
def test_a_forged_cursor_is_refused(viewer: CheckedClient, path: str, tokens: str) -> None:
    cursor = b64encode(tokens.encode()).decode()
    assert refusal(viewer.get(f"/api/v1/{path}", {"cursor": cursor})) == (400, "invalid_cursor")


@pytest.mark.parametrize("cursor", ["", "x", "%%%", "é", "\x00", "cD0x" * 500])
def test_a_cursor_that_is_none_is_refused(viewer: CheckedClient, cursor: str) -> None:
    assert refusal(viewer.get("/api/v1/claims/", {"cursor": cursor})) == (400, "invalid_cursor")


@pytest.mark.parametrize("seed", range(3))
def test_no_query_makes_a_500(viewer: CheckedClient, seed: int) -> None:
    draw = random.Random(seed)
    print(f"seed {seed}")
    make_claim()
    pieces = [
        "%00",
        "%ED%A0%80",
        "%FF",
        "'",
        '"',
        "\\",
        "%25",
        "(",
        ")",
        "!",
        "&amp;",
        "<->",
        ":*",
        "1",
        "9" * 30,
        "%F0%9F%99%82",
    ]
    names = {
        "claims/": [
            "q",
            "state",
            "speaker",
            "outlet",
            "article",
            "checkable",
            "mine",
            "tag",
            "min_score",
            "older_than",
            "cursor",
            "page_size",
        ],
        "articles/": ["q", "url", "language", "outlet"],
        "speakers/": ["q", "kind", "outlet"],
        "outlets/": ["q", "domain"],
        "reviews/": ["claim", "appearance", "reviewer", "kind", "standing"],
        "appearances/": ["claim", "version", "article", "speaker", "form", "attribution"],
    }
    for _ in range(60):
        path = draw.choice(list(names))
        value = "".join(draw.choices(pieces, k=draw.randint(1, 4)))
        response = viewer.get(f"/api/v1/{path}?{draw.choice(names[path])}={value}")
        assert response.status_code in {200, 400}, response.request["QUERY_STRING"]


# ---- What nobody foresaw ---------------------------------------------------------------------------


def test_an_unforeseen_error_is_logged_and_tells_nothing(
    viewer: CheckedClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("the secret reason")

    claim = make_claim()
    monkeypatch.setattr(claims_api, "claim_response", fail)
    viewer.raise_request_exception = False
    response = viewer.get(f"/api/v1/claims/{claim.pk}/")
    assert refusal(response) == (500, "internal_error")
    assert b"secret" not in response.content
    assert "the secret reason" in caplog.text
    viewer.raise_request_exception = True
    with pytest.raises(RuntimeError):
        viewer.get(f"/api/v1/claims/{claim.pk}/")
