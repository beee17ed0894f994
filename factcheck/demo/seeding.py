"""Fills a database with the sample newsroom, through the same services as the screens. Every step may run again."""

import time
from collections.abc import Callable
from pathlib import Path

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet

from articles.models import Feed, ImportItem, ImportJob
from articles.services.feeds import add_feed, pause_feed
from articles.services.importing import ItemRequest, request_import
from articles.services.running import run_import_item
from claims.choices import RunState, State
from claims.drafting import prefilled
from claims.facts import facts_of
from claims.models import Claim, ClaimState, ExtractionRun, PriorImport, Review, Tag
from claims.services.assigning import take_claim
from claims.services.curating import dismiss_claim, hold_claim, queue_claim
from claims.services.evidence import link_evidence
from claims.services.extracting import extract_version
from claims.services.factchecks import NEW, publish_fact_check, write_fact_check
from claims.services.priorimporting import request_prior_import, run_prior_import
from claims.services.priormatching import suggest_matches
from claims.services.publishing import open_correction, publish_correction, retract_claim
from claims.services.reviewing import Judgement, record_review
from claims.services.seconding import cross_check, vote_claim
from claims.services.tagging import add_tag, tag_claim
from claims.services.viewing import save_view
from factcheck.demo.newsroom import ACCOUNTS, DEEDS, SHARED_VIEW, Account, Deed, Page, load_stories
from factcheck.lib.errors import DomainError
from factcheck.models import User

LABEL = "Sample newsroom"
FEED_URL = "https://northwire.example/wires.atom"
POLL_SECONDS = 0.2
CHECKED_ELSEWHERE = Path(__file__).parent / "checked-elsewhere.json"

Say = Callable[[str], None]


def holds_other_work() -> bool:
    """Whether somebody uses this database for something else than the sample newsroom."""
    usernames = [account.username for account in ACCOUNTS]
    return (
        User.objects.exclude(username__in=usernames).exists()
        or ImportJob.objects.exclude(label=LABEL).exists()
    )


def make_accounts() -> None:
    """Makes the accounts that are missing; one that is there keeps its password."""
    for account in ACCOUNTS:
        if User.objects.filter(username=account.username).exists():
            continue
        is_admin = account.role == "admin"
        user = User.objects.create_user(
            account.username,
            password=account.password,
            first_name=account.first_name,
            last_name=account.last_name,
            is_staff=is_admin,
            is_superuser=is_admin,
        )
        user.groups.add(Group.objects.get(name=account.role))


def open_accounts() -> list[Account]:
    """The sample accounts that exist and still have their well-known password."""
    names = [account.username for account in ACCOUNTS]
    users = {user.username: user for user in User.objects.filter(username__in=names, is_active=True)}
    return [
        account
        for account in ACCOUNTS
        if account.username in users and users[account.username].check_password(account.password)
    ]


def import_stories() -> ImportJob:
    """The job that imports the stories, requested unless it is there already."""
    job = ImportJob.objects.filter(label=LABEL).first()
    return job or request_import(
        by=User.objects.get(username="editor"),
        label=LABEL,
        items=[
            ItemRequest(
                kind=ImportItem.Kind.FILE,
                content=story.file.read_bytes(),
                file_name=story.file.name,
                url=story.url,
                outlet=story.outlet,
                # A page says these itself.
                title=story.title if story.file.suffix == ".txt" else "",
                published_at=story.published_at if story.file.suffix == ".txt" else None,
            )
            for story in load_stories()
        ],
    )


@transaction.atomic
def add_sample_feed() -> None:
    """One feed to look at, paused: its outlet is invented, so there is nothing to poll."""
    if not Feed.objects.filter(url=FEED_URL).exists():
        editor = User.objects.get(username="editor")
        feed = add_feed(by=editor, url=FEED_URL, name="Northwire: all wires", outlet="Northwire")
        pause_feed(by=editor, feed_id=feed.pk)


def add_checks_elsewhere() -> None:
    """What an invented desk checked, here and now; one of the two is of a claim of the stories."""
    if not PriorImport.objects.filter(file_name=CHECKED_ELSEWHERE.name).exists():
        with CHECKED_ELSEWHERE.open("rb") as file:
            asked = request_prior_import(
                by=User.objects.get(username="editor"), file=file, name=CHECKED_ELSEWHERE.name
            )
        run_prior_import(import_id=asked.pk)
    while suggest_matches():
        pass


def work_off(job: ImportJob) -> None:
    """Does here and now what a worker would do for `job`."""
    for item_id in job.items.filter(state=ImportItem.State.QUEUED).values_list("pk", flat=True):
        run_import_item(item_id=item_id)
    for run_id in _runs_of(job).filter(state=RunState.PENDING).values_list("pk", flat=True):
        extract_version(run_id=run_id)


def wait_for(job: ImportJob, *, seconds: float) -> bool:
    """Waits until every item of `job` and its extraction have ended; False when that takes too long."""
    deadline = time.monotonic() + seconds
    while _is_undone(job):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def do_deeds(job: ImportJob, *, say: Say) -> int:
    """The desk's first judgements, unless somebody judged before; returns how many deeds were done."""
    if Review.objects.filter(claim__appearances__version__import_items__job=job).exists():
        return 0
    name, filters = SHARED_VIEW
    editor = User.objects.get(username="editor")
    save_view(by=editor, name=name, filters=filters, shared=True)
    known = set(Tag.objects.values_list("name", flat=True))
    for tag in dict.fromkeys(tag for deed in DEEDS for tag in deed.tags):
        if tag not in known:
            add_tag(by=editor, name=tag)
    done = 0
    for deed in DEEDS:
        claim = (
            Claim.objects.filter(
                appearances__version__import_items__job=job,
                appearances__version__import_items__file_name=deed.story,
                text__icontains=deed.words,
            )
            .order_by("pk")
            .first()
        )
        if claim is None:
            say(f"no claim in {deed.story} says “{deed.words}”: left out")
            continue
        try:
            _do(deed, claim)
        except DomainError as error:
            say(f"{deed.story}, “{deed.words}”: {error.message}")
            continue
        done += 1
    return done


def _do(deed: Deed, claim: Claim) -> None:
    by = User.objects.get(username=deed.by)
    if deed.dismiss:
        reason, note = deed.dismiss
        dismiss_claim(by=by, claim_id=claim.pk, reason=reason, note=note)
        return
    if deed.tags:
        tag_claim(
            by=User.objects.get(username="editor"), claim_id=claim.pk, add=deed.tags
        )  # it may add new ones
    if ClaimState.objects.get(pk=claim.pk).state == State.NEW:
        queue_claim(by=by, claim_id=claim.pk)
    take_claim(by=by, claim_id=claim.pk)
    for document in deed.evidence:
        link_evidence(
            by=by,
            claim_id=claim.pk,
            url=document.url,
            stance=document.stance,
            title=document.title,
            quote=document.quote,
        )
    for number, (verdict, rationale) in enumerate(deed.veracity, 1):
        judgements = [Judgement(verdict=verdict, rationale=rationale)]
        is_last = number == len(deed.veracity)
        if is_last and deed.attribution:
            verdict, rationale = deed.attribution
            appearance = claim.appearances.earliest("pk")
            judgements.append(Judgement(verdict=verdict, rationale=rationale, appearance_id=appearance.pk))
        record_review(
            by=by,
            claim_id=claim.pk,
            expected_version=ClaimState.objects.get(pk=claim.pk).version,
            judgements=judgements,
            submit=is_last and deed.submit,
            evidence_exception=deed.exception,
        )
    _second(deed, claim)


def _second(deed: Deed, claim: Claim) -> None:
    """What others did with the verdict, and what made the claim wait."""
    if deed.check:
        judgements = [Judgement(*deed.check.veracity)]
        if deed.check.attribution:
            appearance = claim.appearances.earliest("pk")
            judgements.append(Judgement(*deed.check.attribution, appearance.pk))
        cross_check(
            by=User.objects.get(username=deed.check.by),
            claim_id=claim.pk,
            expected_version=ClaimState.objects.get(pk=claim.pk).version,
            judgements=judgements,
        )
    if deed.approved_by:
        editor = User.objects.get(username=deed.approved_by)
        vote_claim(by=editor, claim_id=claim.pk)
        if deed.page:
            _publish(deed.page, claim, editor)
    if deed.hold:
        hold_claim(by=User.objects.get(username=deed.by), claim_id=claim.pk, reason=deed.hold)


def _publish(page: Page, claim: Claim, editor: User) -> None:
    """The page, written and published; then corrected or taken back, where it was."""
    case = ClaimState.objects.select_related("claim").get(pk=claim.pk)
    language = claim.language or "en"
    facts = facts_of(case, language)
    assert facts is not None, "it was approved"
    words = prefilled(case, facts, language) | {
        "title": page.title,
        "claim_reviewed": page.claim_reviewed,
        "summary": page.summary,
        "social": page.summary,
        "unknown": page.unknown,
    }
    draft = write_fact_check(
        by=editor, claim_id=claim.pk, language=language, words=words, expected_version=NEW
    )
    publish_fact_check(by=editor, fact_check_id=draft.pk, expected_version=draft.version)
    if page.corrected:
        open_correction(by=editor, claim_id=claim.pk, reason=page.corrected)
        publish_correction(by=editor, claim_id=claim.pk, note=page.corrected)
    if page.retracted:
        retract_claim(by=editor, claim_id=claim.pk, reason=page.retracted)


def _runs_of(job: ImportJob) -> QuerySet[ExtractionRun]:
    return ExtractionRun.objects.filter(version__import_items__job=job)


def _is_undone(job: ImportJob) -> bool:
    """The item's version and its extraction run are written in one transaction: no gap between the two."""
    ended = [ImportItem.State.DONE, ImportItem.State.FAILED]
    return (
        job.items.exclude(state__in=ended).exists()
        or _runs_of(job).exclude(state__in=[RunState.DONE, RunState.FAILED]).exists()
    )
