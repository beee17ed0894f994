"""The OpenAPI document and docs/api.md tell what is there."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import Resolver404, resolve
from rest_framework.test import APIClient

from claims.choices import WebhookEventType
from tests.api.checking import CheckedClient, paths
from tests.factories import make_user

DOCS = Path(__file__).parents[2] / "docs" / "api.md"
CODE = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


def test_the_generator_has_nothing_to_complain_of(tmp_path: Path) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yaml"))


@pytest.mark.django_db
def test_the_document_is_served_as_openapi_3_1() -> None:
    served = APIClient()
    served.force_authenticate(make_user())
    document = json.loads(served.get("/api/schema/?format=json").content)
    assert document["openapi"] == "3.1.0"
    operations = [operation for item in document["paths"].values() for operation in item.values()]
    assert len(operations) == len(paths())
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    for operation in operations:
        assert operation["summary"] and operation["tags"], operation["operationId"]
        assert "401" in operation["responses"]
        assert all(
            response.get("$ref") or response["description"] for response in operation["responses"].values()
        )


@pytest.mark.django_db
def test_the_document_is_for_those_who_are_signed_in() -> None:
    response = CheckedClient().get("/api/schema/")
    assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")


def test_every_address_in_the_docs_is_there() -> None:
    named = re.findall(r"/api/v1/(?:[\w/-]|\.\.)*(?![\w/{-])", DOCS.read_text())
    assert len(named) > 25
    for address in named:
        if address == "/api/v1/":
            continue
        try:
            view = resolve(address)
        except Resolver404:  # pragma: no cover
            pytest.fail(f"docs/api.md names {address}, which is not there")
        assert view.func.__name__ != "api_not_found", address


def test_the_docs_leave_no_list_and_no_write_out() -> None:
    text = DOCS.read_text()
    for _, path in paths():
        pattern = re.sub(r"\{\w+\}", r"\\d+", path)
        if path in {"/api/v1/speakers/{id}/", "/api/v1/appearances/"} or "{digest}" in path:
            continue  # as any other; a digest is named as such
        assert re.search(pattern, text) or re.search(pattern.removesuffix("/"), text), (
            f"docs/api.md does not mention {path}"
        )


def test_the_docs_name_every_event_and_no_other() -> None:
    (table,) = re.findall(r"^\| event \|.*\n\|---.*\n((?:\|.*\n)+)", DOCS.read_text(), re.MULTILINE)
    named = [name for row in table.splitlines() for name in re.findall(r"`([^`]+)`", row.split("|")[1])]
    assert sorted(named) == sorted(WebhookEventType.values)


def test_the_json_in_the_docs_is_json() -> None:
    blocks = CODE.findall(DOCS.read_text())
    examples = [body for kind, body in blocks if kind == "json"]
    examples += [
        sent for kind, body in blocks if kind == "sh" for sent in re.findall(r"-d '(.*?)'\n", body, re.DOTALL)
    ]
    assert len(examples) > 8
    for example in examples:
        json.loads(example)


def test_the_examples_in_the_document_are_what_it_describes() -> None:
    from drf_spectacular.generators import SchemaGenerator
    from jsonschema import Draft202012Validator

    document: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    shown = 0
    for item in document["paths"].values():
        for operation in item.values():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                for example in content.get("examples", {}).values():
                    schema = {**content["schema"], "components": document["components"]}
                    Draft202012Validator(schema).validate(example["value"])
                    shown += 1
    assert shown >= 5
