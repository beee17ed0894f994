"""The speaker ledger: other names, roles on a date, merging and un-merging, contradictions."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from claims import ledger
from claims.choices import SpeakerKind
from claims.models import (
    AuditEvent,
    Claim,
    ClaimState,
    Contradiction,
    Speaker,
    SpeakerAlias,
    SpeakerRole,
)
from claims.services import editing, evidence, merging
from claims.services import ledger as describing
from claims.services.speakers import ensure_speakers
from claims.services.verifying import audit_problems
from factcheck.lib.errors import DomainError, Missing, Refused
from factcheck.models import User
from tests.factories import make_article_version, make_claim, make_outlet, make_speaker, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def edith() -> User:
    return make_user("edith", "editor")


def refusal(call: Any) -> str:
    with pytest.raises(DomainError) as refused:
        call()
    assert refused.value.message.endswith(".")
    return refused.value.code


def named(name: str, kind: str = SpeakerKind.PERSON, outlet: str = "Lakeside Post") -> Speaker:
    """Whom a later extraction makes of that name."""
    return ensure_speakers([(kind, name)], quoted_by=make_outlet(outlet))[kind, name]


def tallied(speaker: Speaker) -> tuple[int, int]:
    return ledger.claim_counts([speaker.pk]).get(speaker.pk, (0, 0))


def speakers_of(claims: list[Claim]) -> list[int]:
    """Whose the claims are; claim and case must say the same."""
    rows = ClaimState.objects.filter(pk__in=[claim.pk for claim in claims]).order_by("pk")
    pairs = list(rows.values_list("claim__speaker", "speaker"))
    assert all(claim == case for claim, case in pairs)
    return [claim for claim, _ in pairs]


# ---- Names ------------------------------------------------------------------------------------------


def test_who_is_called_by_another_name_is_the_speaker(edith: User) -> None:
    mira = make_speaker("Mira Tolland")
    describing.add_alias(by=edith, speaker_id=mira.pk, name="  M.  Tolland ")
    assert named("M. Tolland") == named("the m. tolland") == mira
    assert named("M. Tolland", SpeakerKind.ORGANIZATION) != mira  # a name is one of its kind
    assert [
        row.speaker for row in ledger.speaker_page(words="m. toll").rows if row.speaker.kind == "person"
    ] == [mira]
    alias = SpeakerAlias.objects.get()
    describing.remove_alias(by=edith, speaker_id=mira.pk, alias_id=alias.pk)
    assert named("M. Tolland") != mira
    assert [event.verb for event in AuditEvent.objects.order_by("pk")] == ["add_alias", "remove_alias"]


def test_a_name_is_one_speakers(edith: User) -> None:
    mira, board = make_speaker("Mira Tolland"), make_speaker("Ada Merrow")
    post = make_speaker("Lakeside Post", SpeakerKind.OUTLET, make_outlet("Lakeside Post"))
    add = describing.add_alias
    assert refusal(lambda: add(by=edith, speaker_id=mira.pk, name="ada  MERROW")) == "name_taken"
    assert refusal(lambda: add(by=edith, speaker_id=mira.pk, name="mira tolland")) == "own_name"
    assert refusal(lambda: add(by=edith, speaker_id=mira.pk, name=" ")) == "no_name"
    assert refusal(lambda: add(by=edith, speaker_id=post.pk, name="The Post")) == "named_elsewhere"
    add(by=edith, speaker_id=mira.pk, name="The Mayor")
    assert refusal(lambda: add(by=edith, speaker_id=mira.pk, name="mayor")) == "known_alias"
    assert refusal(lambda: add(by=edith, speaker_id=board.pk, name="Mayor")) == "name_taken"
    with pytest.raises(IntegrityError), transaction.atomic():
        SpeakerAlias.objects.create(speaker=board, name="Mayor", key="mayor", kind="person", added_by=edith)
    with pytest.raises(Refused):
        add(by=make_user(role="viewer"), speaker_id=mira.pk, name="Tolland")
    with pytest.raises(Missing):
        add(by=edith, speaker_id=10**9, name="Nobody")


@pytest.mark.parametrize(
    ("given", "kept"),
    [("Q42", "Q42"), (" q7 ", "Q7"), ("https://www.wikidata.org/wiki/Q42/", "Q42"), ("", "")],
)
def test_a_wikidata_item_is_a_q_and_a_number(edith: User, given: str, kept: str) -> None:
    mira = make_speaker("Mira Tolland")
    assert describing.set_wikidata(by=edith, speaker_id=mira.pk, item=given).wikidata == kept


@pytest.mark.parametrize("given", ["42", "Q", "Q0", "Q-1", "P31", "Q1 OR 1=1", "javascript:alert(1)", "Q٤"])
def test_anything_else_is_not(edith: User, given: str) -> None:
    mira = make_speaker("Mira Tolland")
    assert refusal(lambda: describing.set_wikidata(by=edith, speaker_id=mira.pk, item=given)) == "not_an_item"
    with pytest.raises(IntegrityError), transaction.atomic():
        Speaker.objects.filter(pk=mira.pk).update(wikidata=given)


# ---- Roles ------------------------------------------------------------------------------------------


def test_a_claim_stands_beside_what_its_speaker_was_that_day(edith: User) -> None:
    mira = make_speaker("Mira Tolland")
    add = describing.add_role
    add(by=edith, speaker_id=mira.pk, title="mayor", organization="Lakeside", until=date(2025, 6, 30))
    add(by=edith, speaker_id=mira.pk, title="minister", since=date(2025, 6, 30))
    for day in ((2025, 1, 5), (2025, 6, 30), (2026, 2, 1)):
        at = timezone.make_aware(timezone.datetime(*day, 12))
        make_claim(make_article_version(published_at=at), speaker=mira, text=f"Said {day[0]}-{day[1]}.")
    view = ledger.speaker_view(mira.pk)
    assert view is not None
    assert {said.row.case.claim.text: [str(role) for role in said.roles] for said in view.page.rows} == {
        "Said 2025-1.": ["mayor, Lakeside"],
        "Said 2025-6.": ["minister", "mayor, Lakeside"],
        "Said 2026-2.": ["minister"],
    }
    role = SpeakerRole.objects.get(title="minister")
    early = date(2025, 6, 29)
    assert (
        refusal(lambda: describing.end_role(by=edith, speaker_id=mira.pk, role_id=role.pk, until=early))
        == "ends_before_it_starts"
    )
    describing.end_role(by=edith, speaker_id=mira.pk, role_id=role.pk, until=date(2025, 12, 31))
    describing.remove_role(by=edith, speaker_id=mira.pk, role_id=SpeakerRole.objects.get(title="mayor").pk)
    assert ledger.roles_on(SpeakerRole.objects.filter(speaker=mira), date(2026, 1, 1)) == []
    assert [event.verb for event in AuditEvent.objects.order_by("pk")][-2:] == ["end_role", "remove_role"]


def test_a_role_does_not_end_before_it_starts(edith: User) -> None:
    mira = make_speaker("Mira Tolland")
    dates = {"since": date(2025, 2, 1), "until": date(2025, 1, 1)}
    assert (
        refusal(lambda: describing.add_role(by=edith, speaker_id=mira.pk, title="mayor", **dates))
        == "ends_before_it_starts"
    )
    assert refusal(lambda: describing.add_role(by=edith, speaker_id=mira.pk, title=" ")) == "no_title"
    with pytest.raises(IntegrityError), transaction.atomic():
        SpeakerRole.objects.create(speaker=mira, title="mayor", added_by=edith, **dates)


# ---- Merging ----------------------------------------------------------------------------------------


def test_merging_moves_all_and_un_merging_gives_exactly_that_back(edith: User) -> None:
    mira, tolland = make_speaker("Mira Tolland"), make_speaker("Tolland")
    hers = [make_claim(speaker=mira, text=f"Hers {n}.", veracity="true") for n in range(2)]
    moving = [
        make_claim(speaker=tolland, text=f"Moving {n}.", veracity="false" if n else "") for n in range(3)
    ]
    evidence.link_evidence(by=edith, claim_id=moving[0].pk, url="https://a.example/", stance="supports")
    describing.add_alias(by=edith, speaker_id=tolland.pk, name="The Mayor")
    describing.add_role(by=edith, speaker_id=tolland.pk, title="mayor")
    versions = dict(ClaimState.objects.values_list("pk", "version"))

    merge = merging.merge_speakers(by=edith, speaker_id=tolland.pk, into=mira.pk, reason="The same mayor.")
    assert speakers_of([*hers, *moving]) == [mira.pk] * 5
    assert (tallied(mira), tallied(tolland)) == ((5, 4), (0, 0))
    assert moving[0].evidence_links.count() == 1
    assert dict(ClaimState.objects.values_list("pk", "version")) == versions  # nobody's open page is stale
    assert named("Tolland") == named("the mayor") == mira
    assert {alias.name for alias in mira.aliases.all()} == {"Tolland", "The Mayor"}
    assert [row.speaker for row in ledger.speaker_page(words="tolland").rows] == [mira]
    later = make_claim(speaker=named("Tolland"), text="Said later.")

    done, stay = merging.unmerge_speakers(by=edith, merge_id=merge.pk)
    assert (done.undone_by, stay) == (edith, 0)
    assert speakers_of([*hers, *moving, later]) == [mira.pk] * 2 + [tolland.pk] * 3 + [mira.pk]
    assert (tallied(mira), tallied(tolland)) == ((3, 2), (3, 2))
    assert not mira.aliases.exists()
    assert not mira.roles.exists()
    assert [alias.name for alias in tolland.aliases.all()] == ["The Mayor"]
    assert [role.title for role in tolland.roles.all()] == ["mayor"]
    assert named("Tolland") == named("The Mayor") == tolland
    assert list(audit_problems()) == []
    for speaker in (mira, tolland):
        events = AuditEvent.objects.filter(object_type="speaker", object_id=speaker.pk)
        assert {"merge_speakers", "unmerge_speakers"} <= {event.verb for event in events}
    assert refusal(lambda: merging.unmerge_speakers(by=edith, merge_id=merge.pk)) == "not_merged"


def test_merges_in_a_row_are_undone_in_their_order(edith: User) -> None:
    one, two, three = (make_speaker(name) for name in ("T.", "Tolland", "Mira Tolland"))
    claim = make_claim(speaker=one)
    first = merging.merge_speakers(by=edith, speaker_id=one.pk, into=two.pk)
    second = merging.merge_speakers(by=edith, speaker_id=two.pk, into=three.pk)
    assert named("T.") == named("Tolland") == three
    assert refusal(lambda: merging.unmerge_speakers(by=edith, merge_id=first.pk)) == "merged_on"
    merging.unmerge_speakers(by=edith, merge_id=second.pk)
    assert (speakers_of([claim]), named("T.")) == ([two.pk], two)
    merging.unmerge_speakers(by=edith, merge_id=first.pk)
    assert (speakers_of([claim]), named("T.")) == ([one.pk], one)
    again = merging.merge_speakers(by=edith, speaker_id=one.pk, into=three.pk)
    assert again.claims == [claim.pk]


def test_what_somebody_gave_to_another_since_stays_theirs(edith: User) -> None:
    mira, tolland = make_speaker("Mira Tolland"), make_speaker("Tolland")
    kept, given = make_claim(speaker=tolland, text="Kept."), make_claim(speaker=tolland, text="Given.")
    merge = merging.merge_speakers(by=edith, speaker_id=tolland.pk, into=mira.pk)
    editing.edit_claim(
        by=edith,
        appearance_id=given.appearances.get().pk,
        changes={"speaker": {"kind": "person", "name": "Ada Merrow"}},
    )
    _, stay = merging.unmerge_speakers(by=edith, merge_id=merge.pk)
    assert stay == 1
    assert speakers_of([kept, given]) == [tolland.pk, named("Ada Merrow").pk]


def test_a_contradiction_across_the_two_prevents_un_merging(edith: User) -> None:
    mira, tolland = make_speaker("Mira Tolland"), make_speaker("Tolland")
    one, other = make_claim(speaker=mira), make_claim(speaker=tolland)
    merge = merging.merge_speakers(by=edith, speaker_id=tolland.pk, into=mira.pk)
    link = describing.link_contradiction(by=edith, claim_id=other.pk, other_id=one.pk, note="Twice, or once?")
    assert refusal(lambda: merging.unmerge_speakers(by=edith, merge_id=merge.pk)) == "contradicted_since"
    describing.withdraw_contradiction(by=edith, contradiction_id=link.pk)
    merging.unmerge_speakers(by=edith, merge_id=merge.pk)
    assert speakers_of([one, other]) == [mira.pk, tolland.pk]


def test_what_may_not_be_merged(edith: User) -> None:
    post, wire = make_outlet("Lakeside Post"), make_outlet("Northern Wire")
    mira = make_speaker("Mira Tolland")
    official, aide = (make_speaker(name, SpeakerKind.UNNAMED, post) for name in ("an official", "an aide"))
    elsewhere = make_speaker("an official", SpeakerKind.UNNAMED, wire)
    outlet = make_speaker("Lakeside Post", SpeakerKind.OUTLET, post)

    def merge(one: Speaker, into: Speaker) -> Any:
        return lambda: merging.merge_speakers(by=edith, speaker_id=one.pk, into=into.pk)

    assert refusal(merge(mira, mira)) == "into_itself"
    assert refusal(merge(official, mira)) == refusal(merge(mira, official)) == "unnamed_stays"
    assert refusal(merge(official, elsewhere)) == "unnamed_stays"
    assert refusal(merge(outlet, mira)) == refusal(merge(mira, outlet)) == "outlets_stay"
    merge(aide, official)()
    assert named("an aide", SpeakerKind.UNNAMED) == official
    assert named("an aide", SpeakerKind.UNNAMED, "Northern Wire") not in (official, elsewhere)
    assert refusal(merge(aide, official)) == "merged"
    assert refusal(lambda: describing.add_role(by=edith, speaker_id=aide.pk, title="aide")) == "merged"
    ada = make_speaker("Ada Merrow")
    describing.set_wikidata(by=edith, speaker_id=ada.pk, item="Q1")
    describing.set_wikidata(by=edith, speaker_id=mira.pk, item="Q2")
    assert refusal(merge(ada, mira)) == "two_items"
    for role in ("viewer", "researcher", "reviewer"):
        with pytest.raises(Refused):
            merging.merge_speakers(by=make_user(role=role), speaker_id=ada.pk, into=mira.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Speaker.objects.filter(pk=ada.pk).update(merged_into=ada)


def test_what_an_extraction_stored_for_a_speaker_merged_meanwhile_moves_on(edith: User) -> None:
    one, two, three = (make_speaker(name) for name in ("T.", "Tolland", "Mira Tolland"))
    first = merging.merge_speakers(by=edith, speaker_id=one.pk, into=two.pk)
    second = merging.merge_speakers(by=edith, speaker_id=two.pk, into=three.pk)
    late = make_claim(speaker=one)  # found before the merge, stored after it
    assert (merging.sweep_merged(), merging.sweep_merged()) == (1, 0)
    assert speakers_of([late]) == [three.pk]
    for merge in (second, first):
        merging.unmerge_speakers(by=edith, merge_id=merge.pk)
    assert speakers_of([late]) == [one.pk]


# ---- Contradictions ---------------------------------------------------------------------------------


def test_two_statements_of_one_speaker_are_linked_and_the_link_withdrawn(edith: User) -> None:
    mira = make_speaker("Mira Tolland")
    one, other = make_claim(speaker=mira, text="It holds."), make_claim(speaker=mira, text="It leaks.")
    link = describing.link_contradiction(by=edith, claim_id=other.pk, other_id=one.pk, note=" Both in May. ")
    assert (link.first, link.second, link.note) == (one, other, "Both in May.")
    assert [claim for _, claim in ledger.contradictions_with(one.pk)] == [other]
    assert ledger.contradictions_of(mira) == [link]
    assert (
        refusal(
            lambda: describing.link_contradiction(by=edith, claim_id=one.pk, other_id=other.pk, note="Again.")
        )
        == "already_linked"
    )
    describing.withdraw_contradiction(by=edith, contradiction_id=link.pk)
    assert ledger.contradictions_with(one.pk) == []
    assert Contradiction.objects.get().withdrawn_by == edith
    assert list(ClaimState.objects.order_by("pk").values_list("version", flat=True)) == [3, 3]
    assert list(audit_problems()) == []
    with pytest.raises(Missing):
        describing.withdraw_contradiction(by=edith, contradiction_id=link.pk)


def test_what_is_no_contradiction_of_somebody_with_themselves(edith: User) -> None:
    one, other = make_claim(speaker="Mira Tolland"), make_claim(speaker="Ada Merrow")
    nobody = make_claim()

    def link(first: Claim, second: Claim, note: str = "x", by: User = edith) -> Any:
        return lambda: describing.link_contradiction(by=by, claim_id=first.pk, other_id=second.pk, note=note)

    assert refusal(link(one, other)) == refusal(link(nobody, one)) == "two_speakers"
    assert refusal(link(one, one)) == "same_claim"
    assert refusal(link(one, make_claim(speaker="Mira Tolland"), note=" ")) == "note_missing"
    with pytest.raises(Refused):
        link(one, make_claim(speaker="Mira Tolland"), by=make_user(role="researcher"))()


# ---- What it costs ----------------------------------------------------------------------------------


def test_the_list_and_a_page_ask_as_much_for_many_as_for_one(django_assert_num_queries) -> None:
    mira = make_speaker("Mira Tolland")
    for n in range(3):
        make_claim(speaker=mira)
        make_speaker(f"Tolland {n}")
    with django_assert_num_queries(3):  # names that match, speakers, their tallies
        assert len(ledger.speaker_page(words="toll").rows) == 4
    # the speaker, roles, tallies, names, merges, contradictions; the page's claims, cases, appearances, hops, leases
    with django_assert_num_queries(12):
        assert ledger.speaker_view(mira.pk) is not None
