"""Makes the pictures of docs/reviewing.md and docs/editing.md anew, from a running sample newsroom.

    .venv/bin/python manage.py up --port 8000          # in another terminal, with a fresh var/
    .venv/bin/python docs/screenshots.py http://127.0.0.1:8000

It signs in with the sample accounts, looks, and changes nothing.
"""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).parent / "images"
WIDTH, HEIGHT = 1280, 800
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"


@dataclass(frozen=True, slots=True)
class Picture:
    """What is looked at, by whom. `follow`: the links to go on by, as selectors; `open`: what is unfolded there."""

    name: str
    account: str
    address: str
    follow: tuple[str, ...] = ()
    open: str = ""
    height: int = HEIGHT


CLAIM = ".table a[href^='/review/']"
PICTURES = (
    Picture("queue", "reviewer", "/queue/"),
    Picture("import", "reviewer", "/imports/new/"),
    Picture("review", "reviewer", "/claims/?state=in_review", follow=(CLAIM,), height=1000),
    Picture("cross-check", "reviewer", "/claims/?state=in_cross_check", follow=(CLAIM,), height=1000),
    Picture(
        "workbench", "reviewer", "/claims/?speaker=Danil+Orsak&state=queued", follow=(CLAIM,), height=900
    ),
    Picture("dashboard", "editor", "/dashboard/", height=1000),
    Picture("vote", "editor", "/claims/?state=in_vote", follow=(CLAIM,), height=1080),
    Picture(
        "fact-check",
        "editor",
        "/claims/?state=published",
        follow=(CLAIM, "a[href*='/fact-check/']"),
        height=900,
    ),
    Picture("speaker", "reviewer", "/speakers/", follow=("main a[href^='/speakers/']",)),
)


def take(picture: Picture, page: Page) -> None:
    """Goes there and keeps what is to be seen, as images/NAME.png."""
    page.set_viewport_size({"width": WIDTH, "height": picture.height})
    page.goto(picture.address)
    for link in picture.follow:
        page.locator(link).first.click()
    page.wait_for_load_state("networkidle")
    if picture.open:
        page.locator(picture.open).first.click()
        page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / f"{picture.name}.png", animations="disabled", caret="hide")


def main(desk: str, wanted: list[str]) -> None:
    """Takes the pictures named in `wanted`, or all of them."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for account in dict.fromkeys(picture.account for picture in PICTURES):
            context = browser.new_context(base_url=desk, color_scheme="light", reduced_motion="reduce")
            page = context.new_page()
            page.goto("/login/")
            page.fill("input[name=username]", account)
            page.fill("input[name=password]", f"{account}-demo")
            page.press("input[name=password]", "Enter")
            page.wait_for_url("**/queue/")
            for picture in PICTURES:
                if picture.account == account and (not wanted or picture.name in wanted):
                    take(picture, page)
            context.close()
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) < 2 or not sys.argv[1].startswith("http"):
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
