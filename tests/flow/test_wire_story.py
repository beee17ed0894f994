"""One wire story, end to end: pasted, imported, extracted, queued, judged, seen everywhere, published, corrected, taken back."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from articles.models import ArticleVersion
from articles.services.importing import ItemRequest, request_import
from articles.services.running import run_import_item
from claims.choices import Form, State
from claims.models import Appearance, ClaimState, ExtractionRun
from claims.services import extracting
from factcheck.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db

SEED = Path(__file__).resolve().parents[3] / "shared" / "seed" / "trend-wire-story.txt"

# Of the shape that must always work: an interview on a channel, reported by an agency, published by an outlet that
# then adds history in its own voice.
STORY = """\
Blaming Ostra for failed harbour treaty - absurd - palace spokesperson

Harbour dispute News 3 March 2021 09:15 (UTC +02:00)

VELMOR, Carin, March 3


Claims that Ostra broke its word over the alleged refusal to pay for the harbour at Velmor are completely groundless, \
Anton Reyl, the press secretary of the Ostran President Irma Dask in an interview aired on KL TV channel, Carin Today \
reports citing OSTA.

"Claims against Ostra are completely groundless," Reyl replied to the remark that the country allegedly didn't pay \
its share of the harbour at Velmor, and some islanders regard Ostra's position as a breach of faith.

Ostra considers both the Carinese government and the islanders to be its partners, he said.

According to the press secretary, the Harbour Commission offered plans for dividing the costs, the adoption of which \
in time would have spared the port a year of strikes.

As he noted, the dredging of the bay was preceded by 'many years of attempts by the Harbour Commission to bring both \
sides to one table.'

"These plans existed, they are well known to everyone at the table, but they didn't work," added Reyl.

After eleven months of strikes, Carin has taken over the harbour. A joint declaration was signed by the Carinese \
premier and the president of Ostra.

The port of Velmor was closed at 18:00 on 2 February 2021. It handled 40 percent of the island's trade.

The dispute between the two countries began in 1974 when Ostra claimed the northern quay.
"""


def imported(text: str, outlet: str, by: User) -> ArticleVersion:
    """The text through the real import and extraction, as a worker would take it."""
    job = request_import(by=by, items=[ItemRequest(kind="text", text=text, outlet=outlet)])
    item = run_import_item(item_id=job.items.get().pk)
    assert item is not None
    assert item.version is not None, item.error_message
    run = extracting.extract_version(run_id=ExtractionRun.objects.get().pk)
    assert run is not None
    assert (run.state, run.skipped) == ("done", "")
    return item.version


def chain(appearance: Appearance) -> list[str]:
    return [f"{hop.role} {hop.name}" for hop in appearance.hops.all()]


def attributed(version: ArticleVersion) -> list[Appearance]:
    return list(version.appearances.exclude(form=Form.OWN_VOICE).select_related("claim__speaker"))


def assert_story_is_told(version: ArticleVersion, speaker: str, hops: list[str], history_from: str) -> None:
    spoken = attributed(version)
    remarks = [
        appearance
        for appearance in spoken
        if appearance.claim.speaker and appearance.claim.speaker.kind == "unnamed"
    ]
    assert {a.claim.speaker.name for a in spoken if a not in remarks and a.claim.speaker} == {speaker}
    assert all(a.claim.speaker for a in spoken)
    assert 1 <= len(remarks) <= 2
    assert all(
        "allegedly" in a.claim.text or "regard" in a.claim.text or "position as" in a.claim.text
        for a in remarks
    )
    assert len(spoken) - len(remarks) >= 5
    for appearance in spoken:
        assert chain(appearance) == hops, appearance.claim.text
    publisher = hops[-1]
    history = version.text.index(history_from)
    for appearance in version.appearances.all():
        if appearance.spans.filter(role="content", start__gte=history).exists():
            assert appearance.form == Form.OWN_VOICE, appearance.claim.text
            assert chain(appearance) == [publisher]
            assert appearance.claim.checkable


def test_the_story_is_split_and_every_claim_tied_to_who_made_it(db: None) -> None:
    version = imported(STORY, "Carin Today", make_user(role="researcher"))
    assert_story_is_told(
        version, "Anton Reyl", ["medium KL TV", "relay OSTA", "publisher Carin Today"], "After eleven months"
    )


@pytest.mark.skipif(
    not SEED.exists(),
    reason="the seed story is not part of the project; it lies beside it on the desk's own machines",
)
def test_the_seed_story_is_told(db: None) -> None:
    version = imported(SEED.read_text(), "Trend", make_user(role="researcher"))
    assert_story_is_told(
        version, "Dmitry Peskov", ["medium RT TV", "relay TASS", "publisher Trend"], "Following over a month"
    )


def test_a_claim_of_the_story_is_judged_published_corrected_and_taken_back(
    client: Client, settings: Any
) -> None:
    reviewer = make_user("rosa", "reviewer")
    version = imported(STORY, "Carin Today", reviewer)
    client.force_login(reviewer)

    opened = client.post(reverse("take_next"), follow=True)
    assert opened.status_code == 200
    case = ClaimState.objects.get(state=State.IN_REVIEW)
    appearance = case.claim.appearances.get()
    url = reverse("review", args=[case.pk])
    typed = {
        "version": case.version,
        "appearance": appearance.pk,
        "attribution": "second_hand",
        "attribution_rationale": "Only the agency has the interview.",
        "veracity": "half_true",
        "veracity_rationale": "It paid a part.",
        "evidence_exception": "The interview is all there is.",
        "action": "submit",
    }
    assert client.post(url, typed).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.veracity) == (State.IN_CROSS_CHECK, "")
    assert "Only the agency" in client.get(url).content.decode()

    client.force_login(make_user("carl", "reviewer"))
    assert "Only the agency" not in client.get(url).content.decode()
    assert client.post(url, {**typed, "version": case.version, "action": "check"}).status_code == 302
    case.refresh_from_db()
    appearance.refresh_from_db()
    assert (case.state, case.veracity, appearance.attribution) == (
        State.IN_VOTE,
        "half_true",
        "second_hand",
    )

    assert "Half true" in client.get(reverse("dashboard_verdicts")).content.decode()
    answer = client.get(f"/api/v1/claims/{case.pk}/").json()
    assert answer["veracity"] == "half_true"
    assert "Only the agency" in client.get(url).content.decode()
    article = client.get(reverse("article_detail", args=[version.article_id])).content.decode()
    assert "Carin Today" in article

    settings.PUBLIC_SITE, settings.PUBLIC_URL = True, "https://desk.example"
    editor = make_user("eve", "editor")
    client.force_login(editor)

    def move(name: str, **answers: str) -> None:
        case.refresh_from_db()
        address = reverse("review_move", args=[case.pk, name])
        assert client.post(address, {"version": case.version, **answers}).status_code == 302

    move("approve")
    writing = reverse("fact_check_write", args=[case.pk])
    begun = client.get(writing).context["form"].initial
    assert "It paid a part." in begun["body"]
    words = begun | {
        "claim_reviewed": "Claims against Ostra are groundless",
        "slug": "ostra-paid-a-part",
        "action": "preview",
    }
    preview = client.post(writing, words)["Location"]
    shown = client.get(preview).context
    assert shown["may_publish"]
    case.refresh_from_db()
    client.post(preview, {"version": shown["fact_check"].version, "claim_version": case.version})

    reader, public = Client(), reverse("public_fact_check", args=["ostra-paid-a-part"])
    page = reader.get(public).content.decode()
    for told in ("Half true", "Second-hand only", *(hop.name for hop in appearance.hops.all())):
        assert told in page
    assert "Only the agency" in page, "the editor let the reviewer's words stand in the body"
    review = reader.get(f"{public}claimreview.json").json()
    assert review["reviewRating"]["ratingValue"] == 3
    assert review["itemReviewed"]["appearance"][0]["attributionRating"]["alternateName"] == "Second-hand only"
    search = {"query": "groundless ostra"}
    [found] = reader.get("/v1alpha1/claims:search", search).json()["claims"]
    assert found["claimReview"][0]["url"] == "https://desk.example/fact-checks/ostra-paid-a-part/"

    move("correct", reason="It paid more.")
    verdict = {
        "version": case.version + 1,
        "appearance": appearance.pk,
        "veracity": "false",
        "action": "save",
    }
    assert client.post(url, verdict | {"veracity_rationale": "It paid all of it."}).status_code == 302
    move("publish_correction", reason="It paid all of it; we had it as a part.")
    page = reader.get(public).content.decode()
    for told in ("1 of 5", "we had it as a part", "Half true", "What it said before"):
        assert told in page
    assert (
        reader.get("/v1alpha1/claims:search", search).json()["claims"][0]["claimReview"][0]["textualRating"]
        == "False"
    )

    move("retract", reason="The ledger was a forgery.")
    assert "The ledger was a forgery." in reader.get(public).content.decode()
    assert reader.get("/v1alpha1/claims:search", search).json() == {}
