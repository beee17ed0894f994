"""The inbox by keyboard, and without scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from claims.services import talking
from factcheck.models import User
from tests.factories import make_story_claim, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def rosa() -> User:
    rosa, ben = make_user("rosa", "reviewer"), make_user("ben", "reviewer")
    for text in ("@rosa, where is the plan?", "@rosa, and who drew it?"):
        talking.add_comment(by=ben, claim_id=make_story_claim().pk, text=text)
    return rosa


def test_from_any_page_to_what_was_said_and_back(open_browser: Callable[..., Page], rosa: User) -> None:
    page = open_browser(rosa)
    page.goto("/claims/")
    expect(page.locator(".nav__count")).to_contain_text("2")
    page.keyboard.press("z")
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()
    page.keyboard.press("o")
    expect(page.locator(".comment", has_text="and who drew it?")).to_be_in_viewport()
    expect(page.locator(".nav__count")).to_contain_text("1")
    page.keyboard.press("z")
    expect(page.locator(".inbox__row")).to_have_count(1)
    page.keyboard.press("a")
    expect(page.get_by_text("1 marked as read.")).to_be_visible()
    expect(page.locator(".nav__count")).to_have_count(0)


def test_without_scripts_it_is_read_and_marked(open_browser: Callable[..., Page], rosa: User) -> None:
    page = open_browser(rosa, java_script_enabled=False)
    page.goto("/inbox/")
    page.get_by_role("button", name="Mark as read").first.click()
    expect(page.locator(".inbox__row")).to_have_count(1)
    page.get_by_role("link", name="All", exact=True).click()
    expect(page.locator(".inbox__row")).to_have_count(2)
