"""The API held to its own OpenAPI document by requests that nobody would write: every operation, as every role, as nobody,
and with a key that only reads.

Checked of each answer: no 500, nothing that the document does not say, no access that tests/api/access.txt does not give.

    python -m pytest -m drill tests/api/test_contract.py -s                          # as CI does
    CONTRACT_EXAMPLES=60 CONTRACT_SECONDS=900 python -m pytest -m drill tests/api/test_contract.py -s
"""

import os
import random
import re
import time
from collections import Counter
from typing import Any

import pytest
import schemathesis
from django.db import transaction
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, seed, settings
from rest_framework.permissions import SAFE_METHODS
from schemathesis.generation import GenerationMode

from factcheck.lib.roles import Scope
from tests.api.checking import CheckedClient
from tests.api.conftest import ROLES
from tests.api.requests import Requests
from tests.api.test_access import PINNED
from tests.factories import make_user

# Of each operation and kind (as documented, and not), each sent as everybody.
EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "1"))
SECONDS = float(os.environ.get("CONTRACT_SECONDS", "80"))
READING_KEY = "admin's reading key"
SEED = int(os.environ.get("CONTRACT_SEED", random.SystemRandom().randrange(10**6)))


def granted() -> dict[tuple[str, str], dict[str, int]]:
    """What access.txt says: per method and path, how each caller is answered."""
    lines = [line for line in PINNED.read_text().splitlines() if re.match(r" {20,}nobody|[A-Z]+ /", line)]
    callers = ["nobody", "no role", *ROLES]
    found = {}
    for line in lines[1:]:
        method, path, *codes = line.split()
        found[method, path] = dict(zip(callers, map(int, codes), strict=True))
    return found


@pytest.mark.drill
@pytest.mark.django_db
def test_the_api_keeps_to_its_document() -> None:
    print(f"\nseed {SEED}, {EXAMPLES} examples")
    document = SchemaGenerator().get_schema(request=None, public=True)
    document["openapi"] = "3.1.0"
    requests = Requests(make_user("edith", "admin"))
    operations = [result.ok() for result in schemathesis.openapi.from_dict(document).get_all_operations()]
    access, asked, deadline = granted(), Counter[str](), time.monotonic() + SECONDS
    clients = {"nobody": CheckedClient(), "no role": CheckedClient(make_user("nemo"))}
    clients |= {role: CheckedClient(make_user(f"{role}1", role)) for role in ROLES}
    # Whatever its account may: a key for reading changes nothing, but has exports of its own made.
    clients[READING_KEY] = CheckedClient(make_user("reading", "admin"), scopes=[Scope.READ])
    failures: list[str] = []

    def ask(case: Any) -> None:
        """The same request as everybody: what is made up is the dear part, and may be for one and not for another."""
        for name, client in clients.items():
            asked[name] += 1
            response, sent = _send(client, case, requests)
            asked[str(response.status_code)] += 1
            may = access[case.operation.method.upper(), case.operation.path][
                "admin" if name == READING_KEY else name
            ]
            if (
                name == READING_KEY
                and case.method.upper() not in SAFE_METHODS
                and "/exports/" not in case.operation.path
            ):
                may = 403
            problem = _problem(response, may)
            assert problem is None, f"{name}: {sent}: {problem}"

    # What is looked at first is left to chance, so that a run cut short by its time has looked everywhere a little.
    turns = [(operation, mode) for operation in operations for mode in GenerationMode]
    random.Random(SEED).shuffle(turns)
    left_out = 0
    for operation, mode in turns:
        if time.monotonic() > deadline:
            left_out += 1
            continue
        try:
            strategy = operation.as_strategy(generation_mode=mode)
            test = settings(
                max_examples=EXAMPLES,
                deadline=None,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )(seed(SEED)(given(case=strategy)(ask)))
            test()
        except Exception as error:  # noqa: BLE001 - a break of any kind is a finding: it is told beside the others, and fails the test
            if type(error).__name__ in ("Unsatisfiable", "SkipTest", "Skipped"):
                continue  # nothing of this operation can be sent otherwise than documented
            failures.append(f"{operation.label} ({mode.value}): {type(error).__name__}: {str(error)[:600]}")
    print(f"asked: {dict(sorted(asked.items()))}; {left_out} of {len(turns)} turns left out for time")
    assert not failures, f"{len(failures)} failures:\n" + "\n".join(failures[:40])


def _send(client: CheckedClient, case: Any, requests: Requests) -> tuple[Any, str]:
    """Sends a case, to the things that are there where it names no others; nothing of it stays."""
    sent = requests.of(case.method.lower(), case.path, case.operation.definition.raw["operationId"])
    prepared = case.as_transport_kwargs(base_url="http://testserver")
    path = re.sub(r"^http://testserver", "", prepared["url"])
    if random.Random(hash(case.id)).random() < 0.8:  # most ids that are made up are nothing's
        path = sent.path.partition("?")[0]
    import requests as http

    built = http.Request(
        prepared["method"],
        f"http://testserver{path}",
        **{k: v for k, v in prepared.items() if k in ("params", "json", "data", "files", "headers")},
    ).prepare()
    body = built.body or b""
    headers = {name: value for name, value in built.headers.items() if name.lower() != "content-length"}
    headers = {k: v if isinstance(v, str) else v.decode("latin-1") for k, v in headers.items()}
    content_type = headers.pop("Content-Type", "application/json")
    headers.pop("Authorization", None)
    with transaction.atomic():
        point = transaction.savepoint()
        response = super(CheckedClient, client).generic(
            case.method.upper(),
            built.path_url,
            body if isinstance(body, (bytes, str)) else b"".join(body),
            content_type=content_type,
            headers=headers,
        )
        if response.streaming:
            b"".join(response.streaming_content)
        transaction.savepoint_rollback(point)
    return response, f"{case.method} {built.path_url} {headers} {str(body)[:300]}"


def _problem(response: Any, may: int) -> str | None:
    """What is wrong with an answer; None: nothing."""
    if response.status_code >= 500:
        return f"{response.status_code}"
    if may in (401, 403) and response.status_code < 400:
        return f"{response.status_code}, but the role gets {may}"
    return None
