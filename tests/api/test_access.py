"""Who may do what: every operation asked by every role, as tests/api/access.txt has it.

`ACCESS=write python -m pytest tests/api/test_access.py` writes the file anew; what changes in it is to be looked at line by line.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction

from tests.api.checking import CheckedClient, operations
from tests.api.conftest import ROLES
from tests.api.requests import Requests
from tests.factories import make_user

PINNED = Path(__file__).with_name("access.txt")
HEADING = """\
Every operation of the API, and how it answers a sensible request of somebody without an account, without a role, and of each role.
401: sign in. 403: the role does not allow it. Anything else is the operation's own answer: it may be asked.

"""


@pytest.mark.django_db
def test_every_role_gets_what_it_should() -> None:
    table = HEADING + "\n".join(_lines()) + "\n"
    if os.environ.get("ACCESS") == "write":
        PINNED.write_text(table)
    assert table == PINNED.read_text(), (
        "access has changed: if that is meant, write the file anew (see above)"
    )


def _lines() -> Iterator[str]:
    callers = {"nobody": CheckedClient(), "no role": CheckedClient(make_user("nemo"))}
    callers |= {role: CheckedClient(make_user(f"{role}1", role)) for role in ROLES}
    requests = Requests(make_user("edith", "admin"))
    width = max(len(f"{method} {path}") for method, path, _ in operations())
    yield " ".join([" " * width, *callers])
    for method, path, operation in operations():
        sent = requests.of(method, path, operation)
        answers = []
        for client in callers.values():
            with transaction.atomic():
                point = transaction.savepoint()
                response = client.generic(
                    method.upper(),
                    sent.path,
                    b"" if sent.body is None else json.dumps(sent.body),
                    content_type="application/json",
                    headers=sent.headers,
                )
                if response.streaming:
                    b"".join(response.streaming_content)
                transaction.savepoint_rollback(point)
            answers.append(response.status_code)
        line = [f"{method.upper()} {path}".ljust(width)]
        yield " ".join(
            [*line, *(str(code).rjust(len(name)) for name, code in zip(callers, answers, strict=True))]
        )
