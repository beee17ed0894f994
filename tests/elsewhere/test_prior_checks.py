"""What somebody gets who brings in other desks' checks: each once, kept apart, proposed beside the claims they may be of."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from claims.models import AuditEvent, Claim, PriorCheck, PriorImport, PriorLookup, PriorMatch, Speaker
from claims.services.ledger import add_alias
from claims.services.priorimporting import request_prior_import, retry_prior_import, run_prior_import
from claims.services.priormatching import decide_match, is_undone, match_by_hand, suggest_matches
from factcheck.lib.errors import DomainError
from factcheck.models import User
from tests.elsewhere.checks import review
from tests.factories import make_claim, make_speaker, make_story_claim, make_user
from tests.fetching.server import TestServer

pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa() -> User:
    return make_user("rosa", "researcher")


@pytest.fixture
def rhea() -> User:
    return make_user("rhea", "reviewer")


def bring_in(by: User, *reviews: Any) -> PriorImport:
    job = request_prior_import(by=by, file=io.BytesIO(json.dumps(reviews).encode()), name="checks.json")
    run_prior_import(import_id=job.pk)
    job.refresh_from_db()
    return job


def counts(job: PriorImport) -> tuple[int, int, int, int]:
    return job.added, job.updated, job.unchanged, job.refused


def test_three_good_rows_among_seven_broken_ones_come_in_and_seven_are_reported(rosa: User) -> None:
    good = [review(url=f"https://brook-desk.example/{n}") for n in range(3)]
    broken = [
        7, None, [], {"@type": "WebPage"}, review(claimReviewed=""), review(url="ftp://x.example/"), review(reviewRating={}),
    ]  # fmt: skip
    rows: list[Any] = [good[0], *broken[:4], good[1], *broken[4:], good[2]]
    rows[rows.index([])] = {}  # an empty list is no row
    job = bring_in(rosa, *rows)
    assert (job.state, counts(job), job.total) == ("done", (3, 0, 0, 7), 10)
    assert [problem.place for problem in job.problems.all()] == [2, 3, 4, 5, 7, 8, 9]
    assert PriorCheck.objects.count() == 3


def test_the_same_check_is_kept_once_and_what_it_said_before_stays(rosa: User, rhea: User) -> None:
    claim = make_story_claim()
    bring_in(rosa, review())
    suggest_matches()
    decide_match(by=rhea, match_id=PriorMatch.objects.get().pk, state="confirmed")
    again = bring_in(rosa, review(), review(url="https://BROOK-desk.example/checks/dam?utm_source=x"))
    assert counts(again) == (0, 1, 1, 0), "its address is spelt otherwise now, and it is the same"
    later = bring_in(rosa, review(reviewRating={"alternateName": "Right after all"}))
    assert counts(later) == (0, 1, 0, 0)
    now = PriorCheck.objects.get(replaced_at=None)
    assert (now.rating, now.score, now.supersedes.supersedes.rating) == (
        "Right after all",
        None,
        "Mostly wrong",
    )
    match = PriorMatch.objects.get()
    assert (match.prior_check, match.state, match.claim_id) == (now, "confirmed", claim.pk)
    # Done again, whatever its worker had done before: the same counts.
    retry_prior_import(by=rosa, import_id=later.pk)
    run_prior_import(import_id=later.pk)
    later.refresh_from_db()
    assert counts(later) == (0, 1, 0, 0)
    assert run_prior_import(import_id=later.pk) is None


def test_who_claimed_it_is_whom_the_desk_knows_by_that_name(rosa: User) -> None:
    editor = make_user("edith", "editor")
    board = make_speaker("Lakeside Water Board", "organization")
    tolland = make_speaker("Mira Tolland")
    add_alias(by=editor, speaker_id=tolland.pk, name="Mayor Tolland")
    said_by = [{"name": "lakeside water board"}, {"name": "Mayor Tolland"}, {"name": "Nobody Known"}]
    bring_in(
        rosa,
        *(
            review(url=f"https://b.example/{n}", itemReviewed={"author": one})
            for n, one in enumerate(said_by)
        ),
    )
    found = [check.speaker for check in PriorCheck.objects.order_by("url")]
    assert found == [board, tolland, Speaker.objects.get(name="Nobody Known")]


def test_no_verdict_of_ours_is_made_from_it(rosa: User, rhea: User) -> None:
    claim = make_story_claim()
    bring_in(rosa, review())
    suggest_matches()
    decide_match(by=rhea, match_id=PriorMatch.objects.get().pk, state="confirmed")
    claim.case.refresh_from_db()
    assert (claim.case.veracity, claim.case.state, claim.reviews.count()) == ("", "queued", 0)


def test_claims_and_checks_find_each_other_whichever_came_first(rosa: User) -> None:
    early = make_story_claim()
    make_claim(text="The old dam holds no water at all, says the engineer.")
    make_claim(text="The lake is deep and cold.")
    bring_in(rosa, review())
    assert is_undone()
    suggest_matches()
    late = make_claim(text="An old dam that holds twice the water it was built for")
    assert PriorLookup.objects.count() == 1
    suggest_matches()
    assert not is_undone()
    near = {match.claim_id: match.nearness for match in PriorMatch.objects.all()}
    assert set(near) == {early.pk, late.pk}
    Claim.objects.filter(pk=late.pk).update(text="The census begins in May.")
    suggest_matches()
    assert [match.claim_id for match in PriorMatch.objects.all()] == [early.pk], "it says something else now"


def test_a_reviewer_decides_on_the_workbench_and_can_open_it_again(rosa: User, rhea: User) -> None:
    claim = make_story_claim()
    bring_in(rosa, review())
    suggest_matches()
    match = PriorMatch.objects.get()
    client = Client()
    client.force_login(rhea)
    page = client.get(f"/review/{claim.pk}/").content.decode()
    assert "Checked elsewhere" in page
    assert "“Mostly wrong”" in page
    for state in ("rejected", "suggested", "confirmed"):
        answer = client.post(
            f"/review/{claim.pk}/elsewhere/{match.pk}/", {"state": state, "version": claim.case.version}
        )
        assert answer.status_code == 302
        match.refresh_from_db()
        assert match.state == state
    events = AuditEvent.objects.filter(claim=claim, verb="match_check").order_by("pk")
    assert [event.after["match"] for event in events] == ["rejected", "suggested", "confirmed"]
    with pytest.raises(DomainError) as caught:
        decide_match(by=rosa, match_id=match.pk, state="rejected")
    assert caught.value.code == "role_required"


def test_what_a_person_matched_or_rejected_stays(rosa: User, rhea: User) -> None:
    claim, other = make_story_claim(), make_claim(text="The census begins in May.")
    bring_in(rosa, review())
    check = PriorCheck.objects.get()
    suggest_matches()
    decide_match(by=rhea, match_id=PriorMatch.objects.get().pk, state="rejected")
    match_by_hand(by=rhea, check_id=check.pk, claim_id=other.pk)
    PriorLookup.objects.bulk_create([PriorLookup(claim=claim), PriorLookup(claim=other)])
    suggest_matches()
    assert dict(PriorMatch.objects.values_list("claim", "state")) == {
        claim.pk: "rejected",
        other.pk: "confirmed",
    }
    for given, code in (((0, claim.pk), "prior_check_not_found"), ((check.pk, 0), "claim_not_found")):
        with pytest.raises(DomainError) as caught:
            match_by_hand(by=rhea, check_id=given[0], claim_id=given[1])
        assert caught.value.code == code


def test_too_much_and_what_is_none_is_refused(rosa: User, settings: Any) -> None:
    settings.PRIOR_MAX_BYTES = 1000
    with pytest.raises(DomainError) as caught:
        request_prior_import(by=rosa, file=io.BytesIO(b" " * 1001), name="a.json")
    assert caught.value.code == "too_large"
    for given, code in (({}, "nothing_given"), ({"url": "file:///etc/passwd"}, "invalid_url")):
        with pytest.raises(DomainError) as caught:
            request_prior_import(by=rosa, **given)
        assert caught.value.code == code
    job = bring_in(rosa)
    assert (job.state, job.error_code) == ("failed", "no_claim_reviews")
    with pytest.raises(DomainError):
        request_prior_import(by=make_user("vera", "viewer"), url="https://brook-desk.example/feed")


def test_a_feed_is_fetched_safely_and_what_it_answered_is_kept(rosa: User, settings: Any) -> None:
    with TestServer() as server:
        server.page("/feed", json.dumps({"dataFeedElement": [review()]}), content_type="application/json")
        settings.PRIOR_MAX_BYTES = 5_000
        server.page("/large", b"x" * 6_000, content_type="application/json")
        job = request_prior_import(by=rosa, url=server.url("/feed"))
        assert run_prior_import(import_id=job.pk).error_code in ("forbidden_address", "forbidden_port")
        settings.FETCH_ALLOW_ADDRESSES, settings.FETCH_ALLOW_PORTS = ["127.0.0.1"], [server.port]
        retry_prior_import(by=rosa, import_id=job.pk)
        done = run_prior_import(import_id=job.pk)
        assert (done.state, counts(done)) == ("done", (1, 0, 0, 0))
        assert done.snapshot.media_type == "application/json"
        large = request_prior_import(by=rosa, url=server.url("/large"))
        assert run_prior_import(import_id=large.pk).error_code == "too_large"


def test_the_list_is_searched_and_narrowed_and_the_pages_tell_it_all(rosa: User, rhea: User) -> None:
    make_story_claim()
    other = review(
        "The lake is deep.", url="https://hill.example/lake", author={"name": "Hill Desk"}, inLanguage="de"
    )
    bring_in(rosa, review(), other, {"@type": "WebPage"})
    suggest_matches()
    client = Client()
    client.force_login(rhea)

    def listed(query: str) -> list[str]:
        html = client.get(f"/elsewhere/?{query}").content.decode()
        return [name for name in ("Brook Desk", "Hill Desk") if f">{name}<" in html]

    assert listed("") == ["Brook Desk", "Hill Desk"]
    assert listed("q=deep+lake") == ["Hill Desk"]
    assert listed("site=www.hill.example") == ["Hill Desk"]
    assert listed("language=de") == ["Hill Desk"]
    assert listed("match=suggested") == ["Brook Desk"]
    assert listed("match=none") == ["Hill Desk"]
    assert listed("match=nonsense&before=x") == ["Brook Desk", "Hill Desk"]
    check = PriorCheck.objects.get(site="brook-desk.example")
    page = client.get(f"/elsewhere/{check.pk}/").content.decode()
    assert "on its scale from 1 (worst) to 7 (best)" in page
    assert "Mira Tolland" in page
    job = PriorImport.objects.get()
    told = client.get(f"/elsewhere/imports/{job.pk}/").content.decode()
    assert "2 new, 0 updated, 0 known already, 1 refused" in told
    assert "not_a_claim_review" in told
    refused = client.post("/elsewhere/imports/", {"url": "gopher://x.example"})
    assert (refused.status_code, "gopher://x.example" in refused.content.decode()) == (422, True)
    by_hand = client.post(f"/elsewhere/{check.pk}/", {"claim": "#99999999"})
    assert (by_hand.status_code, "There is no claim #99999999" in by_hand.content.decode()) == (422, True)


def test_the_list_costs_the_same_however_many(rosa: User, django_assert_num_queries: Any) -> None:
    bring_in(rosa, *(review(url=f"https://b.example/{n}") for n in range(30)))
    client = Client()
    client.force_login(rosa)
    client.get("/elsewhere/")
    with django_assert_num_queries(6):  # session, user, groups; the checks, their matches; the inbox
        client.get("/elsewhere/")


def test_the_command_does_it_here_and_now(rosa: User, tmp_path: Any, capsys: Any) -> None:
    make_story_claim()
    path = tmp_path / "checks.jsonl"
    path.write_text("\n".join(json.dumps(one) for one in (review(), review(url="https://b.example/2"))))
    call_command("import_claimreviews", str(path), by="rosa")
    assert "2 new, 0 updated, 0 known already, 0 refused." in capsys.readouterr().out
    assert PriorMatch.objects.count() == 2
    path.write_text("{}\n[")
    with pytest.raises(CommandError):
        call_command("import_claimreviews", str(path), by="rosa")


def test_a_check_stays_as_it_came(rosa: User) -> None:
    from django.db import DatabaseError, transaction

    bring_in(rosa, review())
    for harm in (lambda: PriorCheck.objects.update(rating="True"), lambda: PriorCheck.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            harm()
