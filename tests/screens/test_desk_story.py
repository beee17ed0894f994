"""One claim's whole way in a real browser, by keyboard alone: review, blind cross-check, a difference, agreement, approval."""

import pytest
from playwright.sync_api import Page, expect

from claims.choices import State
from claims.models import AuditEvent, Claim, ClaimState, CrossCheck
from factcheck.models import User
from tests.factories import make_story_claim, make_user, set_desk

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

NO_MOUSE = """for (const kind of ["mousedown", "pointerdown", "touchstart"])
  addEventListener(kind, () => { document.title = "a mouse was used"; }, true);"""


def state_of(claim: Claim) -> str:
    return ClaimState.objects.get(pk=claim.pk).state


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def write(page: Page, key: str, words: str) -> None:
    """Opens or goes to what `key` stands for, types there and leaves the field again."""
    page.keyboard.press(key)
    expect(page.locator(":is(textarea, input:not([type=radio])):focus")).to_be_visible()
    page.keyboard.type(words)


@pytest.fixture
def ann() -> User:
    return make_user("ann", "reviewer")


@pytest.fixture
def ben() -> User:
    return make_user("ben", "reviewer")


@pytest.fixture
def eve() -> User:
    return make_user("eve", "editor")


def test_a_claim_goes_from_the_queue_to_publication_by_keyboard(open_browser, ann, ben, eve) -> None:
    set_desk(min_evidence=1)
    claim = make_story_claim(priority=90)

    def desk(user: User) -> Page:
        page = open_browser(user)
        page.add_init_script(NO_MOUSE)
        page.goto("/queue/")
        page.keyboard.press("g")
        page.wait_for_url(f"**/review/{claim.pk}/")
        return page

    def judge(page: Page, veracity: str, why: str) -> None:
        press(page, "a", "1", "v", veracity)
        write(page, "n", why)

    # Ann takes it, links evidence, drafts, reloads, submits.
    hers = desk(ann)
    write(hers, "e", "https://archive.example/plan")
    press(hers, "Tab", "Space", "Tab")
    hers.keyboard.type("one and a half times")
    press(hers, "Control+Enter")
    expect(hers.locator(".evidence__item")).to_contain_text("one and a half times")
    judge(hers, "5", "The plans say so.")
    hers.reload()
    expect(hers.get_by_role("group", name="Is it so?").get_by_label("Why")).to_have_value("The plans say so.")
    press(hers, "Control+Enter")
    expect(hers.locator("#messages")).to_contain_text("Submitted.")
    assert state_of(claim) == State.IN_CROSS_CHECK

    # Ben is handed it, sees no verdict, and comes to another one.
    his = desk(ben)
    expect(his.locator("#decision")).to_contain_text("Cross-check: judge it yourself")
    expect(his.locator("body")).not_to_contain_text("The plans say so.")
    judge(his, "2", "The survey of 2019 says otherwise.")
    press(his, "Control+Enter")
    expect(his.locator("#messages")).to_contain_text("You differ")
    expect(his.locator("#decision")).to_contain_text("The plans say so.")
    assert state_of(claim) == State.IN_REVIEW

    # It is back with Ann, with both rationales; she comes round.
    hers.goto(f"/review/{claim.pk}/")
    expect(hers.locator("#decision")).to_contain_text("The survey of 2019 says otherwise.")
    judge(hers, "2", "The survey is newer.")
    press(hers, "Control+Enter")
    expect(hers.locator("#messages")).to_contain_text("Submitted.")
    # She undoes it, thinks again, and submits as it was.
    hers.goto(f"/review/{claim.pk}/")
    press(hers, "u")
    expect(hers.locator("#messages")).to_contain_text("Undone.")
    assert state_of(claim) == State.IN_REVIEW
    press(hers, "Control+Enter")
    expect(hers.locator("#messages")).to_contain_text("Submitted.")

    his = desk(ben)
    judge(his, "2", "As before.")
    press(his, "Control+Enter")
    expect(his.locator("#messages")).to_contain_text("You agree")
    assert state_of(claim) == State.IN_VOTE

    # An editor sees both, approves and publishes.
    editor = open_browser(eve)
    editor.add_init_script(NO_MOUSE)
    editor.goto(f"/review/{claim.pk}/")
    expect(editor.locator("#decision")).to_contain_text("The survey is newer.")
    press(editor, "y")
    editor.keyboard.type("Well sourced.")
    press(editor, "Control+Enter")
    expect(editor.locator("#messages")).to_contain_text("Approved.")
    press(editor, "p")
    expect(editor.locator("h1")).to_contain_text("New fact-check")
    editor.locator("#id_title").press("Control+Enter")
    editor.get_by_role("button", name="Publish").press("Enter")
    expect(editor.locator("#messages")).to_contain_text("Published.")
    case = ClaimState.objects.get(pk=claim.pk)
    assert (case.state, case.veracity) == (State.PUBLISHED, "misleading")
    assert list(CrossCheck.objects.order_by("pk").values_list("agreed", flat=True)) == [False, True]
    assert AuditEvent.objects.filter(claim=claim, verb="undo").count() == 1
    for page in (hers, his, editor):
        assert page.title() != "a mouse was used"


def test_a_move_that_lacks_its_reason_keeps_its_form_open_and_says_so(open_browser, ann) -> None:
    claim = make_story_claim()
    page = open_browser(ann)
    page.goto(f"/review/{claim.pk}/")
    press(page, "h")
    form = page.get_by_role("form", name="Put on hold")
    expect(form).to_be_visible()
    press(page, "Control+Enter")
    expect(form).to_contain_text("Say why")
    form.get_by_label("Why").fill("The ministry answers on Monday.")
    form.get_by_role("button", name="Put on hold").click()
    expect(page.locator("#decision")).to_contain_text("On hold: The ministry answers on Monday.")
    press(page, "h")
    expect(page.locator("#messages")).to_contain_text("Off hold.")
    assert state_of(claim) == State.QUEUED
