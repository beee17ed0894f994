"""The pages and the API of versions: what they show, with nothing and with much of it, and what it costs."""

import random

import pytest
from django.test import Client
from django.urls import reverse

from claims.models import ClaimState, Orphan, Rewording
from claims.services.reviewing import Judgement, record_review
from factcheck.models import User
from tests.api.checking import CheckedClient
from tests.factories import make_user
from tests.versions.desk import (
    ALL,
    COST,
    FINISHED,
    HOLDS,
    INSPECTED,
    TEXT,
    publish,
    record,
    the_article,
)

pytestmark = pytest.mark.django_db

DROPPED = TEXT.replace("“It was last inspected eleven years ago,” the mayor told Northern Wire.\n\n", "")
CHANGED = DROPPED.replace("in 1954 by the county", "in 1959 by the county")


@pytest.fixture
def ray() -> User:
    return make_user("ray", "reviewer")


@pytest.fixture
def changed(monkeypatch: pytest.MonkeyPatch, ray: User, client: Client) -> int:
    """An article of two versions, one of its claims lost and one judged and reworded; its number."""
    publish(monkeypatch, TEXT)
    case = ClaimState.objects.get(claim__text=FINISHED)
    record_review(by=ray, claim_id=case.pk, expected_version=case.version, judgements=[Judgement("true")])
    publish(monkeypatch, CHANGED, *ALL, "The dam was finished in 1959 by the county")
    client.force_login(ray)
    return the_article().pk


def test_the_article_lists_its_versions_with_the_size_of_each_change(client: Client, changed: int) -> None:
    html = client.get(reverse("article_detail", args=[changed])).content.decode()
    assert f"/articles/{changed}/versions/1..2/" in html
    assert "1 words added, 13 removed" in html
    assert "· reworded" in html
    assert "edited without notice" in html


def test_the_article_names_the_claims_that_lost_their_place(
    client: Client, changed: int, django_assert_max_num_queries
) -> None:
    address, orphan = reverse("article_detail", args=[changed]), Orphan.objects.get()
    link = f'href="{reverse("orphan_detail", args=[orphan.pk])}"'
    html = client.get(address).content.decode()
    assert "1 claim lost its place when the article changed" in html
    assert link in html
    client.post(reverse("orphan_detail", args=[orphan.pk]), {"action": "gone"})
    assert link not in client.get(address).content.decode()
    with django_assert_max_num_queries(14):
        client.get(address)


def test_the_comparison_shows_each_word_and_folds_the_rest(client: Client, changed: int) -> None:
    html = client.get(reverse("versions_compared", args=[changed, 1, 2])).content.decode()
    assert "in <del>1954</del> <ins>1959</ins> by the county" in html
    assert "<del>“It was last inspected eleven years ago,” the mayor told Northern Wire.</del>" in html
    back = client.get(reverse("versions_compared", args=[changed, 2, 1])).content.decode()
    assert "in <del>1959</del> <ins>1954</ins> by the county" in back
    assert client.get(reverse("versions_compared", args=[changed, 1, 3])).status_code == 404
    chosen = client.get(reverse("compare_chosen", args=[changed]), {"old": "1", "new": "2"})
    assert chosen["Location"] == reverse("versions_compared", args=[changed, 1, 2])
    assert client.get(reverse("compare_chosen", args=[changed]), {"old": "x"}).status_code == 302


def test_what_the_texts_say_is_never_markup(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(monkeypatch, "<script>alert(1)</script> The dam holds, <b>Tolland</b> said.", "The dam holds")
    record("<img src=x onerror=alert(2)> The dam holds, <b>nobody</b> said.", title="<i>Title</i>")
    client.force_login(make_user())
    html = client.get(reverse("versions_compared", args=[the_article().pk, 1, 2])).content.decode()
    assert "<img src=x" not in html
    assert "<script>alert" not in html
    assert "<i>Title" not in html
    assert "<ins>nobody</ins>" in html


def test_the_longest_texts_are_compared_on_a_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    rng = random.Random(seed)
    paragraphs = [" ".join(f"w{rng.randrange(9000)}" for _ in range(60)) + "." for _ in range(500)]
    record("\n\n".join(paragraphs))
    paragraphs[250] = paragraphs[250].replace(" ", " otherwise ", 1)
    record("\n\n".join(paragraphs))
    client.force_login(make_user())
    html = client.get(reverse("versions_compared", args=[the_article().pk, 1, 2])).content.decode()
    assert html.count("<ins>") == 2  # and the one of the legend
    assert "249 paragraphs without a change" in html
    assert "248 paragraphs without a change" in html


def test_orphans_are_listed_at_one_price_and_by_pages(
    client: Client, changed: int, django_assert_num_queries, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = client.get(reverse("orphan_list"))
    assert INSPECTED in page.content.decode()
    with django_assert_num_queries(5):  # session, user, their groups, the rows, the inbox
        client.get(reverse("orphan_list"))
    publish(
        monkeypatch,
        "Nothing of it is left here. This is another text altogether, of a lighthouse keeper.",
        "x",
    )
    assert Orphan.objects.filter(state="open").count() == 5
    with django_assert_num_queries(5):
        html = client.get(reverse("orphan_list")).content.decode()
    assert HOLDS in html
    # The page goes back to its first text: there they all stand.
    record(TEXT)
    assert "No orphans" in client.get(reverse("orphan_list")).content.decode()


def test_an_orphan_is_settled_on_its_page_and_nothing_typed_is_lost(client: Client, changed: int) -> None:
    address = reverse("orphan_detail", args=[Orphan.objects.get().pk])
    assert INSPECTED in client.get(address).content.decode()
    for words in ("words of the moon & more", "The"):
        refused = client.post(address, {"action": "anchor", "quote": words})
        assert refused.status_code == 400
        assert words.replace("&", "&amp;") in refused.content.decode()
    assert client.post(address, {"action": "anchor", "quote": " "}).status_code == 422
    assert client.post(address, {"action": "gone"})["Location"] == reverse("orphan_list")
    assert "No longer in the article, says ray" in " ".join(client.get(address).content.decode().split())
    assert client.post(address, {"action": "gone"}).status_code == 409
    client.post(address, {"action": "reopen"})
    claim = Orphan.objects.get().appearance.claim_id
    anchored = client.post(address, {"action": "anchor", "quote": "when the water is low"})
    assert anchored["Location"] == reverse("review", args=[claim])
    client.force_login(make_user(role="viewer"))
    assert client.post(address, {"action": "gone"}).status_code == 403


def test_what_is_flagged_is_on_the_queue_the_list_and_the_workbench(
    client: Client, changed: int, ray: User
) -> None:
    claim = Rewording.objects.get().claim
    for address in (
        reverse("queue"),
        f"{reverse('claim_list')}?edited=silent",
        reverse("review", args=[claim.pk]),
    ):
        html = client.get(address).content.decode()
        assert "dited without notice" in html
        assert f"/review/{claim.pk}/" in html
    assert "Nothing matches" in client.get(f"{reverse('claim_list')}?edited=noted").content.decode()
    case = ClaimState.objects.get(pk=claim.pk)
    stale = client.post(reverse("review_confirm", args=[claim.pk]), {"version": case.version - 1})
    assert stale.status_code == 409
    client.post(reverse("review_confirm", args=[claim.pk]), {"version": case.version})
    case.refresh_from_db()
    assert case.edited == ""
    assert "Edited since you judged them" not in client.get(reverse("queue")).content.decode()


def test_the_page_is_looked_at_when_somebody_asks(client: Client, changed: int) -> None:
    asked = client.post(reverse("article_recheck", args=[changed]), follow=True)
    assert "Its page is being looked at" in asked.content.decode()
    assert the_article().recheck.due_at is not None
    client.force_login(make_user(role="viewer"))
    refused = client.post(reverse("article_recheck", args=[changed]), follow=True)
    assert "may have a page looked at again" in refused.content.decode()
    assert "Look again now" not in refused.content.decode()


# ---- The API ----------------------------------------------------------------------------------------


def test_the_api_tells_how_claims_went_on(changed: int, ray: User) -> None:
    api = CheckedClient(ray)
    article = api.get(f"/api/v1/articles/{changed}/").json()
    assert article["recheck"] is None
    assert [(one["number"], one["follows"]) for one in article["versions"]] == [(2, 1), (1, None)]
    assert (article["current"]["words_added"], article["current"]["words_removed"]) == (1, 13)
    kinds = {one["claim"]["text"]: one["anchoring"] for one in article["appearances"]}
    assert (kinds[HOLDS], kinds[FINISHED], kinds[COST]) == ("exact", "fuzzy", "exact")
    assert all(one["previous"] for one in article["appearances"])
    [flagged] = api.get("/api/v1/claims/?edited=silent").json()["results"]
    assert (flagged["text"], flagged["edited_label"]) == (FINISHED, "Edited without notice")
    address = f"/api/v1/claims/{flagged['id']}/confirm/"
    assert api.post(address, {}).json()["code"] == "version_required"
    assert api.post(address, {"expected_version": flagged["version"]}).json()["edited"] is None
    assert api.post(address, {"expected_version": flagged["version"] + 1}).json()["code"] == "not_edited"


def test_the_api_lists_orphans_and_settles_them(changed: int, ray: User) -> None:
    api = CheckedClient(ray)
    [row] = api.get(f"/api/v1/orphans/?state=open&article={changed}").json()["results"]
    assert (row["claim"]["text"], row["last_in"]["number"], row["not_in"]["number"]) == (INSPECTED, 1, 2)
    address = f"/api/v1/orphans/{row['id']}"
    assert api.post(f"{address}/anchor/", {}).json()["code"] == "invalid"
    assert api.post(f"{address}/anchor/", {"start": 3}).json()["code"] == "invalid"
    assert api.post(f"{address}/reopen/").json()["code"] == "not_gone"
    assert api.post(f"{address}/gone/").json()["state"] == "gone"
    assert api.post(f"{address}/gone/").json()["code"] == "already_decided"
    assert api.post(f"{address}/reopen/").json()["state"] == "open"
    many = api.post(f"{address}/anchor/", {"quote": "The"}).json()
    assert many["code"] == "quote_ambiguous"
    done = api.post(f"{address}/anchor/", {"start": 0, "end": 11}).json()
    assert (done["state"], done["resolved_by"]["username"]) == ("anchored", "ray")
    assert api.get(f"/api/v1/appearances/{done['found']}/").json()["anchoring"] == "hand"
    assert api.post("/api/v1/orphans/999999/gone/").status_code == 404
    assert CheckedClient(make_user(role="viewer")).post(f"{address}/gone/").status_code == 403


def test_the_api_has_a_page_looked_at(changed: int, ray: User) -> None:
    api = CheckedClient(ray)
    told = api.post(f"/api/v1/articles/{changed}/recheck/")
    assert (told.status_code, told.json()["result"]) == (202, None)
    assert api.get(f"/api/v1/articles/{changed}/").json()["recheck"]["due_at"] is not None
    assert api.post("/api/v1/articles/999999/recheck/").status_code == 404
