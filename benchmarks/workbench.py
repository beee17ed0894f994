"""`manage.py benchmark workbench`: what the review screen costs on an article of 10,000 words with 300 claims."""

import gzip
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle
from typing import cast

from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from articles.models import ArticleVersion
from benchmarks import filling
from benchmarks.desk import EMPTY_REQUEST, SELECT_1
from benchmarks.measuring import Operation, Target, measure, table
from benchmarks.scratch import scratch_database
from claims.choices import State
from claims.models import Appearance, ClaimState
from claims.services import assigning, evidence, hopchecking, reviewing, seconding, talking
from claims.services.readings import as_it_stands, with_all
from claims.services.reviewing import Judgement
from factcheck.models import User

CLAIMS = 2 * filling.LONG_ARTICLE
WORKED_ON = 60  # claims of the long article with a whole history, among which clicks go to and fro
MOST_WRITES = 80
HTML_KB = 400

PAGE = "page"
CLICK = "click on another claim"
EDIT = "edit of a span"
VERDICT = "verdict, saved"
RAW_PANES = "rows of both panes, raw SQL"

_RAW_PANES = """
    SELECT a.claim_id, c.text, p.name, s.state, s.veracity, a.form, a.attribution,
           (SELECT array_agg(ARRAY[x.start, x."end"]) FROM claims_span x WHERE x.appearance_id = a.id)
      FROM claims_appearance a JOIN claims_claim c ON c.id = a.claim_id JOIN claims_claimstate s ON s.claim_id = c.id
      LEFT JOIN claims_speaker p ON p.id = c.speaker_id
     WHERE a.version_id = 1 ORDER BY a.position
"""

_SHOWS = re.compile(r'data-shows="(\w+)"')


def report(*, seconds: float) -> Iterator[str]:
    """Lines to print: the table, and what the answers weigh."""
    with scratch_database():
        reviewer = filling.fill(CLAIMS)
        with transaction.atomic():
            _work_on(reviewer)
            connection.run_on_commit.clear()  # no worker here, to keep what is at the addresses
        with connection.cursor() as cursor:
            cursor.execute("SET max_parallel_workers_per_gather = 0")
            cursor.execute("VACUUM (ANALYZE)")
        screen = Screen(reviewer)
        yield _what_is_there()
        yield table([measure(operation, seconds=seconds) for operation in screen.operations()])
        yield ""
        for name, html in screen.answers.items():
            yield _weight(name, html)


class Screen:
    """The screen as a browser asks for it, signed in, in this process; keeps the last answer of each kind."""

    def __init__(self, reviewer: User) -> None:
        self.client = Client(SERVER_NAME="localhost")
        self.client.force_login(reviewer)
        self.answers: dict[str, bytes] = {}
        self.reviewer = reviewer
        long = list(
            Appearance.objects.filter(version_id=1).order_by("position").values_list("claim_id", flat=True)
        )
        self.page = self._get(long[0]).content.decode()  # from which the clicks are made
        self.worked_on, self.others = long[:WORKED_ON], long[WORKED_ON:]

    def operations(self) -> list[Operation]:
        pages, clicks = cycle(self.worked_on), cycle(self.worked_on)
        return [
            Operation(SELECT_1, lambda: _rows("SELECT 1")),
            Operation(RAW_PANES, lambda: _rows(_RAW_PANES)),
            Operation(EMPTY_REQUEST, lambda: self.client.get("/")),
            self._measured(PAGE, lambda: self._get(next(pages)), 60),
            self._measured(CLICK, lambda: self._click(next(clicks)), 30),
            self._write(EDIT, self._edit, self.others[:MOST_WRITES]),
            self._write(VERDICT, self._verdict, self.others[MOST_WRITES : 2 * MOST_WRITES]),
        ]

    def _measured(self, name: str, ask: Callable[[], HttpResponse], p95_ms: float) -> Operation:
        return Operation(
            name, lambda: self._keep(name, ask()), baseline=EMPTY_REQUEST, target=Target(p95_ms=p95_ms)
        )

    def _write(self, name: str, send: Callable[[int], HttpResponse], claims: Sequence[int]) -> Operation:
        return Operation(
            name, lambda claim: self._keep(name, send(claim)), inputs=claims, baseline=EMPTY_REQUEST
        )

    def _keep(self, name: str, response: HttpResponse) -> None:
        if response.status_code != 200:
            raise RuntimeError(f"{name}: answered {response.status_code}.")
        self.answers[name] = response.content

    def _get(self, claim: int) -> HttpResponse:
        return cast(HttpResponse, self.client.get(f"/review/{claim}/"))

    def _click(self, claim: int) -> HttpResponse:
        shown = " ".join(_SHOWS.findall(self.page))
        headers = {"HX-Request": "true", "HX-Boosted": "true", "Workbench-Shows": shown}
        return cast(HttpResponse, self.client.get(f"/review/{claim}/", headers=headers))

    def _edit(self, claim: int) -> HttpResponse:
        """Drops the last word of the claim's span, as the form of the panel sends it."""
        appearance = with_all(Appearance.objects.filter(claim_id=claim)).get()
        reading = as_it_stands(appearance)
        (start, end), text = reading["content"][0], appearance.version.text
        fields = {
            "version": appearance.claim.case.version,
            "appearance": appearance.pk,
            "content": text[start:end].rpartition(" ")[0],
            "form": reading["form"],
            "speaker": reading["speaker"]["name"] if reading["speaker"] else "",
            "speaker_kind": "person",
            "checkable": "on" if reading["checkable"] else "",
        }
        for role in ("source", "cue"):
            fields[role] = "\n".join(text[start:end] for start, end in reading[role])
        for row, hop in enumerate(reading["chain"]):
            fields |= {
                f"hop_{row}_order": row + 1,
                f"hop_{row}_role": hop["role"],
                f"hop_{row}_name": hop["name"],
            }
        return self._post(f"/review/{claim}/edit/", fields)

    def _verdict(self, claim: int) -> HttpResponse:
        fields = {
            "version": ClaimState.objects.get(pk=claim).version,
            "appearance": claim,
            "action": "save",
            "veracity": "false",
            "veracity_rationale": "As the papers say.",
        }
        return self._post(f"/review/{claim}/", fields)

    def _post(self, path: str, fields: dict[str, object]) -> HttpResponse:
        return cast(HttpResponse, self.client.post(path, fields, headers={"HX-Request": "true"}))


def _work_on(reviewer: User) -> None:
    """Gives claims of the long article what a desk gives them: evidence, checks of the chain, talk, two rounds of verdicts."""
    checker = User.objects.create_user("checker")
    checker.groups.add(Group.objects.get(name="reviewer"))
    long = Appearance.objects.filter(version_id=1).order_by("position").prefetch_related("hops")
    # What the filling left anywhere is queued, so that all may be judged and changed.
    ClaimState.objects.filter(claim__appearances__version_id=1).update(
        state=State.QUEUED,
        veracity="",
        author=None,
        round=0,
        dismiss_reason="",
        held_from="",
        hold_reason="",
        hold_until=None,
        judged_on=None,
    )
    for number, appearance in enumerate(long[:WORKED_ON]):
        claim = appearance.claim_id
        for link in range(3):
            evidence.link_evidence(
                by=checker,
                claim_id=claim,
                url=f"https://papers.example/{number}/{link}",
                stance=("supports", "refutes", "context")[link],
                title="The minutes of the council, as printed",
                quote="The papers say otherwise, on page four and again on page nine.",
            )
        for hop in appearance.hops.all():
            hopchecking.check_hop(
                by=checker,
                claim_id=claim,
                appearance_id=appearance.pk,
                position=hop.position,
                result="found",
                note="It stands there in the same words.",
            )
        thread = talking.add_comment(by=checker, claim_id=claim, text="Is this the budget of last year?")
        talking.add_comment(by=reviewer, claim_id=claim, text="Of this one.", thread=thread.pk)
        assigning.take_claim(by=reviewer, claim_id=claim)
        for round_, verdict in enumerate(("half_true", "false")):
            reviewing.record_review(
                by=reviewer,
                claim_id=claim,
                expected_version=ClaimState.objects.get(pk=claim).version,
                judgements=[
                    Judgement(verdict, f"As the papers say, {round_}."),
                    *_attribution(appearance, f"The recording has it, {round_}."),
                ],
                submit=round_ == 1 and number % 2 == 1,
                evidence_exception="The papers are all there is.",
            )
        if number % 4 == 3:
            seconding.cross_check(
                by=checker,
                claim_id=claim,
                expected_version=ClaimState.objects.get(pk=claim).version,
                judgements=[Judgement("false", "So it is."), *_attribution(appearance, "Heard it too.")],
            )


def _attribution(appearance: Appearance, why: str) -> list[Judgement]:
    return [Judgement("confirmed", why, appearance_id=appearance.pk)]


def _what_is_there() -> str:
    words = len(ArticleVersion.objects.get(pk=1).text.split())
    claims = Appearance.objects.filter(version_id=1).count()
    return f"an article of {words:,} words with {claims} claims, {WORKED_ON} of them with a history\n"


def _weight(name: str, html: bytes) -> str:
    raw, packed = len(html) / 1024, len(gzip.compress(html, 6)) / 1024
    missed = "!" if name == PAGE and raw > HTML_KB else ""
    wanted = f"  target {HTML_KB} KB" if name == PAGE else ""
    return f"{name:<24} {raw:6.0f} KB{missed} of HTML, {packed:4.0f} KB gzipped{wanted}"


def _rows(sql: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())
