"""A desk with at least one row of every model, made by the services: for what has to hold of every page."""

import io
import json
from functools import partial

from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone

from articles.models import FeedEntry, Placement, Recheck
from articles.services.containers import ContainerRequest
from articles.services.feeds import add_feed
from articles.services.importing import ItemRequest, request_import
from articles.services.jobs import cancel_import
from articles.services.placing import place_version, request_placements
from articles.services.snapshots import keep_snapshot
from benchmarks.storytexts import Newsroom
from claims.choices import WebhookEventType
from claims.models import (
    Claim,
    ClaimState,
    Evidence,
    EvidenceCopy,
    Orphan,
    Rewording,
    Webhook,
    WebhookAttempt,
)
from claims.services.audit import record_event
from claims.services.curating import dismiss_claim
from claims.services.digests import set_digest
from claims.services.dumping import write_dumps
from claims.services.editing import merge_claims
from claims.services.evidence import link_evidence
from claims.services.exporting import request_export, run_export
from claims.services.factchecks import publish_fact_check, write_fact_check
from claims.services.hopchecking import check_hop
from claims.services.ledger import add_role, link_contradiction
from claims.services.merging import merge_speakers
from claims.services.outbox import Happening, tell_webhooks
from claims.services.priorimporting import request_prior_import, run_prior_import
from claims.services.priormatching import suggest_matches
from claims.services.publishing import open_correction, publish_correction
from claims.services.replies import ask_reply
from claims.services.reviewing import Judgement, record_review
from claims.services.seconding import cross_check, vote_claim
from claims.services.stories import take_out_of_story
from claims.services.tagging import add_tag, tag_claim
from claims.services.talking import add_comment, edit_comment
from claims.services.viewing import save_view, set_default_view
from factcheck.accounts.keys import make_key
from factcheck.models import AnsweredRequest, User
from tests.elsewhere.checks import review
from tests.factories import (
    make_article_version,
    make_claim,
    make_outlet,
    make_proposal,
    make_run,
    make_speaker,
    make_story_claim,
    make_user,
    set_desk,
)


def checked_and_corrected(editor: User) -> None:
    """A claim that went all the way: cross-checked, voted on, published, corrected."""
    set_desk(min_evidence=0)
    claim = make_story_claim(text="The dam is old.")
    answers = [Judgement("true", "By its plans."), Judgement("confirmed", "", claim.appearances.get().pk)]
    for act, by in (
        (partial(record_review, submit=True), make_user("ann", "reviewer")),
        (cross_check, make_user("ben", "reviewer")),
    ):
        version = ClaimState.objects.get(pk=claim.pk).version
        act(by=by, claim_id=claim.pk, expected_version=version, judgements=answers)
    vote_claim(by=editor, claim_id=claim.pk)
    words = {
        "slug": "the-dam-is-old",
        "title": "The dam is as old as its plans",
        "summary": "It was finished in 1954, as its plans say.",
        "body": "By its *plans*.",
        "claim_reviewed": claim.text,
        "unknown": "Who drew them.",
    }
    draft = write_fact_check(by=editor, claim_id=claim.pk, language="en", words=words, expected_version=0)
    publish_fact_check(by=editor, fact_check_id=draft.pk, expected_version=draft.version)
    open_correction(by=editor, claim_id=claim.pk, reason="The plans are of 1953.")
    publish_correction(by=editor, claim_id=claim.pk, note="The plans are of 1953.")
    open_correction(by=editor, claim_id=claim.pk, reason="There are older plans.")
    write_dumps()


def people_talk(editor: User) -> None:
    """A speaker with all that the ledger knows of one, and a claim that was talked about."""
    claims = [make_claim(text=words, speaker="Ada Merrow") for words in ("It is safe.", "It is not.")]
    speaker, other = claims[0].speaker, make_speaker("A. Merrow")
    add_role(by=editor, speaker_id=speaker.pk, title="engineer")
    merge_speakers(by=editor, speaker_id=other.pk, into=speaker.pk)
    link_contradiction(by=editor, claim_id=claims[0].pk, other_id=claims[1].pk, note="Both in one week.")
    comment = add_comment(by=editor, claim_id=claims[0].pk, text="@ann, look at this.")
    edit_comment(by=editor, comment_id=comment.pk, text="@ann, look at this please.")
    set_digest(by=make_user("dee", "reviewer", email="dee@desk.example"), pace="daily")
    ask_reply(by=editor, claim_id=claims[0].pk, asked="The dam board", channel="email")


def checked_elsewhere(by: User) -> None:
    """An export, and what another desk checked: known, updated, matched, refused, and a claim that waits for its turn."""
    request_export(by=by, subject="claims", file_format="csv")
    done = request_export(by=by, subject="claims", file_format="jsonl", filters={"state": "queued"})
    run_export(export_id=done.pk)
    for rating in ("Mostly wrong", "Wrong"):
        rows = json.dumps([review(reviewRating={"alternateName": rating}), {"@type": "WebPage"}]).encode()
        job = request_prior_import(by=by, file=io.BytesIO(rows), name="checks.json")
        run_prior_import(import_id=job.pk)
    suggest_matches()
    make_claim(text="It waits to be looked up.")


def fill_desk(by: User) -> Claim:
    """At least one row of every model; returns the claim that was judged."""
    claim = make_story_claim()
    version = claim.appearances.get().version
    make_run(version, finished_at=timezone.now(), claims=1)
    make_proposal(claim, form="mixed")
    case = link_evidence(
        by=by,
        claim_id=claim.pk,
        url="https://survey.example/dam",
        stance="supports",
        title="Survey of the dam",
    )
    assert case
    claim.case.refresh_from_db()
    record_review(
        by=by,
        claim_id=claim.pk,
        expected_version=claim.case.version,
        judgements=[
            Judgement("true", "The survey says so."),
            Judgement("confirmed", "", claim.appearances.get().pk),
        ],
    )
    claim.case.refresh_from_db()
    check_hop(
        by=by,
        claim_id=claim.pk,
        appearance_id=claim.appearances.get().pk,
        position=1,
        result="found",
        note="Heard on air.",
    )
    document = Evidence.objects.get(key__contains="survey.example")
    EvidenceCopy.objects.create(
        evidence=document, snapshot=keep_snapshot(content=b"A survey.", media_type="text/plain")
    )
    checked_and_corrected(by)
    merge_claims(by=by, claim_id=make_claim(text="It holds.").pk, into=make_claim(text="So it does.").pk)
    people_talk(by)
    add_tag(by=by, name="Dams")
    tag_claim(by=by, claim_id=claim.pk, add=["dams"])
    view = save_view(by=by, name="Dams first", filters={"tag": "1"})
    set_default_view(by=by, view_id=view.pk)
    other = make_story_claim(text="The dam leaks.")
    lost = other.appearances.get()
    later = make_article_version("The dam is gone.", article=lost.version.article)
    Orphan.objects.create(appearance=lost, version=later)
    Rewording.objects.create(claim=other, before=lost, version=later, kind="silent")
    Recheck.objects.create(article=later.article, due_at=timezone.now())
    dismiss_claim(by=by, claim_id=other.pk, reason="not_relevant")
    record_event(by=None, verb="extract", target=version)
    table = io.BytesIO(b"title,text\nThe dam,The dam holds.\n")
    job = request_import(
        by=by,
        items=[ItemRequest(kind="text", text="A text.", outlet="Lakeside Post")],
        containers=[ContainerRequest(table, "dams.csv", "csv", "Lakeside Post", ask=True)],
        label="Paste",
    )
    cancel_import(by=by, job=job)
    AnsweredRequest.objects.create(user=by, key="tags-1", sent_sha256="0" * 64, status=201)
    hook = Webhook.objects.create(
        name="Newsroom site",
        url="https://news.example/hooks/factcheck",
        events=["claim.moved", "factcheck.published"],
        secret="whsec_" + "A" * 43 + "=",
        made_by=by,
    )
    tell_webhooks([Happening(WebhookEventType.CLAIM_MOVED, "claim:1", {"claim": {"id": 1}})])
    delivery = hook.deliveries.get()
    WebhookAttempt.objects.create(
        delivery=delivery, at=timezone.now(), ms=212, status=503, answer="<h1>We are moving house.</h1>"
    )
    make_key(by=by, name="Newsroom screen", scopes=["read"], days=90)
    Client().force_login(by)
    AccessAttempt.objects.create(username="sol", ip_address="192.0.2.7", failures_since_start=3)
    feed = add_feed(by=by, url="https://post.example/rss", outlet="Lakeside Post")
    FeedEntry.objects.create(feed=feed, key="a", url="https://post.example/dam", seen_at=timezone.now())
    text = Newsroom(1).article()
    copies = [make_article_version(text, outlet=make_outlet(), title=f"The dam, part {n}") for n in range(2)]
    for copy in copies:
        request_placements(versions=[copy])
        place_version(article_id=copy.article_id)
    story = Placement.objects.get(article=copies[0].article_id).story_id or 0
    take_out_of_story(by=by, article_id=copies[0].article_id, story_id=story)
    checked_elsewhere(by)
    return claim
