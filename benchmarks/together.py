"""`manage.py benchmark desk --together`: many reviewers at once on few claims, and whether nothing of theirs was lost.

Each reviewer is a thread with a connection of its own that calls the services: permission, guards, locks, transaction and
audit are theirs, and screens and API only hand over to them. Over HTTP, most of the time would be spent on templates under
one interpreter lock, so that fewer of them would meet at the database.
"""

import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from django.contrib.auth.models import Group
from django.db import Error, connection
from django.db.models import QuerySet

from benchmarks import filling
from benchmarks.measuring import percentile
from benchmarks.scratch import scratch_database
from claims.choices import AttributionVerdict, ReviewStage, Stance, State, Veracity
from claims.models import Appearance, Assignment, AuditEvent, ClaimState, Review
from claims.services import assigning, editing, evidence, reviewing, seconding, undoing
from claims.services.documents import Passage
from claims.services.readings import as_it_stands, with_all
from claims.services.reviewing import Judgement
from claims.services.verifying import audit_problems
from factcheck.lib.errors import DomainError
from factcheck.models import User

FEWEST_CLAIMS = 200
SOUGHT = 40  # claims that everybody looks at, so that they meet
HELD = 3  # claims that one has at once, before some are put back
# How often each is done, of those that can be done.
OFTEN = {
    "take next": 5,
    "take a claim": 3,
    "edit": 3,
    "draft": 6,
    "evidence": 3,
    "submit": 5,
    "cross-check": 5,
    "release": 1,
    "undo": 2,
}


class Violated(Exception):
    """Something that the desk promises does not hold; a sentence a line."""


@dataclass(frozen=True, slots=True)
class Done:
    """One thing a reviewer did. `code`: of its refusal; `crash`: an exception that is none.

    `rationales` are those typed with it, `reviews` the keys of what it wrote, `seen` the version it went by.
    """

    kind: str
    claim: int
    ms: float
    code: str = ""
    crash: str = ""
    rationales: tuple[str, ...] = ()
    reviews: tuple[int, ...] = ()
    seen: int = 0


@dataclass(slots=True)
class Attempt:
    """What is being done, filled in on the way."""

    claim: int = 0
    seen: int = 0
    rationales: tuple[str, ...] = ()
    reviews: list[int] = field(default_factory=list)


class Reviewer:
    """Somebody at the desk who does this and that, at random."""

    def __init__(self, user_id: int, seed: int, sought: Sequence[int]) -> None:
        self.user = User.objects.get(pk=user_id)
        self.random = random.Random(f"{seed} {user_id}")
        self.sought = sought
        self.typed = 0
        self.done: list[Done] = []
        self.acts: dict[str, Callable[[Attempt], None]] = {
            "take next": self._take_next,
            "take a claim": self._take,
            "edit": self._edit,
            "draft": self._draft,
            "evidence": self._link,
            "submit": self._submit,
            "cross-check": self._cross_check,
            "release": self._release,
            "undo": self._undo,
        }

    def work(self, deadline: float) -> None:
        while time.monotonic() < deadline:
            self._do(*self.random.choices(list(OFTEN), list(OFTEN.values())))

    def _do(self, kind: str) -> None:
        attempt, code, crash = Attempt(), "", ""
        began = time.perf_counter()
        try:
            self.acts[kind](attempt)
        except DomainError as error:
            code = error.code
        except Error as error:
            crash = f"{type(error).__name__}: {str(error).splitlines()[0]}"
        if not attempt.claim and not crash:
            return  # there was nothing to do it with
        ms = (time.perf_counter() - began) * 1000
        self.done.append(
            Done(
                kind, attempt.claim, ms, code, crash, attempt.rationales, tuple(attempt.reviews), attempt.seen
            )
        )

    # ---- What is done ------------------------------------------------------------------------------

    def _take_next(self, attempt: Attempt) -> None:
        if self._held().count() < HELD:
            assignment = assigning.take_next(by=self.user)
            attempt.claim = assignment.claim_id if assignment else 0

    def _take(self, attempt: Attempt) -> None:
        attempt.claim = self.random.choice(self.sought)
        assigning.take_claim(by=self.user, claim_id=attempt.claim)

    def _edit(self, attempt: Attempt) -> None:
        appearance = with_all(Appearance.objects.filter(claim_id=self._any_claim())).first()
        if appearance is None:
            return
        attempt.claim, attempt.seen = appearance.claim_id, appearance.claim.case.version
        reading = as_it_stands(appearance)
        (start, end), *_ = reading["content"]
        text = appearance.version.text
        shorter = start + len(text[start:end].rpartition(" ")[0])
        longer = text.find(" ", end + 1)
        other = self.random.choice([at for at in (shorter, longer) if at > start] or [end])
        changes = {"content": [[start, other]], "checkable": not reading["checkable"]}
        editing.edit_claim(
            by=self.user, appearance_id=appearance.pk, changes=changes, expected_version=attempt.seen
        )

    def _draft(self, attempt: Attempt) -> None:
        self._judge(attempt, self._any_claim(), submit=False)

    def _submit(self, attempt: Attempt) -> None:
        held = self._held().filter(stage=ReviewStage.AUTHOR).order_by("?").first()
        if held:
            self._judge(attempt, held.claim_id, submit=True)

    def _judge(self, attempt: Attempt, claim: int, *, submit: bool) -> None:
        given = self._judgements(attempt, claim)
        written = reviewing.record_review(
            by=self.user,
            claim_id=claim,
            expected_version=attempt.seen,
            judgements=given,
            submit=submit,
            evidence_exception="The papers are all there is." if self.random.random() < 0.5 else "",
        )
        attempt.reviews = [review.pk for review in written]

    def _cross_check(self, attempt: Attempt) -> None:
        waiting = self._held().filter(stage=ReviewStage.CROSS_CHECK).order_by("?").first()
        if waiting is None:
            return
        given = self._judgements(attempt, waiting.claim_id)
        seconding.cross_check(
            by=self.user, claim_id=waiting.claim_id, expected_version=attempt.seen, judgements=given
        )

    def _link(self, attempt: Attempt) -> None:
        appearance = Appearance.objects.filter(claim_id=self._any_claim()).select_related("version").first()
        if appearance is None:
            return
        attempt.claim, attempt.seen = appearance.claim_id, self._version(appearance.claim_id)
        start = self.random.randrange(appearance.version.text_length // 2)
        evidence.link_evidence(
            by=self.user,
            claim_id=attempt.claim,
            stance=self.random.choice(Stance.values),
            passage=Passage(appearance.version_id, start, start + 40),
            expected_version=attempt.seen,
        )

    def _release(self, attempt: Attempt) -> None:
        if held := self._held().order_by("?").first():
            attempt.claim = held.claim_id
            assigning.release_claim(by=self.user, claim_id=held.claim_id)

    def _undo(self, attempt: Attempt) -> None:
        last = AuditEvent.objects.filter(actor=self.user).exclude(claim=None).order_by("-pk").first()
        if last and last.claim_id:
            attempt.claim, attempt.seen = last.claim_id, self._version(last.claim_id)
            undoing.undo_move(by=self.user, claim_id=last.claim_id, expected_version=attempt.seen)

    # ---- With what ---------------------------------------------------------------------------------

    def _held(self) -> QuerySet[Assignment]:
        return Assignment.objects.filter(reviewer=self.user, ended_at=None)

    def _any_claim(self) -> int:
        """One that they have, or now and then one that everybody looks at."""
        held = self._held().order_by("?").first()
        return held.claim_id if held and self.random.random() < 0.7 else self.random.choice(self.sought)

    def _version(self, claim: int) -> int:
        """As a page that they opened shows it: they look at it for a moment, in which others may write."""
        version = ClaimState.objects.values_list("version", flat=True).get(pk=claim)
        time.sleep(self.random.random() * 0.02)
        return version

    def _judgements(self, attempt: Attempt, claim: int) -> list[Judgement]:
        attempt.claim, attempt.seen = claim, self._version(claim)
        self.typed += 2
        why = tuple(f"Reason {self.typed + part} of {self.user.username}." for part in range(2))
        given = [Judgement(self.random.choice((Veracity.FALSE, Veracity.TRUE)), why[0])]
        quoted = Appearance.objects.filter(claim_id=claim).values_list("pk", flat=True).first()
        if quoted:
            given.append(Judgement(AttributionVerdict.CONFIRMED, why[1], appearance_id=quoted))
        attempt.rationales = why[: len(given)]
        return given


def report(*, claims: int, reviewers: int, seconds: float, seed: int) -> Iterator[str]:
    """Lines to print: what was done, and what was verified. Raises Violated where a promise does not hold."""
    with scratch_database():
        filling.fill(claims)
        yield f"seed {seed}: {reviewers} reviewers on {claims:,} claims for {seconds:g} s, each with a connection of its own\n"
        done = race(reviewers=reviewers, seconds=seconds, seed=seed)
        yield from table(done, seconds)
        broken = violations(done)
        if broken:
            raise Violated("\n".join(broken))
        leases, reviews = Assignment.objects.count(), Review.objects.exclude(rationale="").count()
        yield (
            f"\nverified: of {leases:,} leases no two of a claim overlap; each of the rationales answered with OK is among "
            f"{reviews:,} judgements,\nsuperseded only by somebody who had it before them; "
            f"{AuditEvent.objects.count():,} events in whole chains"
        )


def race(*, reviewers: int, seconds: float, seed: int) -> list[Done]:
    """Everything that `reviewers` new reviewers did at the desk in `seconds`, working at once."""
    role = Group.objects.get(name="reviewer")
    users = [User.objects.create_user(f"reviewer{number}") for number in range(reviewers)]
    role.user_set.add(*users)
    queued = ClaimState.objects.filter(state=State.QUEUED).values_list("pk", flat=True)
    sought = random.Random(seed).sample(list(queued), min(SOUGHT, len(queued)))
    start = threading.Barrier(reviewers, timeout=60)

    def sit_down(user: User) -> list[Done]:
        try:
            reviewer = Reviewer(user.pk, seed, sought)
            start.wait()
            reviewer.work(time.monotonic() + seconds)
            return reviewer.done
        finally:
            connection.close()

    with ThreadPoolExecutor(reviewers) as desks:
        return [one for done in desks.map(sit_down, users) for one in done]


def table(done: Sequence[Done], seconds: float) -> Iterator[str]:
    """What was done, kind by kind, and why what was refused was."""
    by_kind: dict[str, list[Done]] = defaultdict(list)
    for one in done:
        by_kind[one.kind].append(one)
    yield f"{'':<14}{'times':>7}{'OK':>7}{'refused':>9}{'p50 ms':>9}{'p95 ms':>9}"
    for kind in [kind for kind in OFTEN if kind in by_kind]:
        yield _line(kind, by_kind[kind])
    yield _line("all", done)
    yield f"\n{len(done) / seconds:,.0f} operations a second"
    refused = Counter(one.code for one in done if one.code)
    yield "refused: " + (", ".join(f"{code} {times:,}" for code, times in refused.most_common()) or "nothing")


def _line(kind: str, done: Sequence[Done]) -> str:
    ok = sum(not one.code and not one.crash for one in done)
    walls = [one.ms for one in done]
    return (
        f"{kind:<14}{len(done):>7,}{ok:>7,}{len(done) - ok:>9,}"
        f"{percentile(walls, 50):>9.1f}{percentile(walls, 95):>9.1f}"
    )


# ---- What has to hold afterwards --------------------------------------------------------------------

_OVERLAPS = """
    SELECT a.claim_id, a.id, b.id FROM claims_assignment a
      JOIN claims_assignment b ON b.claim_id = a.claim_id AND b.id > a.id
     WHERE b.taken_at < COALESCE(a.ended_at, 'infinity') AND a.taken_at < COALESCE(b.ended_at, 'infinity')
     ORDER BY a.id
"""


def violations(done: Iterable[Done]) -> list[str]:
    """What does not hold, a sentence each."""
    told = list(done)
    return [*crashes(told), *leased_twice(), *lost(told), *superseded_unseen(told), *_broken_chains()]


def crashes(done: Iterable[Done]) -> list[str]:
    counted = Counter(f"{one.kind}: {one.crash}" for one in done if one.crash)
    return [f"{times} crashed instead of being refused, {what}." for what, times in counted.items()]


def leased_twice() -> list[str]:
    """Leases of one claim whose times overlap."""
    with connection.cursor() as cursor:
        cursor.execute(_OVERLAPS)
        return [
            f"Claim {claim} was leased twice at once: assignments {one} and {other} overlap."
            for claim, one, other in cursor.fetchall()
        ]


def lost(done: Iterable[Done]) -> list[str]:
    """Rationales whose write was answered with OK and that are not among the claim's judgements and events."""
    judged = set(Review.objects.values_list("claim_id", "rationale"))
    events = AuditEvent.objects.filter(verb="review").values_list("claim_id", "after__rationale")
    told = set(events)
    return [
        f"“{rationale}” on claim {one.claim} was answered with OK ({one.kind}) and is not in its history."
        for one in done
        if not one.code and not one.crash
        for rationale in one.rationales
        if (one.claim, rationale) not in judged or (one.claim, rationale) not in told
    ]


def superseded_unseen(done: Iterable[Done]) -> list[str]:
    """Judgements that were replaced by a write which went by a version from before them."""
    seen = {review: one.seen for one in done for review in one.reviews}
    events = AuditEvent.objects.filter(verb="review").values_list("object_id", "after__version")
    written: dict[int | None, int] = dict(events)
    chains = (
        Review.objects.filter(pk__in=seen).exclude(supersedes=None).values_list("pk", "supersedes", "claim")
    )
    return [
        f"Judgement {older} of claim {claim} was replaced by {newer}, which went by version {seen[newer]}, from before it."
        for newer, older, claim in chains
        if seen[newer] < written.get(older, 0)
    ]


def _broken_chains() -> list[str]:
    return [problem.sentence for problem in audit_problems()]
