"""Changing what was extracted, on the page: by keyboard, by selecting in the text, and without scripts."""

import pytest
from playwright.sync_api import Page, expect

from claims.models import Appearance, Claim, ClaimState
from claims.services.readings import as_it_stands
from factcheck.models import User
from tests.factories import make_story_claim, make_user

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def rosa() -> User:
    return make_user("rosa", "reviewer")


def reading(claim: Claim) -> dict:
    return as_it_stands(Appearance.objects.filter(claim=claim).first())


def select_words(page: Page, words: str) -> None:
    """As a mouse would, from the first of `words` to the last."""
    page.evaluate(
        """(words) => {
          const walker = document.createTreeWalker(document.querySelector(".article-text"), NodeFilter.SHOW_TEXT);
          const range = document.createRange();
          let all = "", nodes = [];
          while (walker.nextNode()) { nodes.push([all.length, walker.currentNode]); all += walker.currentNode.data; }
          const start = all.indexOf(words), end = start + words.length;
          for (const [at, node] of nodes) {
            if (start >= at && start < at + node.data.length) range.setStart(node, start - at);
            if (end > at && end <= at + node.data.length) range.setEnd(node, end - at);
          }
          getSelection().removeAllRanges();
          getSelection().addRange(range);
          document.querySelector(".article-text").dispatchEvent(new MouseEvent("mouseup", {bubbles: true}));
        }""",
        words,
    )


def test_words_speaker_and_chain_are_changed_and_undone(open_browser, rosa) -> None:
    claim = make_story_claim()
    before = reading(claim)
    page = open_browser(rosa)
    page.goto(f"/review/{claim.pk}/")
    page.keyboard.press("m")
    form = page.get_by_role("form", name="Change what was extracted")
    expect(form.get_by_label("Words of the claim")).to_be_focused()
    select_words(page, "The old dam holds twice the water")
    expect(form.get_by_label("Words of the claim")).to_have_value("The old dam holds twice the water")
    form.get_by_label("Who said it").focus()
    select_words(page, "Mira Tolland, the mayor of Lakeside")
    form.get_by_label("Speaker").fill("Bo Lund")
    form.get_by_label("Name of step 1").fill("")  # dropped
    form.get_by_label("Name of step 4").fill("Brook Agency")
    form.get_by_label("Place of step 4").fill("2")
    form.get_by_label("Role of step 4").select_option("relay")
    form.get_by_label("Who said it").focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text("Changed.")
    after = reading(claim)
    assert after["text"] == "The old dam holds twice the water"
    assert after["speaker"]["name"] == "Bo Lund"
    assert [hop["name"] for hop in after["chain"]] == ["Brook Agency", "Northern Wire", "Lakeside Post"]
    expect(page.locator("mark.current-source")).to_have_text("Mira Tolland, the mayor of Lakeside")
    page.keyboard.press("u")
    expect(page.locator("#messages")).to_contain_text("Undone.")
    assert reading(claim) == before


def drag_over(page: Page, words: str) -> None:
    """With the mouse itself, over `words`, which stand on one line."""
    box = page.evaluate(
        """(words) => {
          const walker = document.createTreeWalker(document.querySelector(".article-text"), NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const start = walker.currentNode.data.indexOf(words);
            if (start < 0) continue;
            const range = document.createRange();
            range.setStart(walker.currentNode, start);
            range.setEnd(walker.currentNode, start + words.length);
            walker.currentNode.parentElement.scrollIntoView({block: "center"});
            const {left, right, top, bottom} = range.getBoundingClientRect();
            return {left, right, middle: (top + bottom) / 2};
          }
        }""",
        words,
    )
    page.mouse.move(box["left"] + 1, box["middle"])
    page.mouse.down()
    page.mouse.move((box["left"] + box["right"]) / 2, box["middle"], steps=4)
    page.mouse.move(box["right"] - 1, box["middle"], steps=4)
    page.mouse.up()


def test_the_mouse_selects_within_a_marked_claim_and_still_clicks_it(open_browser, rosa) -> None:
    claim = make_story_claim()
    page = open_browser(rosa)
    page.goto(f"/review/{claim.pk}/")
    page.keyboard.press("m")
    words = page.get_by_role("form", name="Change what was extracted").get_by_label("Words of the claim")
    expect(words).to_be_focused()
    page.evaluate("window.stayed = true")
    drag_over(page, "twice")
    expect(words).to_have_value("twice")
    mark = page.locator(".article-text a", has_text="twice")
    expect(mark).to_have_attribute("href", f"/review/{claim.pk}/")
    assert page.evaluate("window.stayed") is True
    mark.first.click()
    page.wait_for_function("window.stayed === undefined")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_words_that_are_not_there_are_refused_and_nothing_typed_is_lost(open_browser, rosa, scripts) -> None:
    claim = make_story_claim()
    page = open_browser(rosa, java_script_enabled=scripts)
    page.goto(f"/review/{claim.pk}/")
    page.get_by_role("link", name="Change …").click()
    form = page.get_by_role("form", name="Change what was extracted")
    form.get_by_label("Words of the claim").fill("The old  dam\nis made of cheese")
    form.get_by_label("Speaker").fill("Bo Lund")
    form.get_by_role("button", name="Change it").click()
    expect(form).to_contain_text("These words are not in the text: “is made of cheese”.")
    expect(form.get_by_label("Speaker")).to_have_value("Bo Lund")
    form.get_by_label("Words of the claim").fill("The old  dam\nwas built for")
    form.get_by_role("button", name="Change it").click()
    expect(page.locator("#messages")).to_contain_text("Changed.")
    assert reading(claim)["text"].startswith("The old dam")


def test_a_claim_is_split_merged_and_a_missed_one_added(open_browser, rosa) -> None:
    claim = make_story_claim()
    page = open_browser(rosa)
    page.goto(f"/review/{claim.pk}/")
    page.keyboard.press("l")
    form = page.get_by_role("form", name="Split the claim")
    form.get_by_label("Parts").fill("The old dam holds twice the water\nit was built for")
    form.get_by_role("button", name="Split it").click()
    expect(page.locator("#messages")).to_contain_text("Split off: #")
    expect(page.locator("#claims li")).to_have_count(2)
    part = Claim.objects.latest("pk")
    page.get_by_role("link", name="Merge …").click()
    page.get_by_label("Into claim number").fill(str(part.pk))
    page.get_by_role("button", name="Merge them").click()
    page.wait_for_url(f"**/review/{part.pk}/")
    assert part.appearances.count() == 2
    article = part.appearances.first().version.article
    page.goto(f"/articles/{article.pk}/")
    page.keyboard.press("m")
    select_words(page, "The dam was finished in 1954")
    page.get_by_role("form", name="Add a claim").get_by_label("Form").select_option("own-voice")
    page.get_by_role("button", name="Add it").click()
    expect(page.locator("#messages")).to_contain_text("Added.")
    added = ClaimState.objects.latest("pk").claim
    assert (added.text, str(added.speaker)) == ("The dam was finished in 1954", "Lakeside Post")
