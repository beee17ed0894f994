"""A client that holds every answer to the OpenAPI document: nothing undocumented, nothing missing."""

import re
from collections.abc import Iterable
from copy import deepcopy
from functools import cache
from typing import Any

from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator
from rest_framework.test import APIClient

from factcheck.accounts.keys import make_key
from factcheck.api.wire import PROBLEM
from factcheck.lib.roles import Scope
from factcheck.models import Key, User

UNDOCUMENTED = {405, 500}  # what any address may answer, whatever it is


class CheckedClient(APIClient):
    """Signed in by a key with every scope, or those given; `get`, `post` and so on fail when an answer is not as the OpenAPI document says."""

    default_format = "json"

    def __init__(self, user: User | None = None, scopes: Iterable[str] = Scope.values, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if user is not None:
            key, secret = make_key(by=user, name="of a test", scopes=scopes)
            # As if it had been used a moment ago: what it costs to write that down is no part of what tests count.
            Key.objects.filter(pk=key.pk).update(last_used_at=timezone.now())
            self.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")

    def request(self, **environ: Any) -> Any:
        response = super().request(**environ)
        if environ["REQUEST_METHOD"] != "HEAD":  # has no body to look at
            sparse = "fields=" in environ.get("QUERY_STRING", "")
            check(environ["REQUEST_METHOD"], environ["PATH_INFO"], response, sparse=sparse)
        return response


def check(method: str, path: str, response: Any, *, sparse: bool = False) -> None:
    """Raises AssertionError unless the document says that `method` on `path` may answer so. `sparse`: not all fields were asked for."""
    is_error = response.status_code >= 400
    if is_error:
        assert response["Content-Type"] == PROBLEM, (response["Content-Type"], response.content[:500])
        body = response.json()
        assert {"type", "title", "status", "code", "detail"} <= set(body), body
        assert body["status"] == response.status_code
    operation = _operation(method, path)
    if operation is None or response.status_code in UNDOCUMENTED:
        assert is_error, f"{method} {path} is not in the document"
        return
    assert str(response.status_code) in operation["responses"], (
        f"{method} {path} answered {response.status_code}, which the document does not mention: {response.content!r}"
    )
    described = _resolve(operation["responses"][str(response.status_code)]).get("content")
    if described is None:
        assert response.content == b""
        return
    media_type = response["Content-Type"].split(";")[0]
    assert media_type in described, f"{method} {path} answered {media_type}"
    if not media_type.endswith("json") or (sparse and not is_error) or response.streaming:
        return
    schema = {**described[media_type]["schema"], "components": _document()["components"]}
    errors = sorted(Draft202012Validator(schema).iter_errors(response.json()), key=str)
    assert not errors, f"{method} {path}: {errors[0].json_path}: {errors[0].message}"


def paths() -> list[tuple[str, str]]:
    """Every documented (method, path)."""
    return [(method.upper(), path) for path, item in _document()["paths"].items() for method in item]


def operations() -> list[tuple[str, str, str]]:
    """Every documented (method, path, operation id), in the order of their paths."""
    return [
        (method, path, operation["operationId"])
        for path, item in _document()["paths"].items()
        for method, operation in item.items()
    ]


@cache
def _document() -> dict[str, Any]:
    document = deepcopy(SchemaGenerator().get_schema(request=None, public=True))
    for name, schema in document["components"]["schemas"].items():
        if "properties" in schema and name != "Problem":
            schema["additionalProperties"] = False
    # Whatever is asked for as a whole comes as a whole: `fields` has tests of its own.
    document["components"]["schemas"]["Sparse"] = {"not": {}}
    return document


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    return [
        (re.compile(re.sub(r"\{\w+\}", r"(?:\\d+|[0-9a-f]{64})", path)), path)
        for path in _document()["paths"]
    ]


def _operation(method: str, path: str) -> dict[str, Any] | None:
    for pattern, template in _patterns():
        if pattern.fullmatch(path):
            return _document()["paths"][template].get(method.lower())
    return None


def _resolve(node: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in node:
        return node
    found: Any = _document()
    for part in node["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return found
