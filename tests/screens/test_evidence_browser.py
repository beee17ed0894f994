"""Evidence and checks of a chain as people meet them, in a real browser, with scripts and without."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from articles.services.snapshots import keep_snapshot
from claims.models import Evidence, EvidenceLink, EvidenceWatch, HopCheck
from claims.services import evidence, hopchecking
from tests.factories import make_article_version, make_story_claim, make_user, set_desk

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])


@pytest.fixture
def reviewer():
    set_desk(min_evidence=0)
    return make_user("rosa", "reviewer")


def add_evidence_form(page):
    page.get_by_role("link", name="Add evidence").click()
    return page.get_by_role("form", name="Add evidence")


@SCRIPTS
def test_a_file_is_kept_though_something_else_was_forgotten(open_browser, reviewer, scripts):
    claim = make_story_claim()
    page = open_browser(reviewer, java_script_enabled=scripts)
    page.goto(f"/review/{claim.pk}/")
    form = add_evidence_form(page)
    form.locator("summary").click()
    form.get_by_label("A file", exact=True).set_input_files(
        {"name": "run.js", "mimeType": "text/javascript", "buffer": b"alert(1)"}
    )
    form.get_by_label("The words that matter").fill("40 million")
    form.get_by_label("Refutes").check()
    form.get_by_role("button", name="Link it").click()
    expect(form).to_contain_text("This file is a program")
    expect(form.get_by_label("The words that matter")).to_have_value("40 million")
    expect(form.get_by_label("Refutes")).to_be_checked()

    form.get_by_label("A file", exact=True).set_input_files(
        {"name": "plans.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 plans"}
    )
    form.get_by_label("Web address").fill("https://plans.example/")
    form.get_by_role("button", name="Link it").click()
    expect(form).to_contain_text("One document at a time")
    expect(form).to_contain_text("plans.pdf is here.")
    form.get_by_label("Web address").fill("")
    form.get_by_role("button", name="Link it").click()
    item = page.locator(".evidence__item")
    expect(item).to_contain_text("plans.pdf")
    item.get_by_role("link", name="plans.pdf").click()
    expect(page.locator("main")).to_contain_text("application/pdf")


@SCRIPTS
def test_a_passage_of_an_article(open_browser, reviewer, scripts):
    claim, version = (
        make_story_claim(),
        make_article_version("The dam was finished in 1954, the archive says.\n"),
    )
    page = open_browser(reviewer, java_script_enabled=scripts)
    page.goto(f"/review/{claim.pk}/")
    form = add_evidence_form(page)
    form.locator("summary").click()
    form.get_by_label("An article of this desk").fill(str(version.article_id))
    form.get_by_label("Context").check()
    form.get_by_label("The words that matter").fill("finished in 1955")
    form.get_by_role("button", name="Link it").click()
    expect(form).to_contain_text("not in that article")
    form.get_by_label("The words that matter").fill("finished in 1954")
    form.get_by_role("button", name="Link it").click()
    expect(page.locator(".evidence__item")).to_contain_text("finished in 1954")
    assert EvidenceLink.objects.get().evidence.version == version


@SCRIPTS
def test_a_step_is_checked_and_the_drift_shown(open_browser, reviewer, scripts):
    claim = make_story_claim()
    page = open_browser(reviewer, java_script_enabled=scripts)
    page.goto(f"/review/{claim.pk}/")
    step = page.locator(".hop-check").first
    expect(step).to_contain_text("not checked")
    step.locator("[data-part]").click()
    form = page.get_by_role("form", name="Check Radio Brook")
    form.get_by_label("Altered").check()
    form.get_by_label("Link").fill("https://radio.example/tape")
    form.get_by_role("button", name="Record it").click()
    expect(form).to_contain_text("Give the words as they stand there")
    expect(form.get_by_label("Link")).to_have_value("https://radio.example/tape")
    form.get_by_label("The wording there").fill("the old dam may hold twice the water")
    form.get_by_role("button", name="Record it").click()
    expect(step).to_contain_text("Altered")
    expect(step.locator(".diff")).to_contain_text("may hold")
    assert step.locator("ins, del").count() > 1
    chain = page.get_by_role("list", name="Chain")
    expect(chain.get_by_role("listitem").filter(has_text="Radio Brook")).to_contain_text("checked: altered")


def test_the_steps_of_a_chain_by_keyboard_alone(open_browser, reviewer):
    claim = make_story_claim()
    page = open_browser(reviewer)
    page.goto(f"/review/{claim.pk}/")
    for name in ("Radio Brook", "Northern Wire"):
        page.keyboard.press("f")
        form = page.get_by_role("form", name=f"Check {name}")
        expect(form.get_by_label("Found", exact=True)).to_be_focused()
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.type(f"https://{name.split()[0].lower()}.example/")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".hop-check").filter(has_text=name).locator(".pill")).to_contain_text("Found")
        page.keyboard.press("Escape")
    assert sorted(HopCheck.objects.values_list("name", "result")) == [
        ("Northern Wire", "found"),
        ("Radio Brook", "found"),
    ]


def test_what_was_typed_about_a_step_survives_the_session(open_browser, reviewer):
    claim = make_story_claim()
    page = open_browser(reviewer, java_script_enabled=False)
    page.goto(f"/review/{claim.pk}/")
    page.locator(".hop-check [data-part]").first.click()
    form = page.get_by_role("form", name="Check Radio Brook")
    form.get_by_label("Absent").check()
    form.get_by_label("Note").fill("Not in the tape of 3 March.")
    page.context.clear_cookies(name="sessionid")
    form.get_by_role("button", name="Record it").click()
    page.get_by_label("Username").fill("rosa")
    page.get_by_label("Password").fill("a long password")
    page.get_by_role("button", name="Log in").click()
    form = page.get_by_role("form", name="Check Radio Brook")
    expect(form.get_by_label("Note")).to_have_value("Not in the tape of 3 March.")
    form.get_by_role("button", name="Record it").click()
    expect(page.locator(".hop-check").first).to_contain_text("Absent")


def a_full_panel(by):
    """Evidence in every condition, and every result of a check."""
    claim = make_story_claim()

    def link(url, **given):
        one = evidence.link_evidence(by=by, claim_id=claim.pk, url=url, **{"stance": "refutes", **given})
        return one, EvidenceWatch.objects.filter(pk=one.evidence_id)

    now = timezone.now() + timedelta(minutes=1)
    copy = keep_snapshot(content=b"<p>Plans</p>", media_type="text/html")
    other = keep_snapshot(content=b"<p>Other plans</p>", media_type="text/html")
    kept, watch = link(
        "https://plans.example/1954", title="Plans of the dam", kind="primary", quote="40 million"
    )
    watch.update(result="kept", checked_at=now, seen_at=now, archive="saved", archived_at=now, archive_url="https://web.archive.org/web/20261126120000/https://plans.example/1954")  # fmt: skip
    changed, watch = link("https://survey.example/" + "a-very-long-path-" * 8, stance="supports", kind="data")
    watch.update(result="changed", checked_at=now, seen_at=now, changed_at=now)
    gone, watch = link("https://gone.example/dam", stance="context")
    watch.update(result="gone", checked_at=now, gone_since=now, error_code="http_status", error_message="gone.example answered 404 Not Found: check the link.")  # fmt: skip
    _, watch = link("https://big.example/film.mp4", quote="At 12:03 he says it.")
    watch.update(result="failed", checked_at=now, due_at=None, error_code="too_large", error_message="big.example/film.mp4 is larger than the 20 MB that are kept of a document: download it, and upload the pages that matter.")  # fmt: skip
    link("https://new.example/")
    Evidence.objects.filter(pk__in=[kept.evidence_id, gone.evidence_id]).update(snapshot=copy)
    Evidence.objects.filter(pk=changed.evidence_id).update(snapshot=other)
    EvidenceLink.objects.filter(pk__in=[kept.pk, changed.pk, gone.pk]).update(snapshot=copy)
    appearance = claim.appearances.get().pk
    hopchecking.check_hop(by=by, claim_id=claim.pk, appearance_id=appearance, position=1, result="altered", url="https://radio.example/tape", wording="the old dam may hold almost twice the water it was made for")  # fmt: skip
    hopchecking.check_hop(
        by=by,
        claim_id=claim.pk,
        appearance_id=appearance,
        position=2,
        result="absent",
        note="Not in their archive.",
    )
    return claim


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_its_window(open_browser, reviewer, width, scheme, tmp_path):
    claim = a_full_panel(reviewer)
    page = open_browser(reviewer, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto(f"/review/{claim.pk}/")
    page.get_by_role("link", name="Add evidence").click()
    page.locator(".hop-check [data-part]").last.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for part in ("#evidence-title", "#hops-title"):
        assert page.locator(part).evaluate(
            "e => e.parentElement.scrollWidth <= e.parentElement.clientWidth + 1"
        )
    expect(page.locator(".evidence__item")).to_have_count(5)
    page.goto("/queue/")
    expect(page.locator("section", has=page.locator("#flagged"))).to_contain_text(
        "gone: https://gone.example/dam"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= width
