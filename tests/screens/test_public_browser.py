"""The public site in a browser: light, from one place, read at once, and all of it without scripts."""

from typing import Any

import pytest
from django.urls import reverse

from claims.services import publishing
from factcheck.models import User
from tests.factories import make_user
from tests.publishing.conftest import WORDS, judged_claim, published
from tests.screens.test_every_screen import axe, findings, too_wide

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
__all__ = ["axe"]

PAGE_BYTES, STYLE_BYTES = 16_000, 30_000
LARGEST_PAINT = """() => new Promise(done => new PerformanceObserver(list => {
  const last = list.getEntries().at(-1);
  done({tag: last.element?.tagName, url: last.url, text: last.element?.textContent.trim()});
}).observe({type: "largest-contentful-paint", buffered: true}))"""


@pytest.fixture
def eve(settings: Any) -> User:
    settings.PUBLIC_SITE = True
    return make_user("eve", "editor")


def test_a_page_is_light_comes_from_one_place_and_shows_its_words_first(
    open_browser: Any, live_server: Any, axe: str, eve: User
) -> None:
    claim = judged_claim(make_user("ann", "reviewer"))
    published(claim, eve)
    publishing.open_correction(by=eve, claim_id=claim.pk, reason="A slip.")
    publishing.publish_correction(by=eve, claim_id=claim.pk, note="A slip.")
    page = open_browser(None, viewport={"width": 390, "height": 844})
    loaded: dict[str, int] = {}
    page.on("response", lambda answer: loaded.update({answer.url: len(answer.body())}))
    page.goto(reverse("public_fact_check", args=[WORDS["slug"]]))
    paint = page.evaluate(LARGEST_PAINT)
    assert (paint["url"], paint["tag"] in ("H1", "P", "BLOCKQUOTE")) == ("", True), paint
    assert all(address.startswith(live_server.url) for address in loaded), loaded
    html = next(size for address, size in loaded.items() if WORDS["slug"] in address)
    styles = sum(size for address, size in loaded.items() if address.endswith(".css"))
    assert html < PAGE_BYTES, html
    assert styles < STYLE_BYTES, styles
    assert len(loaded) <= 5, "the page, three style sheets, the icon"
    assert page.locator("script:not([type='application/ld+json'])").count() == 0
    publishing.retract_claim(by=eve, claim_id=claim.pk, reason="Of another dam.")
    page.goto(reverse("public_fact_check", args=[WORDS["slug"]]))
    assert findings(page, axe) == []
    assert too_wide(page, 390) == 0


def test_readers_find_a_page_by_keyboard_without_scripts(open_browser: Any, eve: User) -> None:
    published(judged_claim(make_user("ann", "reviewer")), eve)
    page = open_browser(None, java_script_enabled=False)
    page.goto(reverse("public_list"))
    page.get_by_label("Words").press_sequentially("dam holds")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=WORDS["title"]).press("Enter")
    page.wait_for_url(f"**{reverse('public_fact_check', args=[WORDS['slug']])}")
    assert page.get_by_role("heading", level=1).inner_text() == WORDS["title"]
