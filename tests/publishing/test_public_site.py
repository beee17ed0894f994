"""The public site as readers and programs meet it: pages, feeds, files; nothing of the desk's own."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from claims.choices import HopRole
from claims.models import Appearance, Claim, Dump, FactCheck
from claims.publicqueries import public_list
from claims.services import dumping, publishing
from claims.services.evidence import link_evidence
from claims.services.hopchecking import check_hop
from factcheck.models import User
from tests.factories import Step
from tests.publishing.conftest import WORDS, dated_claim, published
from tests.publishing.schemaorg import findings

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
Approved = Callable[..., Claim]


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Any) -> None:
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }


def of_page(html: str) -> dict[str, Any]:
    """The JSON-LD of a page."""
    [told] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    return json.loads(told)


def test_a_page_tells_chain_verdicts_evidence_and_what_is_not_known(
    approved: Approved, eve: User, ann: User
) -> None:
    claim = approved()
    appearance = claim.appearances.get()
    for position, result, wording in ((1, "unreachable", ""), (2, "altered", "It holds a bit more.")):
        check_hop(
            by=eve, claim_id=claim.pk, appearance_id=appearance.pk, position=position, result=result,
            wording=wording, note="A note of the desk's own.",
        )  # fmt: skip
    link_evidence(
        by=eve, claim_id=claim.pk, url="https://survey.example/dam", stance="refutes", title="Survey of the dam",
        quote="41 000 m³",
    )  # fmt: skip
    published(claim, eve)
    html = Client().get(reverse("public_fact_check", args=[WORDS["slug"]])).content.decode()
    for words in (
        WORDS["claim_reviewed"], WORDS["summary"], "How much it held before 1960", "<em>survey</em>", "Mira Tolland",
        "Radio Brook", "Northern Wire", "Altered", "Unreachable", "It holds a bit more.", "Confirmed at primary",
        "1 of 5", "Survey of the dam", "41 000 m³", "Refutes", "What is not known",
    ):  # fmt: skip
        assert words in html, words
    for words in ("A note of the desk", "By the <em>", "ann", "/review/", "csrf", "<script src"):
        assert words not in html.replace("Canned", ""), words
    told = of_page(html)
    assert findings(told) == []
    [first] = told["itemReviewed"]["appearance"]
    assert [hop.get("found") for hop in first["chain"]] == ["unreachable", "altered", None]
    assert told["reviewRating"]["ratingValue"] == 1
    alone = Client().get(reverse("public_claimreview", args=[WORDS["slug"]])).json()
    assert alone == told


def test_an_outlets_own_voice_is_said_plainly(ann: User, eve: User) -> None:
    claim = dated_claim(ann, 1, form="own-voice")
    published(claim, eve)
    html = Client().get(reverse("public_fact_check", args=[WORDS["slug"]])).content.decode()
    assert "in its own voice: nobody is quoted for it" in html
    assert of_page(html)["itemReviewed"]["author"] == {
        "@type": "NewsMediaOrganization",
        "name": "Lakeside Post",
    }
    assert of_page(html)["itemReviewed"]["datePublished"] == "2026-03-02T09:00:00Z"


def test_hostile_words_stay_words(approved: Approved, eve: User) -> None:
    hostile = "</script><script>alert(1)</script> & <img src=x onerror=y>"
    published(approved(), eve, title=hostile, summary=hostile, body=hostile, unknown=hostile, social=hostile)
    for address in (
        reverse("public_fact_check", args=[WORDS["slug"]]), reverse("public_list"), reverse("public_atom"),
    ):  # fmt: skip
        html = Client().get(address).content.decode()
        assert "<script>alert" not in html
        assert "<img" not in html
    html = Client().get(reverse("public_fact_check", args=[WORDS["slug"]])).content.decode()
    assert of_page(html)["name"] == hostile


def test_what_has_not_changed_is_not_sent_again_and_costs_little(
    approved: Approved, eve: User, django_assert_num_queries: Any
) -> None:
    claim = approved()
    published(claim, eve)
    address, reader = reverse("public_fact_check", args=[WORDS["slug"]]), Client()
    with django_assert_num_queries(3):
        first = reader.get(address)
    assert first["Cache-Control"] == "public, max-age=60"
    assert first["Last-Modified"]
    assert "Cookie" not in first.get("Vary", "")
    assert not first.cookies
    assert len(first.content) < 20_000
    assert reader.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    publishing.open_correction(by=eve, claim_id=claim.pk, reason="A slip.")
    publishing.publish_correction(by=eve, claim_id=claim.pk, note="A slip.")
    assert reader.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200
    with django_assert_num_queries(3):
        reader.get(address)
    assert reader.post(address).status_code == 405
    assert reader.get("/fact-checks/nothing-here/").status_code == 404


def test_the_list_is_searched_and_paged(
    ann: User, eve: User, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    for number in range(4):
        published(
            dated_claim(ann, number),
            eve,
            slug=f"dam-{number}",
            title=f"Dam {number}",
            summary=f"Part {number} leaks.",
        )
    published(dated_claim(ann, 9), eve, "de", slug="der-damm", title="Der Damm hält", summary="Er hält.")
    monkeypatch.setattr("factcheck.lib.paging.PAGE_ROWS", 2)
    reader = Client()
    with django_assert_num_queries(4):  # two languages, and that there is no third; the rows
        html = reader.get(reverse("public_list")).content.decode()
    assert re.findall(r"/fact-checks/((?:dam|der)-[^/]+)/", html) == ["der-damm", "dam-3"]
    older = re.search(r'rel="next" href="([^"]+)"', html)
    assert older
    html = reader.get(reverse("public_list") + older[1]).content.decode()
    assert re.findall(r"/fact-checks/(dam-\d)/", html) == ["dam-2", "dam-1"]
    for query, found in (
        ("leaking -2", {"Dam 0", "Dam 1", "Dam 3"}),  # with its ending cut
        ("hält", {"Der Damm hält"}),  # no English word
        ("zeppelin", set()),
        ("\x00 ' \" & | !", set()),
    ):
        monkeypatch.setattr("factcheck.lib.paging.PAGE_ROWS", 50)
        assert {row.title for row in public_list(words=query.replace("\x00", "")).rows} == found
        assert reader.get(reverse("public_list"), {"q": query}).status_code == 200
    assert [row.slug for row in public_list(language="de-AT").rows] == ["der-damm"]
    monkeypatch.setattr("claims.publicqueries.FEW_CLAIMS", 1)  # as where a word is in thousands
    assert len(public_list(words="leaks").rows) == 4


def test_feeds_and_sitemaps_list_what_is_published(ann: User, eve: User, approved: Approved) -> None:
    published(dated_claim(ann, 1), eve, slug="one", title="One & only")
    gone = dated_claim(ann, 2)
    published(gone, eve, slug="two")
    publishing.retract_claim(by=eve, claim_id=gone.pk, reason="Of another dam.")
    reader = Client()
    feed = ET.fromstring(reader.get(reverse("public_atom")).content)
    assert [one.findtext(f"{ATOM}title") for one in feed.iter(f"{ATOM}entry")] == ["One & only"]
    index = ET.fromstring(reader.get("/sitemap.xml").content)
    parts = [one.text or "" for one in index.iter(f"{MAP}loc")]
    assert parts == ["https://desk.example/sitemap-0.xml"]
    part = ET.fromstring(reader.get("/sitemap-0.xml").content)
    assert [one.text for one in part.iter(f"{MAP}loc")] == ["https://desk.example/fact-checks/one/"]
    robots = reader.get("/robots.txt").content.decode()
    assert "Allow: /fact-checks/" in robots
    assert "Sitemap: https://desk.example/sitemap.xml" in robots


def test_dumps_hold_everything_with_their_licence(ann: User, eve: User) -> None:
    reader = Client()
    assert "within the hour" in reader.get(reverse("public_data")).content.decode()
    published(dated_claim(ann, 1), eve, slug="one", title="=HYPERLINK(1)", summary="+1 & more")
    published(dated_claim(ann, 2, text="@dam"), eve, slug="two")
    gone = dated_claim(ann, 3)
    published(gone, eve, slug="three")
    publishing.retract_claim(by=eve, claim_id=gone.pk, reason="Of another dam.")
    assert dumping.write_dumps() == 2
    assert "fact-checks.csv" in reader.get(reverse("public_data")).content.decode()

    def file(name: str) -> bytes:
        answer = reader.get(reverse("public_dump", args=[name]))
        assert (
            reader.get(
                reverse("public_dump", args=[name]), headers={"If-None-Match": answer["ETag"]}
            ).status_code
            == 304
        )
        return b"".join(answer.streaming_content)

    told = json.loads(file("fact-checks.json"))
    assert told["licence"] == "https://licence.example/by/4.0/"
    assert [(one["url"], one["verdict"], one["score"]) for one in told["fact_checks"]] == [
        ("https://desk.example/fact-checks/one/", "false", 1),
        ("https://desk.example/fact-checks/two/", "false", 1),
    ]
    rows = list(csv.DictReader(io.StringIO(file("fact-checks.csv").decode())))
    assert [row["title"] for row in rows] == ["'=HYPERLINK(1)", WORDS["title"]]
    assert (rows[0]["summary"], rows[1]["claim"]) == ("'+1 & more", "'@dam")
    assert {row["licence"] for row in rows} == {"https://licence.example/by/4.0/"}
    feed = json.loads(file("claimreview.json"))
    assert findings(feed) == []
    assert len(feed["dataFeedElement"]) == 2
    assert reader.get("/fact-checks/other.json").status_code == 404


def test_dumps_are_made_when_they_are_due_and_replace_each_other(ann: User, eve: User) -> None:
    published(dated_claim(ann, 1), eve)
    now = timezone.now()
    assert dumping.write_dumps(now=now) == 1
    before = Dump.objects.get(pk="json").file
    assert dumping.write_dumps(now=now + timedelta(hours=2)) is None, "nothing was published since"
    published(dated_claim(ann, 2), eve, slug="two")
    FactCheck.objects.filter(slug="two").update(changed_at=now + timedelta(seconds=1))
    assert dumping.write_dumps(now=now + timedelta(minutes=30)) is None, "not within the hour"
    assert dumping.write_dumps(now=now + timedelta(minutes=61)) == 2
    assert not before.storage.exists(before.name)
    assert dumping.write_dumps(now=now + timedelta(days=2)) == 2
    assert len(before.storage.listdir("dumps")[1]) == 3


def test_a_desk_without_a_public_site_shows_nobody_anything(
    approved: Approved, eve: User, settings: Any
) -> None:
    published(approved(), eve)
    dumping.write_dumps()
    settings.PUBLIC_SITE = False
    reader = Client()
    for address in (
        "/fact-checks/", "/fact-checks/the-old-dam/", "/fact-checks/corrections/", "/fact-checks/data/",
        "/fact-checks/feed.atom", "/fact-checks/fact-checks.json", "/sitemap.xml", "/sitemap-0.xml",
        "/fact-checks/the-old-dam/claimreview.json", "/v1alpha1/claims:search?query=dam", "/v1alpha1/pages?url=x",
    ):  # fmt: skip
        assert reader.get(address).status_code == 404, address
    assert reader.get("/robots.txt").content == b"User-agent: *\nDisallow: /\n"


def test_it_is_off_unless_an_operator_turns_it_on() -> None:
    import os
    import subprocess
    import sys

    script = "from django.conf import settings; print(settings.PUBLIC_SITE)"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "factcheck.settings", "SECRET_KEY": "x" * 60}
    told = {
        name: subprocess.run(
            [sys.executable, "-c", script],
            env=environment | extra,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for name, extra in {"plain": {"DEBUG": "0"}, "on": {"DEBUG": "0", "PUBLIC_SITE": "1"}}.items()
    }
    assert told == {"plain": "False", "on": "True"}


def test_many_articles_are_folded_away(ann: User, eve: User) -> None:
    from tests.factories import add_appearance, make_article_version

    claim = dated_claim(ann, 1)
    for number in range(5):
        version = make_article_version(outlet=f"Outlet {number} Times", url=f"https://o{number}.example/a")
        add_appearance(
            claim, version, content="The dam was finished in 1954",
            hops=[Step(HopRole.RELAY, "Northern Wire", words="Northern Wire")],
        )  # fmt: skip
    assert Appearance.objects.filter(claim=claim).count() == 6
    published(claim, eve)
    html = Client().get(reverse("public_fact_check", args=[WORDS["slug"]])).content.decode()
    assert "In 3 more articles" in html
    assert len(of_page(html)["itemReviewed"]["appearance"]) == 6
