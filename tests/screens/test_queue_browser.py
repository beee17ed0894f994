"""Queue, views, tags and many claims at once in a real browser: by keyboard alone, and without scripts."""

import pytest
from playwright.sync_api import expect

from claims.choices import State
from claims.models import ClaimState, ClaimTag, SavedView
from claims.services import tagging
from factcheck.models import User
from tests.factories import make_article_version, make_claim, make_user

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def eve(live_server) -> User:
    return make_user("eve", "editor")


def test_claims_are_selected_and_tagged_by_keyboard_alone(open_browser, eve: User) -> None:
    tagging.add_tag(by=eve, name="Dams")
    version = make_article_version()
    low, high, _ = (make_claim(version, priority=n) for n in (50, 80, 10))
    page = open_browser(eve)
    page.goto("/queue/")
    page.keyboard.press("x")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.locator("[data-selected-count]")).to_have_text("2")
    page.keyboard.press("b")
    page.keyboard.type("Add")
    page.keyboard.press("Tab")
    expect(page.locator("#bulk [name=tags]")).to_be_focused()
    page.keyboard.type("dams")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").filter(has_text="2 done")).to_be_visible()
    assert set(ClaimTag.objects.values_list("claim_id", flat=True)) == {low.pk, high.pk}
    page.keyboard.press("Escape")
    page.keyboard.press("o")
    page.wait_for_url("**/queue/")
    page.keyboard.press("a")
    expect(page.locator("[data-selected-count]")).to_have_text("3")


def test_a_view_is_saved_and_a_claim_tagged_by_keyboard(open_browser, eve: User) -> None:
    tagging.add_tag(by=eve, name="Dams")
    claim = make_claim()
    page = open_browser(eve)
    page.goto("/queue/?q=mayor&state=queued")
    page.keyboard.press("v")
    page.keyboard.type("The mayor")
    page.keyboard.press("Enter")
    page.wait_for_url("**/queue/?view=*")
    assert SavedView.objects.get().filters == {"q": "mayor", "state": "queued"}
    page.keyboard.press("g")
    page.wait_for_url(f"**/review/{claim.pk}/")
    page.keyboard.press("#")
    page.keyboard.type("Dams")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Take off the tag Dams")).to_be_visible()
    assert ClaimTag.objects.get().claim == claim


def test_without_scripts_claims_are_dismissed_together(open_browser, eve: User) -> None:
    claims = [make_claim() for _ in range(2)]
    page = open_browser(eve, java_script_enabled=False)
    page.goto("/queue/")
    for claim in claims:
        page.get_by_label(f"Select claim {claim.pk}").check()
    page.locator(".bulk__opener > summary").click()
    page.locator("#bulk [name=act]").select_option("dismiss")
    page.locator("#bulk [name=reason]").select_option("not_relevant")
    page.get_by_role("button", name="Do it").click()
    expect(page.get_by_text("2 done, 0 refused.")).to_be_visible()
    assert set(ClaimState.objects.values_list("state", flat=True)) == {State.DISMISSED}
