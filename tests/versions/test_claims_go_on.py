"""An article changes: its claims go on with what the desk made of them, what is lost is listed, what was edited is flagged."""

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import ArticleVersion
from claims.choices import Edited, OrphanState, RunState, State
from claims.extraction.types import Hop
from claims.models import (
    Appearance,
    AuditEvent,
    Claim,
    ClaimState,
    ExtractionProposal,
    ExtractionRun,
    Notice,
    Orphan,
    Review,
    Rewording,
)
from claims.services import extracting, orphans, proposing, rewordings
from claims.services.curating import dismiss_claim
from claims.services.evidence import link_evidence
from claims.services.reviewing import Judgement, current_reviews, record_review
from claims.services.seconding import cross_check
from claims.services.verifying import audit_problems
from factcheck.lib.errors import Conflict, DomainError, Refused
from factcheck.models import User
from tests.factories import find, make_user, set_desk
from tests.versions.desk import (
    ALL,
    COST,
    FINISHED,
    FISHERMEN,
    HOLDS,
    INSPECTED,
    TEXT,
    anchored,
    item,
    items_of,
    publish,
    read,
    record,
    the_article,
    words,
)

pytestmark = pytest.mark.django_db

FINISHED_NOW = "The dam was finished in 1959 by the county"
# A paragraph elsewhere, a figure changed, a quotation dropped.
CHANGED = f"{COST}, according to a survey of engineers.\n\n" + (
    TEXT.replace("“It was last inspected eleven years ago,” the mayor told Northern Wire.\n\n", "")
    .replace(FINISHED, FINISHED_NOW)
    .replace(f"{COST}, according to a survey of engineers.\n\n", "")
)


@pytest.fixture(autouse=True)
def _the_history_holds() -> Iterator[None]:
    """Whatever is done to claims in these tests, the audit history tells of it."""
    yield
    assert [problem.sentence for problem in audit_problems()] == []


@pytest.fixture
def ray() -> User:
    return make_user("ray", "reviewer")


@pytest.fixture
def rosa() -> User:
    return make_user("rosa", "researcher")


@pytest.fixture
def first(monkeypatch: pytest.MonkeyPatch) -> ArticleVersion:
    return publish(monkeypatch, TEXT)


def the(text: str) -> Claim:
    return Claim.objects.get(text=text)


def judge(by: User, text: str) -> Claim:
    """Both verdicts on the claim, submitted."""
    set_desk(min_evidence=0)
    claim = the(text)
    case = ClaimState.objects.get(claim=claim)
    appearance = claim.appearances.order_by("pk")[0]
    record_review(
        by=by,
        claim_id=claim.pk,
        expected_version=case.version,
        judgements=[
            Judgement("false", "The plans say otherwise."),
            Judgement("confirmed", "", appearance.pk),
        ],
        submit=True,
    )
    return claim


def confirm(claim: Claim) -> None:
    """A second reviewer comes to the same verdicts: they are the desk's."""
    cross_check(
        by=make_user(role="reviewer"),
        claim_id=claim.pk,
        expected_version=ClaimState.objects.get(claim=claim).version,
        judgements=[
            Judgement("false"),
            Judgement("confirmed", "", claim.appearances.order_by("pk")[0].pk),
        ],
    )


def edited(text: str) -> str:
    return ClaimState.objects.get(claim__text=text).edited


def test_a_claim_goes_on_wherever_its_words_are(
    monkeypatch: pytest.MonkeyPatch, first: ArticleVersion
) -> None:
    claims = set(Claim.objects.values_list("pk", flat=True))
    second = publish(monkeypatch, CHANGED, *ALL, FINISHED_NOW)
    assert anchored(second) == [
        ("moved", COST, COST),
        ("exact", HOLDS, HOLDS),
        ("fuzzy", FINISHED_NOW, FINISHED_NOW),
        ("exact", FISHERMEN, FISHERMEN),
    ]
    assert set(Claim.objects.values_list("pk", flat=True)) == claims
    for appearance in Appearance.objects.filter(version=second):
        assert appearance.previous.version == first
        assert appearance.previous.claim == appearance.claim
        assert appearance.run.version == second
        assert appearance.hops.get().name == "Lakeside Post"
    assert [(one.appearance.claim.text, one.version) for one in Orphan.objects.all()] == [(INSPECTED, second)]


def test_the_verdict_and_its_reviews_and_evidence_go_on(
    monkeypatch: pytest.MonkeyPatch, first: ArticleVersion, ray: User, rosa: User
) -> None:
    claim, late = judge(ray, COST), judge(ray, HOLDS)
    confirm(claim)
    link_evidence(by=rosa, claim_id=claim.pk, url="https://survey.example/", stance="supports")
    second = publish(monkeypatch, CHANGED)
    again = claim.appearances.get(version=second)
    assert again.attribution == "confirmed"
    case = ClaimState.objects.get(claim=claim)
    assert (case.state, case.veracity, case.edited) == (State.IN_VOTE, "false", "")
    assert Review.objects.filter(claim=claim).count() == 4
    # Confirmed only when the article had changed: the verdict is that of the words wherever they stand now.
    assert late.appearances.get(version=second).attribution == ""
    confirm(late)
    assert late.appearances.get(version=second).attribution == "confirmed"


def test_what_the_extractor_finds_besides_is_new_and_what_it_misses_goes_on(
    monkeypatch: pytest.MonkeyPatch, first: ArticleVersion
) -> None:
    text = TEXT + "\n\nThe minister will visit the lake on Friday."
    second = record(text)
    read(monkeypatch, second, items_of(text, HOLDS, "The minister will visit the lake on Friday"))
    assert [(kind, now) for kind, now, _ in anchored(second)] == [
        *(("exact", words) for words in ALL),
        ("", "The minister will visit the lake on Friday"),
    ]
    missed = Appearance.objects.get(version=second, claim__text=FINISHED)
    assert missed.run is None
    assert [hop.name for hop in missed.hops.all()] == ["Lakeside Post"]


def test_source_cue_and_hops_come_along_where_the_extractor_finds_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wire = Hop("Northern Wire", "medium", span=find(TEXT, "Northern Wire"), cue=find(TEXT, "told"))
    publisher = Hop("Lakeside Post", "publisher")
    version = record(TEXT)
    read(monkeypatch, version, [item(TEXT, INSPECTED, "the mayor", "told", chain=(wire, publisher))])
    text = f"Updated on Wednesday.\n\n{TEXT}"
    second = record(text)
    read(monkeypatch, second, [])
    [appearance] = Appearance.objects.filter(version=second)
    spans = {one.role: text[one.start : one.end] for one in appearance.spans.all()}
    assert spans == {"content": INSPECTED, "source": "the mayor", "cue": "told"}
    hop = appearance.hops.get(role="medium")
    assert (text[hop.start : hop.end], text[hop.cue_start : hop.cue_end]) == ("Northern Wire", "told")


def test_a_later_text_says_otherwise_who_said_it_and_a_person_decides(
    monkeypatch: pytest.MonkeyPatch, first: ArticleVersion, rosa: User
) -> None:
    text = TEXT + "\n\nMore follows."
    second = record(text)
    read(monkeypatch, second, [replace(one, speaker="Ada Brill") for one in items_of(text, COST)])
    appearance = Appearance.objects.get(version=second, claim__text=COST)
    assert appearance.claim.speaker.name == "Mira Tolland"
    proposal = ExtractionProposal.objects.get()
    assert (proposal.appearance, proposing.changes(proposal)) == (appearance, ["speaker"])
    proposing.accept_proposal(by=rosa, proposal_id=proposal.pk)
    assert the(COST).speaker.name == "Ada Brill"


def test_the_chain_is_the_later_texts_own_but_for_what_a_person_edited(
    monkeypatch: pytest.MonkeyPatch, first: ArticleVersion, rosa: User
) -> None:
    relayed = (Hop("OSTA", "relay"), Hop("Lakeside Post", "publisher"))
    text = TEXT + "\n\nMore follows."
    second = record(text)
    found = [replace(one, chain=relayed) for one in items_of(text, COST, HOLDS)]
    read(monkeypatch, second, found)
    # Somebody takes the speaker of one of them for another; from then on its telling is theirs.
    third_text = text + "\n\nAnd more."
    claim = the(HOLDS)
    AuditEvent.objects.create(
        actor=rosa, verb="accept_proposal", claim=claim, object_type="extractionproposal", object_id=1
    )
    third = record(third_text)
    read(monkeypatch, third, items_of(third_text, COST, HOLDS))
    chains = {
        one.claim.text: [hop.name for hop in one.hops.order_by("position")]
        for one in Appearance.objects.filter(version=third)
    }
    assert chains[COST] == ["Lakeside Post"]
    assert chains[HOLDS] == ["OSTA", "Lakeside Post"]
    [proposal] = ExtractionProposal.objects.all()
    assert (proposal.appearance.claim, proposing.changes(proposal)) == (claim, ["chain"])


# ---- Lost, and found again by a person ---------------------------------------------------------------


def lost(monkeypatch: pytest.MonkeyPatch) -> Orphan:
    publish(monkeypatch, CHANGED, *ALL, FINISHED_NOW)
    return Orphan.objects.get()


def test_a_person_says_where_the_words_are_now(
    monkeypatch: pytest.MonkeyPatch, first: ArticleVersion, rosa: User
) -> None:
    orphan = lost(monkeypatch)
    orphans.anchor_by_hand(by=rosa, orphan_id=orphan.pk, quote="when the  water is low")
    orphan.refresh_from_db()
    assert (orphan.state, orphan.resolved_by) == (OrphanState.ANCHORED, rosa)
    found = orphan.found
    assert (words(found), found.anchoring, found.anchor_confidence) == ("when the water is low", "hand", 1.0)
    assert found.previous == orphan.appearance
    assert [hop.name for hop in found.hops.all()] == ["Lakeside Post"]
    order = [now for _, now, _ in anchored(the_article().current)]
    assert order.index("when the water is low") == order.index(FISHERMEN) + 1
    assert AuditEvent.objects.filter(verb="anchor_by_hand", actor=rosa, claim=found.claim).exists()
    with pytest.raises(Conflict) as refused:
        orphans.mark_gone(by=rosa, orphan_id=orphan.pk)
    assert refused.value.code == "already_decided"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"quote": "the moon"}, "quote_not_found"),
        ({"quote": ""}, "quote_not_found"),
        ({"quote": "the"}, "quote_ambiguous"),
        ({"start": 5, "end": 5}, "outside_text"),
        ({"start": 0, "end": 10**6}, "outside_text"),
    ],
)
def test_words_that_do_not_say_where_are_refused(
    monkeypatch: pytest.MonkeyPatch, first: ArticleVersion, rosa: User, given: dict, code: str
) -> None:
    orphan = lost(monkeypatch)
    with pytest.raises(DomainError) as refused:
        orphans.anchor_by_hand(by=rosa, orphan_id=orphan.pk, **given)
    assert refused.value.code == code
    if code == "quote_ambiguous":
        assert all(place["exact"].lower() == "the" for place in refused.value.details["places"])


def test_a_person_says_that_it_is_gone_and_may_take_that_back(
    monkeypatch: pytest.MonkeyPatch, first: ArticleVersion, rosa: User
) -> None:
    orphan = lost(monkeypatch)
    with pytest.raises(Refused):
        orphans.mark_gone(by=make_user(role="viewer"), orphan_id=orphan.pk)
    assert orphans.mark_gone(by=rosa, orphan_id=orphan.pk).state == OrphanState.GONE
    assert orphans.reopen_orphan(by=rosa, orphan_id=orphan.pk).state == OrphanState.OPEN
    verbs = AuditEvent.objects.filter(claim__text=INSPECTED).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["orphan", "mark_gone", "reopen_orphan"]


def test_what_comes_back_in_a_later_text_is_no_orphan_any_more(
    monkeypatch: pytest.MonkeyPatch, first: ArticleVersion
) -> None:
    orphan = lost(monkeypatch)
    third = publish(monkeypatch, f"{TEXT}\n\nThis article was corrected.")
    orphan.refresh_from_db()
    assert (orphan.state, orphan.resolved_by, orphan.found.version) == (OrphanState.ANCHORED, None, third)
    assert orphan.found.claim == orphan.appearance.claim


def test_what_the_desk_dismissed_stays_dismissed_and_is_no_orphan(
    monkeypatch: pytest.MonkeyPatch, first: ArticleVersion, rosa: User
) -> None:
    for text in (INSPECTED, HOLDS):
        dismiss_claim(by=rosa, claim_id=the(text).pk, reason="not_relevant")
    second = publish(monkeypatch, CHANGED)
    assert Appearance.objects.get(version=second, claim__text=HOLDS).claim.case.state == State.DISMISSED
    assert not Orphan.objects.exists()


# ---- Edited without notice ---------------------------------------------------------------------------


def test_words_that_changed_after_the_review_are_flagged_until_its_reviewer_has_looked(
    monkeypatch: pytest.MonkeyPatch, first: ArticleVersion, ray: User
) -> None:
    reworded, dropped, kept = judge(ray, FINISHED), judge(ray, INSPECTED), judge(ray, HOLDS)
    second = publish(monkeypatch, CHANGED, *ALL, FINISHED_NOW)
    assert [edited(one.text) for one in (reworded, dropped, kept)] == [Edited.SILENT, Edited.SILENT, ""]
    assert [review.verdict for review in current_reviews(reworded.pk)] == ["false", "confirmed"]
    told = Notice.objects.filter(recipient=ray, kind="edited", read_at=None)
    assert {notice.claim_id for notice in told} == {reworded.pk, dropped.pk}
    rows = {one.claim_id: one for one in Rewording.objects.all()}
    assert (words(rows[reworded.pk].before), words(rows[reworded.pk].after)) == (FINISHED, FINISHED_NOW)
    assert (rows[dropped.pk].after, rows[dropped.pk].version) == (None, second)
    stranger = make_user(role="reviewer")
    with pytest.raises(DomainError) as refused:
        rewordings.confirm_verdict(by=stranger, claim_id=reworded.pk)
    assert refused.value.code == "not_yours"
    rewordings.confirm_verdict(by=ray, claim_id=reworded.pk)
    assert edited(FINISHED) == ""
    assert [notice.claim_id for notice in told.all()] == [dropped.pk]
    rows[reworded.pk].refresh_from_db()
    assert rows[reworded.pk].seen_by == ray
    with pytest.raises(DomainError) as refused:
        rewordings.confirm_verdict(by=ray, claim_id=reworded.pk)
    assert refused.value.code == "not_edited"
    assert edited(INSPECTED) == Edited.SILENT
    assert rewordings.confirm_verdict(by=make_user(role="editor"), claim_id=dropped.pk).edited == ""


def test_judging_again_is_having_looked(
    monkeypatch: pytest.MonkeyPatch, first: ArticleVersion, ray: User
) -> None:
    claim = judge(ray, FINISHED)
    publish(monkeypatch, CHANGED)
    case = ClaimState.objects.get(claim=claim)
    record_review(
        by=ray,
        claim_id=claim.pk,
        expected_version=case.version,
        judgements=[Judgement("true", "As it is now.")],
    )
    case.refresh_from_db()
    assert case.edited == ""
    assert "true" in [review.verdict for review in current_reviews(claim.pk)]


def test_a_page_that_tells_of_its_correction_is_edited_with_a_notice(
    monkeypatch: pytest.MonkeyPatch, first: ArticleVersion, ray: User
) -> None:
    judge(ray, FINISHED)
    publish(monkeypatch, f"{CHANGED}\n\nCorrection: an earlier version gave the wrong year.")
    assert edited(FINISHED) == Edited.NOTED


def test_a_claim_that_nobody_has_been_at_takes_the_words_of_its_article(
    monkeypatch: pytest.MonkeyPatch, first: ArticleVersion
) -> None:
    claim = the(FINISHED)
    publish(monkeypatch, CHANGED, *ALL, FINISHED_NOW)
    claim.refresh_from_db()
    assert (claim.text, claim.case.edited, claim.case.version) == (FINISHED_NOW, "", 2)
    event = AuditEvent.objects.get(claim=claim, verb="reword")
    assert (event.before["text"], event.after["text"]) == (FINISHED, FINISHED_NOW)


def test_other_quotation_marks_are_no_edit(
    monkeypatch: pytest.MonkeyPatch, first: ArticleVersion, ray: User
) -> None:
    judge(ray, INSPECTED)
    publish(monkeypatch, TEXT.replace("“", '"').replace("”", '"'))
    assert edited(INSPECTED) == ""


# ---- Twice, together, in any order -------------------------------------------------------------------


def counts() -> dict[str, int]:
    return {
        model.__name__: model.objects.count()
        for model in (ArticleVersion, Claim, Appearance, Orphan, Rewording, ExtractionRun, ExtractionProposal)
    }


def test_a_reading_that_runs_twice_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, first: ArticleVersion, ray: User
) -> None:
    judge(ray, FINISHED)
    second = publish(monkeypatch, CHANGED)
    before = counts()
    run = ExtractionRun.objects.get(version=second)
    assert extracting.extract_version(run_id=run.pk) is None
    ExtractionRun.objects.filter(pk=run.pk).update(state=RunState.PENDING)
    read(monkeypatch, second, items_of(CHANGED, *ALL))
    assert counts() == before | {"ExtractionProposal": counts()["ExtractionProposal"]}


def test_a_text_waits_for_the_one_before_it_to_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = record(TEXT), record(CHANGED)
    waiting = ExtractionRun.objects.get(version=second)
    assert list(extracting.undone_runs()) == [ExtractionRun.objects.get(version=first)]
    assert extracting.extract_version(run_id=waiting.pk) is None
    read(monkeypatch, first, items_of(TEXT, *ALL))
    read(monkeypatch, second, items_of(CHANGED, *ALL))
    assert [kind for kind, _, _ in anchored(second)] == ["moved", "exact", "fuzzy", "exact"]


def test_a_text_whose_reading_failed_does_not_hold_up_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = record(TEXT), record(CHANGED)
    ExtractionRun.objects.filter(version=first).update(
        state=RunState.FAILED, error_code="x", error_message="X."
    )
    read(monkeypatch, second, items_of(CHANGED, *ALL))
    assert {kind for kind, _, _ in anchored(second)} == {""}


def test_two_texts_at_one_address_by_turns_stay_two_versions(
    monkeypatch: pytest.MonkeyPatch, ray: User
) -> None:
    """Two works share a canonical address: whichever was read last is current, and nothing grows."""
    other = (
        "The railway to Port Elvan opens in May.\n\nIts fares are the lowest of the coast, a spokesman said."
    )
    publish(monkeypatch, TEXT)
    judge(ray, HOLDS)
    publish(monkeypatch, other, "Its fares are the lowest of the coast")
    before = counts()
    assert before["ArticleVersion"] == 2
    for text in (TEXT, other, TEXT, other, TEXT):
        version = record(text)
        assert the_article().current == version
        assert not ExtractionRun.objects.filter(state=RunState.PENDING).exists()
    assert counts() == before
    # A third text follows the one that was there until then, whatever its number.
    third = publish(monkeypatch, f"{TEXT}\n\nMore follows.")
    assert third.previous.number == 1
    assert [kind for kind, _, _ in anchored(third)] == ["exact"] * 5


# ---- What it costs ----------------------------------------------------------------------------------


@pytest.mark.parametrize("sentences", [20, 200])
def test_carrying_claims_over_costs_the_same_queries_however_many(
    monkeypatch: pytest.MonkeyPatch, sentences: int
) -> None:
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    rng = random.Random(seed)
    contents = [
        f"Town {number} of the county spent {rng.randrange(10**6)} crowns on its {rng.choice(['roads', 'gates', 'wells'])}"
        for number in range(sentences)
    ]
    text = "\n\n".join(f"{content}, the treasurer said." for content in contents)
    publish(monkeypatch, text, *contents)
    changed = text.replace("Town 3 of the county spent", "Town 3 of this county paid")
    second = record(changed)
    items = items_of(changed, *contents)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        read(monkeypatch, second, items)
    assert Appearance.objects.filter(version=second).count() == sentences
    assert len(captured) == 27
