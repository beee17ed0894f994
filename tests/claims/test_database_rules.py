"""The rules the database itself holds: tried through the ORM, in bulk, and in raw SQL."""

from collections.abc import Callable

import pytest
from django.db import Error, IntegrityError, connection, transaction
from django.db.models import F

from articles.models import ArticleVersion, Snapshot
from claims.choices import State
from claims.models import (
    Appearance,
    Assignment,
    AuditEvent,
    ClaimState,
    ExtractionProposal,
    Hop,
    Review,
    Span,
)
from claims.services.audit import record_event
from factcheck.lib.copying import copy_columns
from tests.factories import (
    make_article_version,
    make_claim,
    make_outlet,
    make_proposal,
    make_speaker,
    make_user,
)

pytestmark = pytest.mark.django_db


def refused(action: Callable[[], object]) -> str:
    """What the database says when it refuses `action`."""
    with pytest.raises(Error) as caught, transaction.atomic():
        action()
    return str(caught.value)


def sql(statement: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def test_the_text_of_a_version_never_changes() -> None:
    version = make_article_version("The bridge opened in 1931.")
    version.text = "The bridge opened in 1932."
    assert "Cannot update" in refused(version.save)
    assert "Cannot update" in refused(lambda: ArticleVersion.objects.update(text="x", text_length=1))
    assert "Cannot update" in refused(lambda: ArticleVersion.objects.bulk_update([version], ["text"]))
    assert "Cannot update" in refused(
        lambda: sql("UPDATE articles_articleversion SET text = 'x', text_length = 1")
    )
    version.refresh_from_db()
    assert version.text == "The bridge opened in 1931."


def test_a_version_knows_its_length_in_code_points() -> None:
    version = make_article_version("🙂 é ﷺ")
    assert version.text_length == 5
    assert "version_text_length" in refused(
        lambda: ArticleVersion.objects.create(
            article=version.article, number=2, text="abc", text_length=4, sha256="0" * 64
        )
    )


@pytest.mark.parametrize("text", ["", "one\r\ntwo"], ids=["empty", "carriage returns"])
def test_a_version_refuses_text_that_is_not_as_agreed(text: str) -> None:
    article = make_article_version().article
    assert "version_" in refused(
        lambda: ArticleVersion.objects.create(
            article=article, number=2, text=text, text_length=len(text), sha256="0" * 64
        )
    )


def test_one_text_is_one_version_of_its_article() -> None:
    version = make_article_version("The bridge opened in 1931.")
    assert "version_text_unique" in refused(
        lambda: ArticleVersion.objects.create(
            article=version.article,
            number=2,
            text=version.text,
            text_length=version.text_length,
            sha256=version.sha256,
        )
    )


def test_snapshots_never_change() -> None:
    Snapshot.objects.create(sha256="a" * 64, size=3, file="aa/a.gz")
    assert "Cannot update" in refused(lambda: Snapshot.objects.update(size=4))


@pytest.mark.parametrize(
    ("start", "end"),
    [(0, 27), (26, 30), (5, 5), (7, 5)],
    ids=["past the end", "outside", "empty", "backwards"],
)
def test_spans_lie_within_the_text(start: int, end: int) -> None:
    claim = make_claim(make_article_version("The bridge opened in 1931."))
    appearance = claim.appearances.get()
    said = refused(
        lambda: Span.objects.bulk_create([Span(appearance=appearance, role="cue", start=start, end=end)])
    )
    assert "span" in said
    assert "span" in refused(
        lambda: sql(
            'INSERT INTO claims_span (appearance_id, role, start, "end") VALUES (%s, %s, %s, %s)',
            appearance.pk,
            "cue",
            start,
            end,
        )
    )


def test_one_span_past_the_end_among_many_and_one_moved_there_are_refused() -> None:
    appearance = make_claim(make_article_version("The bridge opened in 1931.")).appearances.get()
    rows = [(appearance.pk, "cue", start, start + 1) for start in (0, 4, 25, 26)]
    columns = ("appearance_id", "role", "start", "end")
    assert "span_within_text" in refused(lambda: copy_columns(Span, columns, rows))
    copy_columns(Span, columns, rows[:-1])
    assert "past the end of its text (26 code points)" in refused(
        lambda: Span.objects.filter(appearance=appearance, role="cue").update(end=F("end") + 1)
    )
    hop = appearance.hops.get()
    assert "hop_within_text" in refused(lambda: Hop.objects.filter(pk=hop.pk).update(cue_start=0, cue_end=27))


def test_the_spans_of_hops_lie_within_the_text_too() -> None:
    claim = make_claim(make_article_version("The bridge opened in 1931."))
    appearance = claim.appearances.get()
    assert "span ends past" in refused(
        lambda: Hop.objects.create(
            appearance=appearance, position=9, role="relay", name="Northern Wire", start=3, end=99
        )
    )
    assert "hop_one_publisher" in refused(
        lambda: Hop.objects.create(appearance=appearance, position=9, role="publisher", name="Another")
    )


def test_an_appearance_stays_in_its_version() -> None:
    appearance = make_claim().appearances.get()
    other = make_article_version("Another text.")
    assert "Cannot update" in refused(
        lambda: Appearance.objects.filter(pk=appearance.pk).update(version=other)
    )


def test_reviews_are_append_only() -> None:
    claim = make_claim()
    review = Review.objects.create(
        claim=claim, kind="veracity", verdict="false", rationale="So.", reviewer=make_user()
    )
    review.rationale = "Not so."
    assert "Cannot update or delete" in refused(review.save)
    assert "Cannot update or delete" in refused(lambda: Review.objects.bulk_update([review], ["rationale"]))
    assert "Cannot update or delete" in refused(lambda: Review.objects.all().delete())
    assert "Cannot update or delete" in refused(lambda: sql("UPDATE claims_review SET verdict = 'true'"))
    assert "Cannot update or delete" in refused(lambda: sql("DELETE FROM claims_review"))
    assert Review.objects.get().rationale == "So."


def test_audit_events_are_append_only() -> None:
    claim = make_claim()
    event = record_event(by=make_user(), verb="queue", target=claim, claim=claim, after={"state": "queued"})
    event.verb = "dismiss"
    assert "Cannot update or delete" in refused(event.save)
    assert "Cannot update or delete" in refused(lambda: AuditEvent.objects.update(verb="dismiss"))
    assert "Cannot update or delete" in refused(lambda: sql("UPDATE claims_auditevent SET reason = 'x'"))
    assert "Cannot update or delete" in refused(lambda: sql("DELETE FROM claims_auditevent"))
    assert AuditEvent.objects.get().verb == "queue"


@pytest.mark.parametrize(
    ("kind", "verdict", "on_appearance"),
    [
        ("veracity", "misquoted", False),
        ("attribution", "false", True),
        ("veracity", "false", True),
        ("attribution", "confirmed", False),
    ],
)
def test_a_verdict_is_on_the_scale_of_its_kind(kind: str, verdict: str, on_appearance: bool) -> None:
    claim = make_claim()
    appearance = claim.appearances.get() if on_appearance else None
    assert "review_verdict_fits_kind" in refused(
        lambda: Review.objects.create(
            claim=claim, appearance=appearance, kind=kind, verdict=verdict, reviewer=make_user()
        )
    )


def test_a_claim_has_one_open_assignment_at_most() -> None:
    claim, until = make_claim(), "2030-01-01T00:00Z"
    Assignment.objects.create(claim=claim, reviewer=make_user(), leased_until=until)
    assert "assignment_one_open" in refused(
        lambda: Assignment.objects.create(claim=claim, reviewer=make_user(), leased_until=until)
    )


def test_unknown_states_are_refused() -> None:
    make_claim()
    assert "claim_state" in refused(lambda: ClaimState.objects.update(state="lost"))
    assert "claim_dismissed_has_reason" in refused(lambda: ClaimState.objects.update(state=State.DISMISSED))


def test_unnamed_sources_belong_to_one_outlet_each() -> None:
    one, two = make_outlet("Lakeside Post"), make_outlet("Hill Courier")
    assert make_speaker("an official", "unnamed", one) != make_speaker("an official", "unnamed", two)
    assert make_speaker("an official", "unnamed", one) == make_speaker("An  Official", "unnamed", one)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_speaker("an official", "unnamed", None)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_speaker("Mira Tolland", "person", one)


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"state": "accepted"}, "proposal_decided_by_someone"),
        ({"state": "rejected"}, "proposal_decided_by_someone"),
        ({"state": "perhaps"}, "proposal_decided_by_someone"),
        ({"appearance": None}, "proposal_open_has_its_appearance"),
        ({"found": None}, "proposal_readings_fit_kind"),
        ({"before": None}, "proposal_readings_fit_kind"),
        ({"kind": "add"}, "proposal_"),
        ({"kind": "swap"}, "proposal_readings_fit_kind"),
    ],
)
def test_a_proposal_is_whole_and_decided_by_a_person(fields: dict[str, object], rule: str) -> None:
    make_proposal(form="mixed")
    assert rule in refused(lambda: ExtractionProposal.objects.update(**fields))


def test_an_appearance_has_one_open_proposal_and_a_run_one_in_each_place() -> None:
    proposal = make_proposal(form="mixed")
    claim = proposal.appearance.claim
    assert "proposal_one_open_per_appearance" in refused(lambda: make_proposal(claim, form="direct"))
    ExtractionProposal.objects.update(state="outdated")
    other = make_proposal(claim, form="direct")
    assert "proposal_position_unique" in refused(
        lambda: ExtractionProposal.objects.filter(pk=other.pk).update(run=proposal.run)
    )
