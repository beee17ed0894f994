"""A typed Python client is made of the OpenAPI document alone, and does a story by it: import, claim, verdict."""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator

from factcheck.accounts.keys import make_key
from factcheck.lib.roles import Scope
from tests.api.test_imports import work_off
from tests.factories import make_user

NAME = "desk_client"
STORY = "“The old dam holds twice the water,” Mira Tolland said on Monday."


@pytest.fixture
def generated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    document = SchemaGenerator().get_schema(request=None, public=True)
    document["openapi"] = "3.1.0"
    schema, options = tmp_path / "schema.json", tmp_path / "options.yml"
    schema.write_text(json.dumps(document))
    options.write_text(f"post_hooks: []\npackage_name_override: {NAME}\n")
    command = [Path(sys.executable).with_name("openapi-python-client"), "generate", "--meta", "none"]
    command += ["--path", schema, "--output-path", tmp_path / NAME, "--config", options]
    told = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr[-2000:]
    monkeypatch.syspath_prepend(tmp_path)
    return NAME


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_generated_client_does_a_story(generated: str, live_server: Any) -> None:
    def call(operation: str, *args: Any, **kwargs: Any) -> Any:
        return import_module(f"{generated}.api.{operation}").sync(*args, client=client, **kwargs)

    models = import_module(f"{generated}.models")
    _, secret = make_key(by=make_user("rhea", "reviewer"), name="The client", scopes=Scope.values)
    client = import_module(generated).AuthenticatedClient(base_url=live_server.url, token=secret)
    item = models.GivenItemRequest(text=STORY, outlet="Lakeside Post", title="The dam")
    sent = call("imports.imports_create", body=models.GivenImportRequest(items=[item]), idempotency_key="1")
    assert isinstance(sent, models.ImportDetail)
    work_off()
    done = call("imports.imports_retrieve", sent.id)
    assert (done.state.value, done.items.done, done.claims) == ("done", 1, 1)
    (claim,) = call("claims.claims_list", q="dam").results
    assert (claim.speaker.name, claim.veracity) == ("Mira Tolland", None)
    wrong = call("claims.claims_take", 999_999)
    assert (wrong.status, wrong.code) == (404, "claim_not_found")
    mine = call("claims.claims_take", claim.id)
    judgement = models.GivenJudgementRequest(verdict=models.Verdict.FALSE, rationale="The plans of 1954.")
    body = models.GivenReviewRequest(expected_version=mine.version, judgements=[judgement])
    made = call("claims.claims_review", claim.id, body=body)
    assert [one.verdict.value for one in made.reviews] == ["false"]
    assert call("claims.claims_retrieve", claim.id).version == made.claim.version > mine.version
    stale = call("claims.claims_review", claim.id, body=body)
    assert (stale.status, stale.code) == (409, "stale")


RIGHT = """
from desk_client import AuthenticatedClient
from desk_client.api.claims import claims_list
from desk_client.models import ListedClaim, PaginatedListedClaimList

client = AuthenticatedClient(base_url="http://desk", token="secret")
page = claims_list.sync(client=client, q="dam")
assert isinstance(page, PaginatedListedClaimList)
for claim in page.results:
    if isinstance(claim, ListedClaim):
        text: str = claim.text
        version: int = claim.version
"""


@pytest.mark.slow
def test_its_types_tell_what_a_claim_has(generated: str, tmp_path: Path) -> None:
    (tmp_path / NAME / "py.typed").touch()

    def told(code: str) -> str:
        script = tmp_path / "script.py"
        script.write_text(code)
        command = [sys.executable, "-m", "mypy", "--config-file=", "--follow-imports=silent", script.name]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
        return done.stdout

    assert told(RIGHT).startswith("Success")
    assert 'has no attribute "txt"' in told(RIGHT.replace("claim.text", "claim.txt"))
    assert "Incompatible types in assignment" in told(RIGHT.replace("version: int", "version: str"))
    assert 'Unexpected keyword argument "words"' in told(RIGHT.replace('q="dam"', 'words="dam"'))
