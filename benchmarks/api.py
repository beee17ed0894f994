"""`manage.py benchmark api`: what the lists of the REST API, its word search and a verdict cost with many claims.

Each request goes through the whole of the workbench as a server hands it over (WSGI, so without the test client's own work), signed in
by a key.
"""

import io
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.db.models import Max

from articles.models import Article, ArticleVersion, Outlet
from benchmarks import desk, filling
from benchmarks.measuring import Operation, Target, measure, table
from benchmarks.scratch import scratch_database
from claims.models import Appearance, Assignment, AuditEvent, Claim, Review, Speaker, Tag
from claims.services import assigning
from factcheck.accounts.keys import make_key
from factcheck.lib.roles import Scope
from factcheck.models import User

LIST = Target(cpu_ms=3, p95_ms=15)
SEARCH = Target(p95_ms=30)
WHO_AM_I = "api: me"

# A list, the model whose keys its cursor has, and what it is narrowed by.
_LISTS: tuple[tuple[str, type[Any], tuple[str, ...]], ...] = (
    (
        "claims",
        Claim,
        ("", "state=queued", "state=in_cross_check", "outlet=1", "speaker=1", "veracity=false"),
    ),
    ("appearances", Appearance, ("", "article=1")),
    ("articles", Article, ("", "outlet=1")),
    ("speakers", Speaker, ("",)),
    ("reviews", Review, ("", "kind=veracity")),
    ("audit", AuditEvent, ("", "verb=review")),
    ("assignments", Assignment, ("",)),
    ("outlets", Outlet, ("",)),
    ("tags", Tag, ("",)),
)
_OTHERS = (
    "fact-checks",
    "stories",
    "imports",
    "feeds",
    "orphans",
    "proposals",
    "prior-checks",
    "exports",
    "inbox",
)


def report(*, claims: int, seconds: float) -> Iterator[str]:
    """Fills a scratch database with `claims` claims, then measures each request for `seconds`."""
    with scratch_database() as name:
        began = time.perf_counter()
        reviewer = filling.fill(claims)
        rows = ", ".join(
            f"{model.objects.count():,} {model._meta.verbose_name_plural}"
            for model in (Claim, ArticleVersion, Speaker, Review, AuditEvent)
        )
        yield f"{name}: {rows}, made in {time.perf_counter() - began:.0f} s\n"
        with connection.cursor() as cursor:
            cursor.execute("SET max_parallel_workers_per_gather = 0")
        yield table([measure(one, seconds=seconds) for one in operations(reviewer)])


def operations(reviewer: User) -> Iterator[Operation]:
    """Reads first: writes leave dead rows behind."""
    ask = Asking(reviewer)
    yield ask.operation(WHO_AM_I, "me/")
    yield Operation(desk.RAW_LIST, desk.raw_list)
    for collection, model, narrowings in _LISTS:
        last = model.objects.aggregate(last=Max("pk"))["last"] or 1
        deep = b64encode(f"p={max(last // 10, 1)}".encode()).decode()
        for narrowing in narrowings:
            name = f"{collection}, {narrowing}" if narrowing else collection
            yield ask.operation(f"api: {name}", f"{collection}/?{narrowing}", LIST)
            yield ask.operation(f"api: {name}, deep", f"{collection}/?{narrowing}&cursor={deep}", LIST)
    for collection in _OTHERS:
        yield ask.operation(f"api: {collection}, few or none", f"{collection}/", LIST)
    include = "appearances,reviews,evidence,assignment"
    yield ask.operation("api: claims with all they include", f"claims/?include={include}")
    yield ask.operation("api: claims, three fields", "claims/?fields=id,text,state", LIST)
    for words, name in (
        (filling.RARE_WORD, "rare"),
        (filling.COMMON_WORD, "common"),
        (f"{filling.COMMON_WORD}+{filling.common_words()[0]}", "two"),
        ("xylophone", "nobody's"),
    ):
        yield ask.operation(f"api: claims by words, {name}", f"claims/?q={words}", SEARCH)
    yield ask.operation("api: a claim", f"claims/{Claim.objects.aggregate(last=Max('pk'))['last']}/")
    yield ask.verdicts()


class Asking:
    """Requests of somebody with a key, and whether they were answered as they should be."""

    def __init__(self, user: User) -> None:
        self.user = user
        _, self.secret = make_key(by=user, name="Benchmark", scopes=Scope.values)
        self.application = get_wsgi_application()
        connection.close_at = None  # it stays the one whose CPU is read

    def operation(self, name: str, path: str, target: Target = desk.NONE) -> Operation:
        baseline = desk.RAW_LIST if target is LIST else WHO_AM_I
        return Operation(name, lambda: self.send("GET", path), baseline=baseline, target=target)

    def verdicts(self) -> Operation:
        """One verdict each on claims of the queue, under review already."""
        taken = []
        for _ in range(desk.MOST_WRITES // 5):
            assignment = assigning.take_next(by=self.user)
            if assignment is None:
                break
            taken.append(assignment.claim_id)
        body = b'{"expected_version": 2, "judgements": [{"verdict": "false", "rationale": "As the papers say."}]}'

        def judge(claim: int) -> None:
            self.send("POST", f"claims/{claim}/reviews/", body, expected=(201,))

        return Operation("api: a verdict saved, with its audit", judge, _enough(taken), baseline=WHO_AM_I)

    def send(self, method: str, path: str, body: bytes = b"", expected: Sequence[int] = (200,)) -> bytes:
        """The body of the answer. Raises RuntimeError on an answer of another status."""
        address, _, query = path.partition("?")
        told: list[str] = []
        answered: Callable[..., Any] = lambda status, headers, error=None: told.append(status)  # noqa: E731
        response: Any = self.application(
            {
                "REQUEST_METHOD": method,
                "SCRIPT_NAME": "",
                "PATH_INFO": f"/api/v1/{address}",
                "QUERY_STRING": query,
                "SERVER_NAME": "localhost",
                "SERVER_PORT": "80",
                "SERVER_PROTOCOL": "HTTP/1.1",
                "HTTP_AUTHORIZATION": f"Bearer {self.secret}",
                "CONTENT_TYPE": "application/json",
                "CONTENT_LENGTH": str(len(body)),
                "wsgi.url_scheme": "http",
                "wsgi.input": io.BytesIO(body),
                "wsgi.errors": io.StringIO(),
            },
            answered,
        )
        content = b"".join(response)
        response.close()
        if int(told[0].split()[0]) not in expected:
            raise RuntimeError(f"{path} answered {told[0]}: {content[:300]!r}")
        return content


def _enough(claims: list[int]) -> list[int]:
    if len(claims) < 5:
        raise RuntimeError("There are too few claims in the queue to judge any.")
    return claims
