"""Folded parts in a browser: a key opens one at once, with the focus in it, and what was typed into it comes back."""

import pytest
from playwright.sync_api import expect

from claims.choices import Form
from claims.models import ClaimState
from tests.factories import make_claim, make_story_claim, make_user

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_a_part_opens_by_key_takes_the_typing_and_loses_none_of_it(open_browser):
    claim = make_story_claim()
    other = make_claim(
        claim.appearances.get().version, content="The dam was finished in 1954", form=Form.OWN_VOICE
    )
    page = open_browser(make_user("rosa", "reviewer"))
    page.goto(f"/review/{claim.pk}/")

    page.keyboard.press("i")
    comment = page.get_by_role("form", name="Comment on the claim").get_by_label("Comment")
    expect(comment).to_be_focused()
    page.keyboard.type("Of which year?")
    page.keyboard.press("Escape")

    # A step there and back, and a reload: the form comes with its words, and the focus stays where it is.
    page.keyboard.press("j")
    page.wait_for_url(f"**/review/{other.pk}/")
    page.keyboard.press("k")
    page.wait_for_url(f"**/review/{claim.pk}/")
    expect(comment).to_have_value("Of which year?")
    page.reload()
    expect(comment).to_have_value("Of which year?")
    expect(comment).not_to_be_focused()
    expect(page.locator("[data-draft-notice]:visible")).to_have_count(1)

    # What acts at once does not, on top of unsaved words: its form is fetched, filled in, and waits.
    page.keyboard.press("x")
    form = page.get_by_role("form", name="Dismiss the claim")
    expect(form).to_contain_text("You have typed something that is not saved")
    expect(form.get_by_label("Why")).to_have_value("not_a_claim")
    expect(form.get_by_role("button", name="Dismiss")).to_be_focused()

    comment.focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".comment")).to_contain_text("Of which year?")
    expect(page.get_by_role("link", name="Comment …")).to_be_visible()  # folded again, its draft let go


def test_what_is_typed_while_a_form_is_on_its_way_goes_into_it(open_browser):
    claim = make_story_claim()
    page = open_browser(make_user("rosa", "reviewer"))
    held = []

    def hold(route):
        held.append(route)

    page.route("**/parts/**", hold)
    page.goto(f"/review/{claim.pk}/")
    page.keyboard.press("m")
    expect(page.locator("a#part-edit.htmx-request")).to_have_count(1)
    page.keyboard.type("xt")  # “not a claim”, “take it”: meant for the form that is on its way
    [route] = held
    route.continue_()
    expect(page.locator("#edit_content")).to_be_focused()
    expect(page.locator("#edit_content")).to_have_value(f"{claim.text}xt")
    case = ClaimState.objects.get(pk=claim.pk)
    assert (case.state, case.version) == ("queued", 1)
