"""Proposals decided by key, in a real browser and with scripts switched off."""

import pytest
from playwright.sync_api import expect

from claims.models import Appearance, ExtractionProposal
from tests.factories import make_proposal, make_story_claim, make_user

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def proposals():
    first = make_proposal(make_story_claim(), form="mixed")
    second = make_proposal(make_story_claim(text="The dam leaks."), run=first.run, checkable=False)
    return [first, second]


def state_of(proposal):
    return ExtractionProposal.objects.get(pk=proposal.pk).state


def test_from_the_article_by_keys_to_the_last_decision(open_browser, proposals):
    page = open_browser(make_user("rosa", "researcher"))
    page.goto(f"/articles/{proposals[0].run.version.article_id}/")
    page.keyboard.press("p")
    expect(page.get_by_role("heading", name="2 to decide on")).to_be_visible()
    page.get_by_role("button", name="Accept").nth(1).focus()
    page.keyboard.press("r")  # the one in focus, not the first
    expect(page.get_by_role("heading", name="1 to decide on")).to_be_visible()
    expect(page.locator("#messages")).to_contain_text("Rejected")
    assert [state_of(one) for one in proposals] == ["open", "rejected"]
    page.keyboard.press("u")
    expect(page.get_by_role("heading", name="2 to decide on")).to_be_visible()
    page.get_by_role("button", name="Reject").nth(1).click()
    expect(page.get_by_role("heading", name="1 to decide on")).to_be_visible()
    page.keyboard.press("a")
    expect(page.locator("#proposals")).to_contain_text("All decided")
    assert state_of(proposals[0]) == "accepted"
    assert Appearance.objects.get(pk=proposals[0].appearance_id).form == "mixed"


def test_a_refusal_takes_the_focus_and_the_rest_goes_on(open_browser, proposals):
    page = open_browser(make_user("rosa", "researcher"))
    page.goto(f"/proposals/{proposals[0].run_id}/")
    Appearance.objects.filter(pk=proposals[0].appearance_id).update(form="indirect")
    page.keyboard.press("a")
    refusal = page.get_by_role("alert")
    expect(refusal).to_contain_text("Somebody changed this claim's form since this was proposed")
    expect(refusal).to_be_focused()
    assert state_of(proposals[0]) == "open"
    page.get_by_text("All at once …").click()
    page.get_by_role("button", name="Reject all 2").click()
    expect(page.locator("#proposals")).to_contain_text("All decided")


def test_it_works_without_scripts(open_browser, proposals):
    page = open_browser(make_user("rosa", "researcher"), java_script_enabled=False)
    page.goto(f"/proposals/{proposals[0].run_id}/")
    page.get_by_role("button", name="Accept").first.click()
    expect(page.locator("#messages")).to_contain_text("Accepted.")
    page.get_by_role("button", name="Reject").first.click()
    expect(page.locator("#proposals")).to_contain_text("All decided")


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_is_wider_than_the_screen(open_browser, proposals, width):
    page = open_browser(make_user("rosa", "researcher"), viewport={"width": width, "height": 900})
    for address in (f"/proposals/{proposals[0].run_id}/", "/proposals/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
