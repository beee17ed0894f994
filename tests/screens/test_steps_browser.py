"""Stepping from claim to claim in a browser: the panes beside the decision stay, and mark what is current."""

import pytest
from playwright.sync_api import expect

from claims.choices import Form
from tests.factories import make_claim, make_story_claim, make_user

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def current(page):
    """What the page marks as current: in the list, and in the text by role."""
    return page.evaluate(
        """() => [
            [...document.querySelectorAll(".claim-list [aria-current=page]")].map((link) => link.pathname),
            ...["content", "cue", "source"].map((role) =>
                [...document.querySelectorAll(`#text .current-${role}`)].map((mark) => mark.textContent)),
            [...document.querySelectorAll("#text a[aria-current=true]")].map((link) => link.textContent),
        ]"""
    )


@pytest.mark.parametrize("way", ["click", "key"])
def test_a_step_keeps_the_panes_and_shows_what_a_page_would(open_browser, way):
    first = make_story_claim()
    version = first.appearances.get().version
    second = make_claim(version, content="The dam was finished in 1954", form=Form.OWN_VOICE)
    page = open_browser(make_user("rosa", "reviewer"))
    page.goto(f"/review/{second.pk}/")
    expected_second = current(page)
    page.goto(f"/review/{first.pk}/")
    expected_first = current(page)
    assert expected_first != expected_second

    page.evaluate(
        "document.querySelector('#text').dataset.kept = document.querySelector('.claim-list').dataset.kept = 'yes'"
    )
    if way == "click":
        page.locator(".claim-list a").nth(1).click()
    else:
        page.keyboard.press("j")
    expect(page.locator("#decision-title")).to_have_text("Claim 2")
    expect(page).to_have_url(f"{page.url.split('/review/')[0]}/review/{second.pk}/")
    expect(page).to_have_title("The dam was finished in 1954 · Factcheck workbench")
    assert current(page) == expected_second
    assert page.locator("[data-kept]").count() == 2  # neither pane was sent again
    if way == "click":  # the focus stays where the reader is
        assert page.evaluate("document.activeElement.getAttribute('aria-current')") == "page"

    page.keyboard.press("k")
    expect(page.locator("#decision-title")).to_have_text("Claim 1")
    assert current(page) == expected_first
    page.go_back()
    expect(page.locator("#decision-title")).to_have_text("Claim 2")
    assert current(page) == expected_second
