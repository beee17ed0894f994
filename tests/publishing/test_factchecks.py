"""Writing a fact-check, publishing it, correcting it in the open, taking it back: what an editor and a reader get."""

import re
from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from claims.choices import State
from claims.models import AuditEvent, Claim, ClaimState, Edition, FactCheck
from claims.services import factchecks, publishing, transitions, undoing
from factcheck.lib.errors import Conflict, DomainError, Refused
from factcheck.models import User
from tests.factories import make_story_claim, make_user
from tests.publishing.conftest import WORDS, published, written

pytestmark = pytest.mark.django_db

Approved = Callable[..., Claim]


def page_at(slug: str, status: int = 200) -> str:
    answer = Client().get(reverse("public_fact_check", args=[slug]))
    assert answer.status_code == status
    return answer.content.decode()


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as refused:
        call()
    assert refused.value.message.endswith((".", "?"))
    return refused.value.code


# ---- Writing ---------------------------------------------------------------------------------------


def test_an_editor_begins_with_words_from_the_case(client: Client, approved: Approved, eve: User) -> None:
    claim = approved()
    client.force_login(eve)
    assert (
        reverse("fact_check_write", args=[claim.pk])
        in client.get(reverse("review", args=[claim.pk])).content.decode()
    )
    html = client.get(reverse("fact_check_write", args=[claim.pk])).content.decode()
    for words in (
        "Mira Tolland said: “The old dam holds twice the water it was built for”",
        'value="the-old-dam-holds-twice-the-water-it-was-built-for"',
        "By the *survey*.",
        "By the survey.",
    ):
        assert words in html
    assert not FactCheck.objects.exists(), "nothing is kept until it is saved"


def test_saved_looked_at_and_published_without_any_script(
    client: Client, approved: Approved, eve: User
) -> None:
    claim = approved()
    client.force_login(eve)
    address = reverse("fact_check_write", args=[claim.pk])
    sent = client.post(address, {**WORDS, "version": 0, "language": "en", "action": "preview"})
    preview = reverse("fact_check_preview", args=[claim.pk, "en"])
    assert sent["Location"] == preview
    answer = client.get(preview)
    html = answer.content.decode()
    assert "Preview." in html
    assert "noindex" in html
    assert "no-store" in answer["Cache-Control"]
    assert WORDS["title"] in html
    page_at(WORDS["slug"], 404)
    fields = dict(re.findall(r'name="(version|claim_version)" value="(\d+)"', html))
    assert client.post(preview, fields)["Location"] == reverse("review", args=[claim.pk])
    assert ClaimState.objects.get(pk=claim.pk).state == State.PUBLISHED
    assert WORDS["title"] in page_at(WORDS["slug"])
    bench = client.get(reverse("review", args=[claim.pk])).content.decode()
    assert reverse("public_fact_check", args=[WORDS["slug"]]) in bench
    assert AuditEvent.objects.filter(claim=claim, verb="write_fact_check", actor=eve).exists()


def test_two_editors_lose_nothing(client: Client, approved: Approved, eve: User) -> None:
    claim = approved()
    written(claim, make_user("eli", "editor"))
    client.force_login(eve)
    mine = {**WORDS, "title": "My own headline", "version": 0, "language": "en", "action": "save"}
    answer = client.post(reverse("fact_check_write", args=[claim.pk]), mine)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "My own headline" in html
    assert WORDS["title"] in html
    assert 'name="version" value="1"' in html
    mine["version"] = 1
    assert client.post(reverse("fact_check_write", args=[claim.pk]), mine).status_code == 302
    assert FactCheck.objects.get().title == "My own headline"


def test_what_is_typed_survives_a_session_that_ended(client: Client, approved: Approved, eve: User) -> None:
    claim = approved()
    address = reverse("fact_check_write", args=[claim.pk])
    sent = client.post(address, {**WORDS, "version": 0, "language": "de", "action": "save"})
    assert sent.status_code == 302
    back = client.post(sent["Location"], {"username": "eve", "password": "a long password"})
    html = client.get(back["Location"]).content.decode()
    assert WORDS["title"] in html
    assert 'name="language" value="de"' in html


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"title": ""}, "title_missing"),
        ({"summary": " "}, "summary_missing"),
        ({"claim_reviewed": ""}, "claim_reviewed_missing"),
        ({"claim_reviewed": "False: the dam holds twice the water"}, "rating_in_claim"),
        ({"claim_reviewed": "The dam holds twice the water (mostly true)"}, "rating_in_claim"),
    ],
)
def test_an_incomplete_draft_is_kept_and_not_published(
    approved: Approved, eve: User, words: dict[str, str], code: str
) -> None:
    assert refusal(lambda: published(approved(), eve, **words)) == code
    assert FactCheck.objects.get().current is None
    assert ClaimState.objects.get().state == State.APPROVED


def test_a_claim_may_speak_of_truth() -> None:
    from claims.drafting import troubles

    words = WORDS | {"claim_reviewed": "It is true that false teeth were sold: 400 of them", "title": "x"}
    assert [one.code for one in troubles(words, ["True", "False"])] == []
    long = WORDS | {"claim_reviewed": "x" * 76}
    assert [(one.code, one.stops) for one in troubles(long, ["True"])] == [("claim_long", False)]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"slug": "Not a slug"}, "slug_invalid"),
        ({"slug": "corrections"}, "slug_invalid"),
        ({"slug": ""}, "slug_invalid"),
        ({"title": "x" * 201}, "too_long"),
        ({"body": "x\x00y"}, "invalid_characters"),
    ],
)
def test_what_no_draft_may_be(approved: Approved, eve: User, words: dict[str, str], code: str) -> None:
    assert refusal(lambda: written(approved(), eve, **words)) == code
    assert not FactCheck.objects.exists()


def test_who_may_and_when(approved: Approved, eve: User, ann: User) -> None:
    claim = approved()
    with pytest.raises(Refused):
        written(claim, ann)
    assert refusal(lambda: written(make_story_claim(), eve)) == "not_approved"
    assert refusal(lambda: written(claim, eve, "no language")) == "unknown_language"
    draft = written(claim, eve)
    with pytest.raises(Refused):
        factchecks.publish_fact_check(by=ann, fact_check_id=draft.pk, expected_version=1)
    with pytest.raises(Conflict):
        factchecks.publish_fact_check(by=eve, fact_check_id=draft.pk, expected_version=2)
    with pytest.raises(Conflict):
        factchecks.publish_fact_check(
            by=eve, fact_check_id=draft.pk, expected_version=1, expected_claim_version=99
        )
    assert refusal(lambda: publishing.publish_claim(by=eve, claim_id=claim.pk)) == "fact_check_waiting"
    factchecks.discard_fact_check(by=eve, fact_check_id=draft.pk, expected_version=1)
    publishing.publish_claim(by=eve, claim_id=claim.pk)
    assert AuditEvent.objects.get(verb="discard_fact_check").before["title"] == WORDS["title"]


# ---- What readers see of it ------------------------------------------------------------------------


def test_a_correction_keeps_the_old_text_and_is_told(client: Client, approved: Approved, eve: User) -> None:
    claim = approved()
    fact_check = published(claim, eve)
    late = WORDS | {"title": "The dam holds a third more", "slug": "the-dam-holds-more"}

    def write(version: int) -> FactCheck:
        return factchecks.write_fact_check(
            by=eve, claim_id=claim.pk, language="en", words=late, expected_version=version
        )

    assert refusal(lambda: write(1)) == "published"
    publishing.open_correction(by=eve, claim_id=claim.pk, reason="A table was misread.")
    write(1)
    assert WORDS["title"] in page_at(WORDS["slug"]), "until it is published, readers have the old words"
    assert (
        refusal(
            lambda: factchecks.publish_fact_check(by=eve, fact_check_id=fact_check.pk, expected_version=2)
        )
        == "correction_open"
    )
    publishing.publish_correction(by=eve, claim_id=claim.pk, note="Table 3 was misread: it is a third.")
    html = page_at("the-dam-holds-more")
    for words in ("The dam holds a third more", "Table 3 was misread", "What it said before", WORDS["title"]):
        assert words in html
    old = Client().get(reverse("public_fact_check", args=[WORDS["slug"]]))
    assert (old.status_code, old["Location"]) == (
        301,
        reverse("public_fact_check", args=["the-dam-holds-more"]),
    )
    assert "Table 3 was misread" in Client().get(reverse("public_corrections")).content.decode()
    assert refusal(lambda: written(approved(), eve)) == "slug_taken", "an address that readers had leads on"


def test_a_retracted_one_says_so_and_is_corrected_no_more(
    client: Client, approved: Approved, eve: User
) -> None:
    claim = approved()
    fact_check = published(claim, eve)
    publishing.retract_claim(by=eve, claim_id=claim.pk, reason="The survey was of another dam.")
    html = page_at(WORDS["slug"])
    assert "This fact-check was retracted" in html
    assert "The survey was of another dam." in html
    assert "ld+json" not in html, "nobody is to pick it up"
    assert "another dam" in Client().get(reverse("public_corrections")).content.decode()
    assert WORDS["title"] not in Client().get(reverse("public_list")).content.decode()
    assert (
        refusal(lambda: publishing.open_correction(by=eve, claim_id=claim.pk, reason="Late."))
        == "illegal_move"
    )
    assert (
        refusal(
            lambda: factchecks.write_fact_check(
                by=eve, claim_id=claim.pk, language="en", words={"title": "Late"}, expected_version=1
            )
        )
        == "retracted"
    )
    assert refusal(lambda: written(claim, eve, "de", slug="der-damm")) == "retracted"
    with pytest.raises(DomainError):
        transitions.transition(
            by=eve, claim_id=claim.pk, to="correcting", expected_version=ClaimState.objects.get().version
        )
    assert FactCheck.objects.get(pk=fact_check.pk).retraction == "The survey was of another dam."


def test_moves_that_are_undone_are_undone_for_readers(approved: Approved, eve: User) -> None:
    claim = approved()
    published(claim, eve)
    undoing.undo_move(by=eve, claim_id=claim.pk)
    page_at(WORDS["slug"], 404)
    assert not Edition.objects.filter(listed=True).exists()
    fact_check = FactCheck.objects.get()
    factchecks.publish_fact_check(by=eve, fact_check_id=fact_check.pk, expected_version=1)
    publishing.open_correction(by=eve, claim_id=claim.pk, reason="A slip.")
    factchecks.write_fact_check(
        by=eve, claim_id=claim.pk, language="en", words={"title": "Another one"}, expected_version=1
    )
    publishing.publish_correction(by=eve, claim_id=claim.pk, note="A slip of the pen.")
    assert "Another one" in page_at(WORDS["slug"])
    undoing.undo_move(by=eve, claim_id=claim.pk)
    html = page_at(WORDS["slug"])
    assert "Another one" not in html
    assert "slip of the pen" not in html
    publishing.retract_claim(by=eve, claim_id=claim.pk, reason="Of another dam.")
    undoing.undo_move(by=eve, claim_id=claim.pk)
    assert "retracted" not in page_at(WORDS["slug"])
    assert Edition.objects.get(listed=True).title == WORDS["title"]


def test_pages_of_one_claim_in_two_languages_know_each_other(approved: Approved, eve: User) -> None:
    claim = approved()
    published(claim, eve)
    published(claim, eve, "de", slug="der-alte-damm", title="Der alte Damm")
    for slug in (WORDS["slug"], "der-alte-damm"):
        html = page_at(slug)
        assert 'hreflang="en" href="https://desk.example/fact-checks/the-old-dam/"' in html
        assert 'hreflang="de" href="https://desk.example/fact-checks/der-alte-damm/"' in html
    assert ClaimState.objects.get(pk=claim.pk).state == State.PUBLISHED
    leads_to = Client().get(reverse("public_claim", args=[claim.pk]))
    assert leads_to["Location"] == "https://desk.example/fact-checks/the-old-dam/"


def test_what_was_published_cannot_be_changed(approved: Approved, eve: User) -> None:
    edition = published(approved(), eve).current
    assert edition is not None
    for write in (
        lambda: Edition.objects.filter(pk=edition.pk).update(title="Otherwise"),
        lambda: Edition.objects.filter(pk=edition.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()
