"""A page changes after the desk has judged what it says: from the look at it to the reviewer who says what stands."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from articles.models import Article, Recheck
from articles.services.importing import ItemRequest, request_import
from articles.services.rechecking import recheck_article
from articles.services.running import run_import_item
from claims.choices import Edited
from claims.models import Appearance, Claim, ClaimState, ExtractionRun, Orphan
from claims.services import extracting
from claims.services.reviewing import Judgement, current_reviews, record_review
from factcheck.models import User
from tests.factories import make_user, set_desk
from tests.fetching.server import TestServer

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

LEAD = "The old dam at Lakeside holds twice the water it was built for, Mayor Mira Tolland said on Tuesday."
QUOTED = "“The county was told of the crack in the wall in 2014,” she told Northern Wire."
QUOTED_NOW = "“The county was told of a small crack in the wall in 2015,” she told Northern Wire."
DROPPED = "The engineers who inspected it were paid by the builder, Tolland said."
HISTORY = "The dam was finished in 1954. It has been repaired four times since then."
FURTHER = [
    "Fishermen from the three villages of the shore met in the town hall on Monday evening to hear the plans.",
    "The lake freezes over in most winters. Its water drives two small power stations further down the valley.",
    "The valley below has two schools, a sawmill and some four hundred houses, most of them of wood.",
    "A new dam would cost 40 million crowns, according to a survey that the county ordered last autumn.",
]
BEFORE = [LEAD, QUOTED, DROPPED, *FURTHER, HISTORY]
# Its history comes first now, a quotation has other words, another is gone.
AFTER = [HISTORY, LEAD, QUOTED_NOW, *FURTHER]


def page(paragraphs: list[str], title: str = "The dam at Lakeside") -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{title}</title></head>"
        f"<body><nav><a href=/>Home</a></nav><article><h1>{title}</h1>{body}</article></body></html>"
    )


@pytest.fixture
def server(settings: Any) -> Iterator[TestServer]:
    with TestServer() as server:
        settings.FETCH_ALLOW_ADDRESSES = ["127.0.0.1/32"]
        settings.FETCH_ALLOW_PORTS = [server.port]
        yield server


@pytest.fixture
def ray() -> User:
    return make_user("ray", "reviewer", first_name="Ray", last_name="Osk")


def read_all() -> None:
    for run in ExtractionRun.objects.filter(state="pending").order_by("pk"):
        done = extracting.extract_version(run_id=run.pk)
        assert done is not None
        assert done.state == "done", done.error_message


def claim(words: str) -> Claim:
    return Claim.objects.get(text__contains=words)


def judge(by: User, words: str) -> Claim:
    set_desk(min_evidence=0)
    judged = claim(words)
    appearance = judged.appearances.get()
    record_review(
        by=by,
        claim_id=judged.pk,
        expected_version=judged.case.version,
        judgements=[
            Judgement("false", "The letter is of 2015."),
            Judgement("confirmed", "Heard on air.", appearance.pk),
        ],
        submit=True,
    )
    return judged


@pytest.fixture
def changed(server: TestServer, ray: User) -> Article:
    """The article, imported, three of its claims judged, changed, looked at again and read."""
    url = server.page("/dam", page(BEFORE))
    job = request_import(by=ray, items=[ItemRequest(kind="url", url=url, outlet="Lakeside Post")])
    item = run_import_item(item_id=job.items.get().pk)
    assert item is not None
    assert item.version is not None, item.error_message
    read_all()
    for words in ("told of the crack", "paid by the builder", "finished in 1954"):
        judge(ray, words)
    server.page("/dam", page(AFTER, title="Dam at Lakeside: what the county knew"))
    article = item.version.article
    Recheck.objects.filter(pk=article.pk).update(due_at=timezone.now())
    row = recheck_article(article_id=article.pk)
    assert row is not None
    assert (row.result, row.error_message) == ("changed", "")
    read_all()
    article.refresh_from_db()
    assert article.current.number == 2
    return article


def test_every_claim_goes_where_its_words_went(changed: Article) -> None:
    now = {
        one.claim.text: one.anchoring
        for one in Appearance.objects.filter(version=changed.current).select_related("claim")
    }
    kinds = {words: next(kind for text, kind in now.items() if words in text) for words in (
        "holds twice the water", "told of the crack", "finished in 1954", "cost 40 million",
    )}  # fmt: skip
    assert kinds == {
        "holds twice the water": "exact",
        "told of the crack": "fuzzy",
        "finished in 1954": "moved",
        "cost 40 million": "exact",
    }
    assert [orphan.appearance.claim for orphan in Orphan.objects.all()] == [claim("paid by the builder")]
    edited = {
        case.claim.text: case.edited for case in ClaimState.objects.exclude(edited="").select_related("claim")
    }
    assert edited == {
        claim("told of the crack").text: Edited.SILENT,
        claim("paid by the builder").text: Edited.SILENT,
    }
    kept = Appearance.objects.get(version=changed.current, claim__text__contains="finished in 1954")
    assert {review.verdict for review in current_reviews(kept.claim_id)} == {"confirmed", "false"}
    assert Claim.objects.count() == Appearance.objects.filter(version__number=1).count()


def test_the_reviewer_sees_what_changed_and_says_that_the_verdict_stands(
    changed: Article,
    ray: User,
    open_browser: Callable[..., Page],
) -> None:
    page = open_browser(ray)
    page.goto("/queue/")
    flagged = page.get_by_role("region", name="Edited since you judged them")
    expect(flagged.get_by_role("listitem")).to_have_count(2)
    flagged.get_by_role("link", name="told of the crack").click()
    notice = page.get_by_role("region", name="Edited without notice")
    expect(notice.locator("del").first).to_be_visible()
    expect(notice).to_contain_text("Ray Osk")
    assert notice.locator("ins").all_inner_texts()[0].endswith("a small")
    expect(page.locator("#text")).to_contain_text("a small crack")
    notice.get_by_role("button", name="Seen, the verdict stands").click()
    expect(notice).to_have_count(0)
    assert not claim("told of the crack").case.edited

    page.goto(f"/articles/{changed.pk}/")
    page.get_by_role("link", name="what changed").click()
    expect(page).to_have_title("Version 1 and 2: Dam at Lakeside: what the county knew · Factcheck workbench")
    text = page.get_by_role("region", name="Both texts as one")
    expect(text.get_by_role("deletion").filter(has_text="paid by the builder")).to_have_count(1)
    expect(text.get_by_role("insertion").filter(has_text="a small")).to_have_count(1)
    expect(page.get_by_label("About this change")).to_contain_text("what the county knew")
    expect(page.get_by_text("paragraphs without a change")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_somebody_says_where_a_lost_claim_is_now(
    changed: Article,
    ray: User,
    open_browser: Callable[..., Page],
    scripts: bool,
) -> None:
    page = open_browser(ray, java_script_enabled=scripts)
    page.goto("/claims/")
    page.get_by_role("link", name="Orphans").click()
    page.get_by_role("link", name="paid by the builder").click()
    field = page.get_by_label("Its words in the text as it is now")
    if scripts:
        page.locator("#text p").nth(1).select_text()
        expect(field).to_have_value(LEAD)
    field.fill("The")
    page.get_by_role("button", name="It stands here").click()
    expect(page.get_by_text("choose which")).to_be_visible()
    expect(field).to_have_value("The")
    page.get_by_role("form", name="Which of the places").get_by_role("button").last.click()
    found = Orphan.objects.get().found
    expect(page.locator("#decision")).to_contain_text("Found by a person")
    span = found.spans.get()
    assert changed.current.text[span.start : span.end] == "The"
