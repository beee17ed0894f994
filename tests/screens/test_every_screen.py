"""What holds of every screen there is: taken from the URL patterns, so that nobody forgets a new one.

No serious or critical finding of axe-core, and no line wider than the window; with a full desk and an empty one, light
and dark, on a desk's display and a phone.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import axe_playwright_python
import pytest
from django.test import Client
from django.urls import URLPattern, reverse
from playwright.sync_api import Page

import articles.urls
import claims.publicurls
import claims.urls
import factcheck.accounts.urls
from articles.models import ArticleVersion, Feed, Snapshot, Story
from articles.services.containers import ContainerRequest
from articles.services.importing import request_import
from claims.models import (
    AuditEvent,
    Claim,
    Comment,
    Export,
    ExtractionRun,
    FactCheck,
    Orphan,
    PriorCheck,
    PriorImport,
    Speaker,
    Webhook,
)
from factcheck.models import User
from tests.factories import make_outlet, make_user
from tests.fulldesk import fill_desk

pytestmark = [pytest.mark.django_db(transaction=True)]

GRAVE = ("serious", "critical")
SIZES = {"desk": (1440, 900), "phone": (390, 844)}
# Patterns that answer with a piece of a page, a file, or an address to go on to.
NO_SCREENS = {
    "speaker_options", "presence", "review_part", "claim_preview", "compare_chosen", "import_warc", "article_warc", "import_report_csv",
    "import_report_json", "export_file", "public_atom", "public_dump", "public_claim", "public_claimreview", "public_sitemap",
    "public_sitemap_part", "robots", "google_search", "google_pages", "google_page", "google_nothing", "snapshot_view", "snapshot_download", "snapshot_warc",
}  # fmt: skip
# Without `preload` axe leaves style sheets where they are: it would put those that a sheet imports (the admin's do) into the
# page as inline styles, which the CSP refuses. No rule that is asked for needs them.
AXE_RUN = "axe.run({resultTypes: ['violations'], preload: false})"
# Screens outside of the two apps' patterns.
OTHERS = {"api-docs": "/api/docs/"}


@dataclass(frozen=True)
class Screen:
    name: str
    address: str


def patterns() -> Iterator[URLPattern]:
    for module in (articles.urls, claims.urls, claims.publicurls, factcheck.accounts.urls):
        yield from module.urlpatterns


def newest(model: type) -> int:
    return model.objects.order_by("-pk").values_list("pk", flat=True)[0]


def screens(judged: Claim) -> list[Screen]:
    """Every screen of a full desk, with what it is shown for."""
    two = ArticleVersion.objects.filter(number=2)[0]
    comment = Comment.objects.exclude(edited_at=None)[0]
    table = io.BytesIO(b"title,text\nThe dam,The dam holds.\n")
    files = [ContainerRequest(table, "dams.csv", "csv", "Lakeside Post", ask=True)]
    job = request_import(by=User.objects.get(username="sol"), items=[], containers=files, label="Tables")
    places: dict[str, Callable[[], list[int | str]]] = {
        "review": lambda: [judged.pk],
        "fact_check_write": lambda: [FactCheck.objects.get().claim_id],
        "fact_check_preview": lambda: [FactCheck.objects.get().claim_id, "en"],
        "public_fact_check": lambda: ["the-dam-is-old"],
        "claim_travel": lambda: [judged.pk],
        "outlet_record": lambda: [judged.case.outlet_id],
        "speaker_record": lambda: [Speaker.objects.get(name="Ada Merrow").pk],
        "claim_add": lambda: [judged.appearances.get().version_id],
        "comment_earlier": lambda: [comment.claim_id, comment.pk],
        "speaker_detail": lambda: [Speaker.objects.get(name="Ada Merrow").pk],
        "proposals": lambda: [ExtractionRun.objects.filter(proposals__isnull=False)[0].pk],
        "versions_compared": lambda: [two.article_id, 1, 2],
        "webhook_detail": lambda: [newest(Webhook)],
        "orphan_detail": lambda: [newest(Orphan)],
        "article_detail": lambda: [judged.appearances.get().version.article_id],
        "story_detail": lambda: [newest(Story)],
        "import_detail": lambda: [job.pk],
        "export_detail": lambda: [newest(Export)],
        "prior_detail": lambda: [newest(PriorCheck)],
        "prior_import": lambda: [newest(PriorImport)],
        "container_mapping": lambda: [job.pk, job.containers.get().pk],
        "feed_detail": lambda: [newest(Feed)],
        "feed_change": lambda: [newest(Feed)],
        "snapshot_detail": lambda: [Snapshot.objects.order_by("-pk")[0].sha256],
    }
    client = Client()
    client.force_login(User.objects.get(username="sol"))
    found = [Screen(name, address) for name, address in OTHERS.items()]
    for pattern in patterns():
        name = str(pattern.name)
        if name in NO_SCREENS:
            continue
        if not pattern.pattern.converters:
            address = reverse(name)
        elif name in places:
            address = reverse(name, args=places[name]())
        else:
            # With parameters and not known above: nothing but a place to send a form to.
            address = reverse(
                name, kwargs={key: _any(converter) for key, converter in pattern.pattern.converters.items()}
            )
            assert client.get(address).status_code == 405, (
                f"say in `places` what the screen “{name}” is shown for"
            )
            continue
        answer = client.get(address)
        if answer.status_code == 405:
            continue
        assert answer.status_code == 200, (name, address, answer.status_code)
        found.append(Screen(name, address))
    return found


def admin_screens(judged: Claim) -> list[Screen]:
    """One page of the admin of each make: Django makes those of all models alike."""
    user, outlet = User.objects.get(username="sol").pk, judged.case.outlet_id
    pages: dict[str, list[int | None]] = {
        "index": [],
        "claims_claim_changelist": [],
        "claims_claim_change": [judged.pk],
        "claims_auditevent_change": [newest(AuditEvent)],
        "factcheck_user_change": [user],
        "factcheck_user_add": [],
        "articles_outlet_change": [outlet],
        "articles_outlet_history": [outlet],
        "articles_outlet_delete": [make_outlet("Nobody's Paper").pk],
        "password_change": [],
    }
    return [Screen(f"admin: {name}", reverse(f"admin:{name}", args=args)) for name, args in pages.items()]


def _any(converter: object) -> int | str:
    return (
        "a" * 64
        if type(converter).__name__ == "Sha256"
        else "undo"
        if "Slug" in type(converter).__name__
        else 1
    )


def findings(page: Page, axe: str) -> list[str]:
    """axe-core's grave findings, with everything that is folded away opened."""
    parts = page.locator("a[data-part]").evaluate_all(
        "links => links.map(one => one.id.replace('part-', ''))"
    )
    if parts:
        page.goto(f"{page.url}?{urlencode({'open': parts}, doseq=True)}")
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    page.evaluate(axe)
    found = page.evaluate(AXE_RUN)
    return [
        f"{one['id']} ({one['impact']}): {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]


def too_wide(page: Page, width: int) -> int:
    return max(0, page.evaluate("document.documentElement.scrollWidth") - width)


def squeezed(page: Page) -> list[str]:
    """Fields that are there but leave no room to type in."""
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('input:not([type]), input[type=text], input[type=search], input[type=url], textarea')]"
        ".filter(one => one.checkVisibility() && !one.readOnly && one.getBoundingClientRect().width < 60)"
        ".map(one => `no room in ${one.name || one.id}`)"
    )
    return found


@pytest.fixture(scope="session")
def axe() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def public_site(settings: Any) -> None:
    settings.PUBLIC_SITE = True


@pytest.fixture
def sol() -> User:
    return make_user("sol", "admin", is_superuser=True, is_staff=True)


def test_every_pattern_is_a_screen_or_known_to_be_none(sol: User) -> None:
    found = screens(fill_desk(sol))
    assert len(found) > 25
    assert not {one.name for one in found} & NO_SCREENS
    names = {str(pattern.name) for pattern in patterns()}
    assert names >= NO_SCREENS


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_a_full_desk_has_no_grave_finding_on_any_screen_and_nothing_is_too_wide(
    open_browser: Callable[..., Page], axe: str, sol: User, scheme: str, size: str
) -> None:
    width, height = SIZES[size]
    judged = fill_desk(sol)
    every = screens(judged)
    if (scheme, size) in [("light", "desk"), ("dark", "phone")]:
        every += admin_screens(judged)
    page = open_browser(sol, color_scheme=scheme, viewport={"width": width, "height": height})
    problems: dict[str, list[str]] = {}
    for screen in every:
        page.goto(screen.address)
        problems[screen.name] = [f"{over} px too wide" for over in [too_wide(page, width)] if over]
        problems[screen.name] += findings(page, axe)
        problems[screen.name] += squeezed(page)
        problems[screen.name] += [f"{over} px too wide, unfolded" for over in [too_wide(page, width)] if over]
    assert not {name: told for name, told in problems.items() if told}


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "size"), [("light", "desk"), ("dark", "phone")])  # there is less to find
def test_an_empty_desk_has_no_grave_finding_either(
    open_browser: Callable[..., Page], axe: str, sol: User, scheme: str, size: str
) -> None:
    width, height = SIZES[size]
    without = [
        str(one.name) for one in patterns() if not one.pattern.converters and one.name not in NO_SCREENS
    ]
    client = Client()
    client.force_login(sol)
    addresses = [reverse(name) for name in without if client.get(reverse(name)).status_code == 200]
    page = open_browser(sol, color_scheme=scheme, viewport={"width": width, "height": height})
    problems: dict[str, list[str]] = {}
    for address in [*addresses, "/nowhere/"]:
        page.goto(address)
        problems[address] = findings(page, axe)
        problems[address] += [f"{over} px too wide" for over in [too_wide(page, width)] if over]
    stranger = open_browser(None, color_scheme=scheme, viewport={"width": width, "height": height})
    stranger.goto("/login/")
    problems["login"] = findings(stranger, axe)
    assert not {name: told for name, told in problems.items() if told}
