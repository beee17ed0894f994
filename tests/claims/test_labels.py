"""What the desk calls its verdicts: one name, wherever a verdict is shown to people."""

from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.choices import VERDICTS, AttributionVerdict, State, Veracity
from claims.models import AuditEvent, Claim, Contradiction, DeskSettings, Review, verdict_label
from claims.services.desk import name_verdicts
from claims.services.reviewing import Judgement, record_review
from claims.services.seconding import cross_check
from factcheck.lib.errors import DomainError, Refused
from factcheck.models import User
from tests.factories import make_claim, make_story_claim, make_user, set_desk

pytestmark = pytest.mark.django_db

FALSE, CONFIRMED = "Plainly untrue", "Heard at the source"


@pytest.fixture
def editor(client: Client) -> User:
    user = make_user("eve", "editor", is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


@pytest.fixture
def judged(editor: User) -> Claim:
    """A claim that two people found false, and one that contradicts it, at a desk with names of its own."""
    set_desk(min_evidence=0)
    claim = make_story_claim()
    both = [Judgement("false", "no"), Judgement("confirmed", "", claim.appearances.get().pk)]
    record_review(
        by=make_user("ann", "reviewer"), claim_id=claim.pk, expected_version=1, judgements=both, submit=True
    )
    version = Claim.objects.get(pk=claim.pk).case.version
    cross_check(by=make_user("ben", "reviewer"), claim_id=claim.pk, expected_version=version, judgements=both)
    other = make_claim(speaker=claim.speaker, text="The dam holds nothing.", veracity="false")
    Contradiction.objects.create(first=claim, second=other, note="both cannot be", by=editor)
    names = {"false": FALSE, "confirmed": CONFIRMED}
    name_verdicts(by=editor, language="en", names=names)
    return claim


def test_a_renamed_verdict_has_its_name_on_every_screen_that_names_it(judged: Claim, client: Client) -> None:
    appearance = judged.appearances.select_related("version").get()
    review = Review.objects.filter(claim=judged, kind="veracity")[0]
    addresses = {
        reverse("review", args=[judged.pk]): (FALSE, CONFIRMED),
        reverse("claim_list"): (FALSE,),
        reverse("queue") + "?state=": (FALSE,),
        reverse("dashboard_verdicts"): (FALSE,),
        reverse("article_detail", args=[appearance.version.article_id]): (FALSE, CONFIRMED),
        reverse("speaker_detail", args=[judged.speaker_id]): (FALSE,),
        reverse("desk_settings") + "?language=en": (FALSE, CONFIRMED),
        reverse("admin:claims_claim_changelist"): (FALSE,),
        reverse("admin:claims_claim_change", args=[judged.pk]): (FALSE,),
        reverse("admin:claims_claimstate_changelist"): (FALSE,),
        reverse("admin:claims_claimstate_change", args=[judged.pk]): (FALSE,),
        reverse("admin:claims_appearance_changelist"): (CONFIRMED,),
        reverse("admin:claims_appearance_change", args=[appearance.pk]): (CONFIRMED,),
        reverse("admin:claims_review_changelist"): (FALSE, CONFIRMED),
        reverse("admin:claims_review_change", args=[review.pk]): (FALSE,),
        reverse("admin:claims_verdictpair_changelist"): (),
    }
    for address, names in addresses.items():
        page = client.get(address).content.decode()
        for name in names:
            assert name in page, (address, name)
        if "/desk/" not in address:  # where the built-in names stand beside the desk's own
            assert ">False<" not in page, address
            assert "“False”" not in page, address
            assert "Confirmed at primary" not in page, address


def test_a_renamed_verdict_has_its_name_in_every_answer_of_the_api(judged: Claim, client: Client) -> None:
    get = partial(client.get, headers={"Accept": "application/json"})
    told = get(f"/api/v1/claims/{judged.pk}/").json()
    assert (told["veracity"], told["veracity_label"]) == ("false", FALSE)
    assert told["appearances"][0]["attribution_label"] == CONFIRMED
    assert {one["verdict_label"] for one in told["reviews"]} == {FALSE, CONFIRMED}
    for address in ("/api/v1/claims/", "/api/v1/appearances/", "/api/v1/reviews/"):
        answer = get(address).content.decode()
        assert "Confirmed at primary" not in answer
        assert '"False"' not in answer
        assert FALSE in answer or CONFIRMED in answer, address
    stale = client.post(
        f"/api/v1/claims/{judged.pk}/transitions/",
        {"to": "approved", "expected_version": 1},
        content_type="application/json",
    ).json()
    assert stale["current"]["veracity_label"] == FALSE


def test_order_and_meaning_stay(judged: Claim, client: Client) -> None:
    page = client.get("/claims/?veracity=false").content.decode()
    assert (
        page.index("Mostly true")
        < page.index("Misleading")
        < page.index(f">{FALSE}<")
        < page.index("Unproven")
    )
    assert "The dam holds nothing." in page


def test_names_are_read_once_for_a_page_and_anew_for_the_next(
    judged: Claim, client: Client, editor: User, django_assert_num_queries
) -> None:
    def readings() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/claims/").status_code == 200
        return sum("claims_desksettings" in one["sql"] for one in queries)

    assert readings() == 1
    name_verdicts(by=editor, language="en", names={"false": "Not so"})
    assert readings() == 1
    assert "Not so" in client.get("/claims/").content.decode()
    assert verdict_label("false") == "Not so"  # outside of a request it is read each time
    with django_assert_num_queries(2):
        assert verdict_label("false") == verdict_label("false")


def test_each_language_has_its_own_names_and_falls_back(editor: User) -> None:
    name_verdicts(by=editor, language="de", names={"false": "Falsch", "true": " Stimmt \n so "})
    assert verdict_label("false", "de") == "Falsch"
    assert verdict_label("true", "de-at") == "Stimmt so"
    assert verdict_label("misleading", "de") == "Misleading"
    assert verdict_label("false") == "False"
    assert verdict_label("") == ""


def test_an_editor_names_them_on_the_settings_page_and_takes_it_back(editor: User, client: Client) -> None:
    address = reverse("verdict_names")
    response = client.post(address, {"language": "en", "false": FALSE, "confirmed": CONFIRMED}, follow=True)
    assert "Saved." in response.content.decode()
    assert f'value="{FALSE}"' in response.content.decode()
    event = AuditEvent.objects.get(verb="name_verdicts")
    assert event.after == {"language": "en", "names": {"false": FALSE, "confirmed": CONFIRMED}}
    assert DeskSettings.current().labels == {"en": {"false": FALSE, "confirmed": CONFIRMED}}
    client.post(address, {"language": "en"})
    assert DeskSettings.current().labels == {}
    assert verdict_label("false") == "False"


@pytest.mark.parametrize(
    ("language", "names", "code"),
    [
        ("xx", {}, "unknown_language"),
        ("en", {"so_so": "So so"}, "unknown_verdict"),
        ("en", {"false": "x" * 41}, "name_too_long"),
        ("en", {"false": "TRUE"}, "name_twice"),
        ("en", {"false": "Wrong", "misleading": "wrong"}, "name_twice"),
    ],
)
def test_names_that_confuse_are_refused(
    editor: User, language: str, names: dict[str, str], code: str
) -> None:
    with pytest.raises(DomainError) as refused:
        name_verdicts(by=editor, language=language, names=names)
    assert refused.value.code == code
    assert DeskSettings.current().labels == {}


def test_only_editors_name_verdicts_and_nobody_loses_what_they_typed(client: Client) -> None:
    reviewer = make_user("rob", "reviewer")
    with pytest.raises(Refused):
        name_verdicts(by=reviewer, language="en", names={})
    client.force_login(make_user("eva", "editor"))
    response = client.post(reverse("verdict_names"), {"language": "en", "false": "true", "unproven": "Open"})
    assert response.status_code == 400 or response.status_code == 422
    assert 'value="Open"' in response.content.decode()
    assert "twice" in response.content.decode()


def test_the_two_scales_share_no_verdict_so_that_a_name_belongs_to_one() -> None:
    veracity, attribution = (set(scale.values) for scale in VERDICTS.values())
    assert not veracity & attribution
    assert (len(Veracity), len(AttributionVerdict)) == (8, 7)
    assert State.QUEUED not in veracity
