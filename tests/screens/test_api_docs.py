"""The API's page in a real browser: nothing inline, nothing from elsewhere, and it can be tried out."""

import json
import os

import pytest
from playwright.sync_api import expect

from tests.factories import make_claim, make_user

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_the_api_is_shown_and_can_be_tried_out_under_our_security_policy(open_browser, live_server):
    claim = make_claim()
    page = open_browser(make_user("rosa", "reviewer"), viewport={"width": 1280, "height": 900})
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/api/docs/")
    expect(page.get_by_role("heading", name="Factcheck workbench API")).to_be_visible()
    page.get_by_role("button", name="Expand operation").first.click()
    expect(page.locator("#operations-claims-claims_review")).to_contain_text("Judge a claim")
    assert all(url.startswith((live_server.url, "data:")) for url in asked), asked

    # Somebody who is logged in needs no token; Swagger sends the CSRF token along.
    operation = page.locator("#operations-claims-claims_take")
    operation.click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_placeholder("claim_id").fill(str(claim.pk))
    with page.expect_response("**/take/") as answer:
        operation.get_by_role("button", name="Execute").click()
    assert json.loads(answer.value.body())["state"] == "in_review"
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/operation.png")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_follows_the_readers_theme(open_browser, theme):
    page = open_browser(make_user(), viewport={"width": 1280, "height": 1100}, color_scheme=theme)
    page.goto("/api/docs/")
    heading = page.get_by_role("heading", name="Factcheck workbench API")
    expect(heading).to_be_visible()
    red, green, blue = heading.evaluate("node => getComputedStyle(node).color.match(/\\d+/g).map(Number)")
    assert (red + green + blue > 384) == (theme == "dark")
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/docs-{theme}.png")


def test_a_stranger_is_sent_to_log_in(client):
    response = client.get("/api/docs/")
    assert response.status_code == 302
    assert response["Location"] == "/login/?next=/api/docs/"
