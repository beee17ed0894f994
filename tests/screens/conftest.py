"""A real browser on the real pages. Skipped, with the reason, where there is no Chromium."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, sync_playwright

from factcheck.models import User

# Debian's chromium; another one by CHROMIUM.
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TIMEOUT_MS = 10_000

# Playwright's event loop runs in this thread, which is no reason to refuse the tests their database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture(scope="session")
def playwright_driver() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium(playwright_driver: Playwright) -> Iterator[Browser]:
    if not shutil.which(CHROMIUM):
        pytest.skip(f"no browser at {CHROMIUM}: install Debian's chromium, or set CHROMIUM")
    try:
        browser = playwright_driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    except Error as error:
        pytest.skip(f"{CHROMIUM} does not start: {error.message.splitlines()[0]}")
    yield browser
    browser.close()


@pytest.fixture
def open_browser(chromium: Browser, live_server, client: Client) -> Iterator[Callable[..., Page]]:
    """A fresh browser session (its own cookies and storage), logged in as `user`; errors on its pages fail the test."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def open_as(user: User | None, **options) -> Page:
        context = chromium.new_context(base_url=live_server.url, **options)
        context.set_default_timeout(TIMEOUT_MS)
        contexts.append(context)
        if user is not None:
            context.add_cookies([session_cookie(user, live_server.url)])
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "console", lambda message: problems.append(message.text) if is_problem(message.text) else None
        )
        return page

    yield open_as
    for context in contexts:
        context.close()
    assert not problems


def session_cookie(user: User, url: str) -> dict:
    client = Client()
    client.force_login(user)
    return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}


def is_problem(text: str) -> bool:
    """What the content security policy stopped, or a script that broke. A refused write (409, 422) is neither."""
    return "Content Security Policy" in text or "Uncaught" in text
