"""The workbench as a reviewer meets it, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from claims.choices import State
from claims.models import ClaimState, Review
from claims.services import assigning, evidence, reviewing
from claims.services.reviewing import Judgement
from tests.factories import make_article_version, make_claim, make_story_claim, make_user, set_desk

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def reviewer():
    set_desk(min_evidence=0)
    return make_user("rosa", "reviewer")


@pytest.fixture
def colleague():
    return make_user("carl", "reviewer")


def case_of(claim):
    return ClaimState.objects.get(pk=claim.pk)


def verdicts_of(claim):
    return sorted(Review.objects.filter(claim=claim, superseded_by=None).values_list("verdict", "rationale"))


def scale(page, question):
    return page.get_by_role("group", name=question)


def test_two_sessions_edit_one_claim_and_nothing_typed_is_lost(open_browser, reviewer):
    claim = make_story_claim()
    here, there = open_browser(reviewer), open_browser(reviewer)
    for page in (here, there):
        page.goto(f"/review/{claim.pk}/")

    scale(there, "Is it so?").get_by_label("Half true").check()
    scale(there, "Is it so?").get_by_label("Why").fill("The builder's plans say one and a half times.")
    there.get_by_role("button", name="Save").click()
    expect(there.locator("#messages")).to_contain_text("Saved.")

    scale(here, "Is it so?").get_by_label("False").check()
    scale(here, "Is it so?").get_by_label("Why").fill("The survey of 2019\nfound the opposite.")
    scale(here, "Did they say it?").get_by_label("Confirmed at primary").check()
    with here.expect_response(re.compile(f"/review/{claim.pk}/")) as answer:
        here.get_by_role("button", name="Save").click()
    assert answer.value.status == 409

    conflict = here.locator(".conflict")
    expect(conflict).to_contain_text("rosa answered “Is it so?” with “Half true”")
    expect(conflict).to_contain_text("The builder's plans say one and a half times.")
    expect(conflict).to_contain_text("The survey of 2019")
    assert verdicts_of(claim) == [("half_true", "The builder's plans say one and a half times.")]

    # Everything is still in the form, which now stands on the new version.
    assert scale(here, "Is it so?").get_by_label("False").is_checked()
    assert scale(here, "Did they say it?").get_by_label("Confirmed at primary").is_checked()
    expect(scale(here, "Is it so?").get_by_label("Why")).to_have_value(
        "The survey of 2019\nfound the opposite."
    )
    here.get_by_role("button", name="Save on top").click()
    expect(here.locator("#messages")).to_contain_text("Saved.")
    assert verdicts_of(claim) == [("confirmed", ""), ("false", "The survey of 2019\nfound the opposite.")]


def test_a_claim_that_a_colleague_took_meanwhile_keeps_what_was_typed(open_browser, reviewer, colleague):
    claim = make_story_claim()
    page = open_browser(reviewer)
    page.goto(f"/review/{claim.pk}/")
    scale(page, "Is it so?").get_by_label("Why").fill("My long thought.")
    scale(page, "Is it so?").get_by_label("Misleading").check()
    assigning.take_claim(by=colleague, claim_id=claim.pk)
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".conflict")).to_contain_text("carl took it for review")
    page.get_by_role("button", name="Save on top").click()
    expect(page.get_by_role("alert")).to_contain_text("carl has this claim until")
    expect(scale(page, "Is it so?").get_by_label("Why")).to_have_value("My long thought.")
    assert verdicts_of(claim) == []


def test_a_claim_judged_by_keyboard_alone(open_browser, reviewer):
    claim, following = make_story_claim(priority=90), make_claim(priority=10)
    page = open_browser(reviewer)
    page.goto("/queue/")
    page.keyboard.press("g")
    page.wait_for_url(f"**/review/{claim.pk}/")
    page.keyboard.press("1")
    page.keyboard.press("v")
    page.keyboard.press("4")
    page.keyboard.press("n")
    page.keyboard.type("145 % by the plans of 1954, and j k x are only letters here")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/review/{following.pk}/")
    assert verdicts_of(claim) == [
        ("confirmed", ""),
        ("mostly_true", "145 % by the plans of 1954, and j k x are only letters here"),
    ]
    assert case_of(claim).state == State.IN_CROSS_CHECK
    expect(page.locator("#messages")).to_contain_text("Submitted.")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_judging_works_with_and_without_scripts(open_browser, reviewer, scripts):
    claim = make_story_claim()
    page = open_browser(reviewer, java_script_enabled=scripts)
    page.goto("/queue/")
    page.get_by_role("button", name="Next for me").click()
    page.get_by_role("button", name="Submit and next").click()
    expect(page.get_by_role("alert")).to_contain_text(
        "Answer “Is it so?” and “Did they say it?” before you submit."
    )
    scale(page, "Did they say it?").get_by_label("Second-hand only").check()
    scale(page, "Is it so?").get_by_label("Why").fill("A reason without its verdict")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#decision")).to_contain_text("Choose the verdict that this explains.")
    expect(scale(page, "Is it so?").get_by_label("Why")).to_have_value("A reason without its verdict")
    scale(page, "Is it so?").get_by_label("Unproven").check()
    page.get_by_role("button", name="Submit and next").click()
    expect(page.locator("#messages")).to_contain_text("the queue is empty")
    assert verdicts_of(claim) == [("second_hand", ""), ("unproven", "A reason without its verdict")]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_evidence_is_linked_and_withdrawn(open_browser, reviewer, scripts):
    claim = make_story_claim()
    page = open_browser(reviewer, java_script_enabled=scripts)
    page.goto(f"/review/{claim.pk}/")
    page.get_by_role("link", name="Add evidence").click()
    form = page.get_by_role("form", name="Add evidence")
    form.get_by_label("Web address").fill("ftp://old.example/plan")
    form.get_by_label("refutes").check()
    form.get_by_label("The words that matter").fill("one and a half times")
    form.get_by_role("button", name="Link it").click()
    expect(form).to_contain_text("starts with https://")
    expect(form.get_by_label("The words that matter")).to_have_value("one and a half times")
    form.get_by_label("Web address").fill("https://archive.example/plan")
    form.get_by_role("button", name="Link it").click()
    item = page.locator(".evidence__item")
    expect(item).to_contain_text("Refutes")
    expect(item).to_contain_text("one and a half times")
    page.get_by_role("button", name="Withdraw this evidence").click()
    expect(item).to_contain_text("withdrawn by rosa")


def test_a_session_that_ended_gives_back_what_was_typed(open_browser, reviewer):
    claim = make_story_claim()
    for scripts in (True, False):
        page = open_browser(reviewer, java_script_enabled=scripts)
        page.goto(f"/review/{claim.pk}/")
        scale(page, "Is it so?").get_by_role("radio", name="True", exact=True).check()
        scale(page, "Is it so?").get_by_label("Why").fill("Typed before the session ended.")
        page.context.clear_cookies(name="sessionid")
        page.get_by_role("button", name="Save").click()
        page.wait_for_url(re.compile(r"/login/\?next="))
        page.get_by_label("Username").fill("rosa")
        page.get_by_label("Password").fill("a long password")
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url(f"**/review/{claim.pk}/")
        expect(page.locator("#decision")).to_contain_text("What you typed is back")
        assert scale(page, "Is it so?").get_by_role("radio", name="True", exact=True).is_checked()
        expect(scale(page, "Is it so?").get_by_label("Why")).to_have_value("Typed before the session ended.")


def test_a_reload_gives_back_a_draft_and_saving_lets_it_go(open_browser, reviewer):
    claim = make_story_claim()
    page = open_browser(reviewer)
    page.goto(f"/review/{claim.pk}/")
    scale(page, "Is it so?").get_by_label("Why").fill("Half a thought")
    scale(page, "Is it so?").get_by_label("Half true").check()
    page.reload()
    expect(scale(page, "Is it so?").get_by_label("Why")).to_have_value("Half a thought")
    assert scale(page, "Is it so?").get_by_label("Half true").is_checked()
    expect(page.get_by_text("What you typed here before is back.").first).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#messages")).to_contain_text("Saved.")
    page.reload()
    expect(scale(page, "Is it so?").get_by_label("Why")).to_have_value("")


def test_a_role_that_was_taken_away_loses_no_typing(open_browser, reviewer):
    claim = make_story_claim()
    page = open_browser(reviewer)
    page.goto(f"/review/{claim.pk}/")
    scale(page, "Is it so?").get_by_role("radio", name="True", exact=True).check()
    scale(page, "Is it so?").get_by_label("Why").fill("Kept through a refusal.")
    reviewer.groups.clear()
    with page.expect_response(re.compile(f"/review/{claim.pk}/")) as answer:
        page.get_by_role("button", name="Save").click()
    assert answer.value.status == 403
    expect(page.get_by_role("alert")).to_contain_text("Only a reviewer or above may judge claims")
    expect(scale(page, "Is it so?").get_by_label("Why")).to_have_value("Kept through a refusal.")


def test_stepping_through_claims_and_marks(open_browser, reviewer):
    first = make_story_claim()
    version = first.appearances.get().version
    second = make_claim(version, content="The dam was finished in 1954", form="own-voice", speaker=None)
    page = open_browser(reviewer)
    page.goto(f"/review/{first.pk}/")
    expect(page.get_by_role("list", name="Chain")).to_have_text(
        re.compile(
            r"Mira Tolland\s*“said”.*Radio Brook\s*said on.*Northern Wire\s*relayed by.*Lakeside Post",
            re.DOTALL,
        )
    )
    page.keyboard.press("j")
    page.wait_for_url(f"**/review/{second.pk}/")
    expect(page.locator("#decision blockquote").first).to_have_text("The dam was finished in 1954")
    expect(page.locator("mark.current-content")).to_have_text("The dam was finished in 1954")
    page.locator("mark", has_text="holds twice the water").click()
    page.wait_for_url(f"**/review/{first.pk}/")
    page.go_back()
    expect(page.locator("#decision blockquote").first).to_have_text("The dam was finished in 1954")


def test_the_switch_turns_single_keys_off_and_help_lists_them(open_browser, reviewer):
    claim = make_story_claim()
    page = open_browser(reviewer)
    page.goto(f"/review/{claim.pk}/")
    page.keyboard.press("?")
    help_dialog = page.get_by_role("dialog", name="Keys on this page")
    expect(help_dialog).to_contain_text("Confirmed at primary")
    expect(help_dialog).to_contain_text("Add evidence")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Keys on").click()
    page.keyboard.press("5")
    assert page.locator("input[type=radio]:checked").count() == 0
    page.reload()
    page.keyboard.press("5")
    assert page.locator("input[type=radio]:checked").count() == 0
    page.get_by_role("button", name="Keys off").click()
    page.keyboard.press("5")
    assert scale(page, "Did they say it?").get_by_label("Not found").is_checked()


def test_evidence_by_keyboard_alone(open_browser, reviewer):
    claim = make_story_claim()
    page = open_browser(reviewer)
    page.goto(f"/review/{claim.pk}/")
    page.keyboard.press("e")
    expect(page.get_by_label("Web address")).to_be_focused()
    page.keyboard.type("https://archive.example/plan")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator(".evidence__item")).to_contain_text("Supports")


def test_not_a_claim_and_undo_by_key(open_browser, reviewer):
    claim = make_story_claim()
    page = open_browser(reviewer)
    page.goto(f"/review/{claim.pk}/")
    page.keyboard.press("x")
    expect(page.locator("#decision .pane__head")).to_contain_text("Dismissed")
    page.keyboard.press("u")
    expect(page.locator("#decision .pane__head")).to_contain_text("Queued")
    assert case_of(claim).state == State.QUEUED


def test_words_typed_after_a_refused_link_press_no_keys(open_browser, reviewer):
    claim = make_story_claim()
    assigning.take_claim(by=reviewer, claim_id=claim.pk)
    page = open_browser(reviewer)
    page.goto(f"/review/{claim.pk}/")
    page.keyboard.press("e")
    expect(page.get_by_label("Web address")).to_be_focused()
    page.keyboard.type("ftp://old.example")
    page.keyboard.press("Enter")
    form = page.get_by_role("form", name="Add evidence")
    expect(form).to_contain_text("starts with https://")
    expect(form).to_contain_text("Say how the document bears on the claim.")
    expect(form.get_by_label("Web address")).to_be_focused()
    expect(form.get_by_label("Web address")).to_be_in_viewport()
    form.get_by_label("Supports").focus()
    page.keyboard.type("sxu5q")
    expect(page.locator("#decision .pane__head")).to_contain_text("In review")
    assert page.url.endswith(f"/review/{claim.pk}/")
    assert scale(page, "Is it so?").locator("input:checked").count() == 0
    page.keyboard.press("Escape")
    page.keyboard.press("v")
    page.keyboard.press("5")
    assert scale(page, "Is it so?").get_by_role("radio", name="True", exact=True).is_checked()
    page.keyboard.press("1")
    assert scale(page, "Is it so?").get_by_role("radio", name="False", exact=True).is_checked()


def test_not_a_claim_asks_first_when_something_is_typed_and_undo_brings_it_back(open_browser, reviewer):
    claim = make_story_claim()
    page = open_browser(reviewer)
    page.goto(f"/review/{claim.pk}/")
    scale(page, "Is it so?").get_by_label("Why").fill("Half a thought")
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    dismiss = page.get_by_role("form", name="Dismiss the claim")
    expect(dismiss.get_by_role("button", name="Dismiss")).to_be_focused()
    expect(dismiss.get_by_label("Why")).to_have_value("not_a_claim")
    expect(dismiss).to_contain_text("You have typed something that is not saved")
    assert case_of(claim).state == State.QUEUED
    page.keyboard.press("Enter")
    expect(page.locator("#decision .pane__head")).to_contain_text("Dismissed")
    page.keyboard.press("u")
    expect(scale(page, "Is it so?").get_by_label("Why")).to_have_value("Half a thought")


def test_a_denied_claim_is_judged_as_what_was_denied(open_browser, reviewer):
    claim = make_claim(
        make_article_version("The Orrin League denied having paid the referee."),
        content="having paid the referee",
        cue="denied",
        speaker="Orrin League",
    )
    claim.appearances.update(decided_by="denial")
    page = open_browser(reviewer)
    page.goto("/queue/")
    expect(page.get_by_role("link", name="denied having paid the referee")).to_be_visible()
    page.goto(f"/review/{claim.pk}/")
    expect(page.get_by_role("list", name="Chain")).to_contain_text(re.compile(r"Orrin League\s*“denied”"))
    expect(scale(page, "Is it so?")).to_contain_text("“False” means that the denial holds")
    expect(scale(page, "Did they say it?")).not_to_contain_text("the denial holds")


@pytest.mark.parametrize("width", [390, 900, 1024, 1440])
def test_no_screen_is_wider_than_its_window(open_browser, reviewer, width):
    claim = make_story_claim()
    evidence.link_evidence(
        by=reviewer, claim_id=claim.pk, url="https://archive.example/" + "long" * 60, stance="context"
    )
    reviewing.record_review(
        by=reviewer, claim_id=claim.pk, expected_version=2, judgements=[Judgement("true", "w" * 300)]
    )
    article = claim.appearances.get().version.article
    page = open_browser(reviewer, viewport={"width": width, "height": 800})
    for address in ("/queue/", "/claims/", f"/review/{claim.pk}/", "/articles/", f"/articles/{article.pk}/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address


def test_who_else_looks_is_told_while_the_page_is_in_sight(open_browser, reviewer, colleague):
    claim = make_story_claim()
    here, there = open_browser(reviewer), open_browser(colleague)
    here.goto(f"/review/{claim.pk}/")
    line = here.locator("#presence")
    expect(line).to_have_text("")
    there.goto(f"/review/{claim.pk}/")
    expect(there.locator("#presence")).to_have_text("Also here: rosa")
    here.evaluate("document.getElementById('presence').dispatchEvent(new CustomEvent('in-sight'))")
    expect(line).to_have_text("Also here: carl")
    # Out of sight, a page asks nothing.
    asked = []
    here.on("request", lambda request: asked.append(request.url))
    here.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    here.evaluate("document.getElementById('presence').dispatchEvent(new CustomEvent('in-sight'))")
    here.wait_for_timeout(300)
    assert not asked
