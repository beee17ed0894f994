"""`/v1alpha1/`, as clients written for Google's Fact Check Tools API expect it: names, shapes, order, tokens, errors."""

import json
from typing import Any

import pytest
from django.test import Client

from claims.services import publishing
from factcheck.models import User
from tests.factories import make_outlet, make_speaker
from tests.publishing.conftest import WORDS, dated_claim, published

pytestmark = pytest.mark.django_db

SEARCH, PAGES = "/v1alpha1/claims:search", "/v1alpha1/pages"
# As the API's discovery document names and types them, in the order in which its servers write them.
CLAIM = {"text": str, "claimant": str, "claimDate": str, "claimReview": list}
REVIEW = {
    "publisher": dict,
    "url": str,
    "title": str,
    "reviewDate": str,
    "textualRating": str,
    "languageCode": str,
}
PUBLISHER = {"name": str, "site": str}
PAGE = {
    "name": str, "pageUrl": str, "publishDate": str, "claimReviewAuthor": dict, "claimReviewMarkups": list,
    "versionId": str,
}  # fmt: skip
MARKUP = {
    "url": str,
    "claimReviewed": str,
    "claimDate": str,
    "claimFirstAppearance": str,
    "claimAuthor": dict,
    "rating": dict,
}
RATING = {
    "ratingValue": int,
    "worstRating": int,
    "bestRating": int,
    "textualRating": str,
    "ratingExplanation": str,
}


def ask(address: str, status: int = 200, **parameters: Any) -> dict[str, Any]:
    answer = Client().get(address, parameters)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/json; charset=UTF-8")
    return answer.json()


def assert_shape(told: dict[str, Any], shape: dict[str, type]) -> None:
    assert list(told) == [name for name in shape if name in told]
    assert all(isinstance(value, shape[name]) and value not in ("", [], {}) for name, value in told.items())


@pytest.fixture
def three(ann: User, eve: User) -> None:
    speaker = make_speaker("Mira Tolland")
    for number in range(3):
        claim = dated_claim(ann, number, speaker=speaker)
        published(
            claim, eve, slug=f"dam-{number}", title=f"Dam {number}", claim_reviewed=f"The dam, part {number}"
        )


def test_a_result_has_the_names_and_values_that_clients_read(three: None) -> None:
    told = ask(SEARCH, query="dam", pageSize=1)
    assert list(told) == ["claims", "nextPageToken"]
    [claim] = told["claims"]
    assert_shape(claim, CLAIM)
    [review] = claim["claimReview"]
    assert_shape(review, REVIEW)
    assert_shape(review["publisher"], PUBLISHER)
    assert (claim["text"], claim["claimant"], claim["claimDate"]) == (
        "The dam, part 2",
        "Mira Tolland",
        "2026-03-03T09:00:00Z",
    )
    assert review["publisher"] == {"name": "The Lakeside Desk", "site": "desk.example"}
    assert (review["url"], review["title"], review["textualRating"], review["languageCode"]) == (
        "https://desk.example/fact-checks/dam-2/",
        "Dam 2",
        "False",
        "en",
    )
    assert review["reviewDate"].endswith("Z")


def test_it_is_written_as_googles_servers_write_it(three: None) -> None:
    pretty = Client().get(SEARCH, {"query": "part 1"}).content.decode()
    assert pretty == json.dumps(json.loads(pretty), indent=2, ensure_ascii=False) + "\n"
    plain = Client().get(SEARCH, {"query": "part 1", "prettyPrint": "false"}).content.decode()
    assert plain == json.dumps(json.loads(plain), separators=(",", ":"), ensure_ascii=False)
    assert Client().get(SEARCH, {"query": "zeppelin"}).content == b"{}\n"


def test_a_walk_by_tokens_meets_everything_once(three: None) -> None:
    met, token = [], ""
    for _ in range(5):
        told = ask(SEARCH, query="dam", pageSize=2, **({"pageToken": token} if token else {}))
        met += [one["text"] for one in told["claims"]]
        token = told.get("nextPageToken", "")
        if not token:
            break
    assert met == ["The dam, part 2", "The dam, part 1", "The dam, part 0"]
    assert [one["text"] for one in ask(SEARCH, query="dam", offset=1)["claims"]] == met[1:]
    assert ask(SEARCH, query="dam", offset=3) == {}


def test_filters(three: None, ann: User, eve: User) -> None:
    published(dated_claim(ann, 9), eve, "pt-br", slug="a-barragem", title="A barragem")
    [one] = ask(SEARCH, query="barragem", languageCode="pt")["claims"]
    assert one["claimReview"][0]["languageCode"] == "pt-BR"
    assert "claims" in ask(SEARCH, query="barragem", languageCode="pt-PT"), "regions are not considered"
    assert ask(SEARCH, query="barragem", languageCode="en") == {}
    assert len(ask(SEARCH, reviewPublisherSiteFilter="desk.example")["claims"]) == 4
    assert ask(SEARCH, reviewPublisherSiteFilter="other.example") == {}
    assert len(ask(SEARCH, query="dam", maxAgeDays=1)["claims"]) == 4


def test_only_what_is_published_is_found(ann: User, eve: User) -> None:
    claim = dated_claim(ann, 1)
    fact_check = published(claim, eve)
    name = f"{PAGES}/{fact_check.pk}"
    assert ask(SEARCH, query="dam")["claims"]
    assert ask(name)["pageUrl"] == "https://desk.example/fact-checks/the-old-dam/"
    publishing.retract_claim(by=eve, claim_id=claim.pk, reason="Of another dam.")
    assert ask(SEARCH, query="dam") == {}
    assert ask(PAGES, url="https://desk.example/fact-checks/the-old-dam/") == {}
    assert ask(name, 404)["error"]["status"] == "NOT_FOUND"


def test_markup_pages_by_address_site_and_name(three: None, ann: User, eve: User) -> None:
    make_outlet("Other")
    [page] = ask(PAGES, url="http://www.desk.example/fact-checks/dam-1")["claimReviewMarkupPages"]
    assert_shape(page, PAGE)
    [markup] = page["claimReviewMarkups"]
    assert_shape(markup, MARKUP)
    assert_shape(markup["rating"], RATING)
    assert markup["rating"]["ratingValue"] == 1
    assert (markup["claimDate"], markup["claimFirstAppearance"]) == (
        "2026-03-02",
        "https://post.example/dam/1",
    )
    assert ask(f"/v1alpha1/{page['name']}") == page
    met, token = [], ""
    while True:
        told = ask(PAGES, organization="desk.example", pageSize=2, pageToken=token)
        met += [one["pageUrl"][-2] for one in told["claimReviewMarkupPages"]]
        if not (token := told.get("nextPageToken", "")):
            break
    assert met == ["2", "1", "0"]
    assert ask(PAGES, organization="other.example") == {}


def test_unscored_verdicts_have_no_number(ann: User, eve: User) -> None:
    from tests.publishing.conftest import judged_claim

    claim = judged_claim(ann, "unproven")
    published(claim, eve)
    [page] = ask(PAGES, organization="desk.example")["claimReviewMarkupPages"]
    assert page["claimReviewMarkups"][0]["rating"] == {
        "textualRating": "Unproven",
        "ratingExplanation": WORDS["summary"],
    }


@pytest.mark.parametrize(
    ("address", "parameters"),
    [
        (SEARCH, {}),
        (SEARCH, {"query": "  "}),
        (SEARCH, {"query": "dam", "pageToken": "forged"}),
        (SEARCH, {"query": "dam", "pageToken": "eyJvZiI6MX0:1a:b"}),
        (SEARCH, {"query": "dam", "pageSize": "-1"}),
        (SEARCH, {"query": "dam", "pageSize": "ten"}),
        (SEARCH, {"query": "dam", "pageSize": "99999999999"}),
        (SEARCH, {"query": "dam", "offset": "-1"}),
        (SEARCH, {"query": "dam", "offset": "2000000000"}),
        (SEARCH, {"query": "dam", "maxAgeDays": "1.5"}),
        (SEARCH, {"query": "dam", "languageCode": "no language"}),
        (SEARCH, {"query": "dam", "nonsense": "1"}),
        (SEARCH, {"query": "dam", "alt": "proto"}),
        (SEARCH, {"query": "dam", "callback": "f"}),
        (SEARCH, {"query": "d\x00m"}),
        (SEARCH, {"query": ["dam", "lake"]}),
        (PAGES, {}),
        (PAGES, {"url": "https://desk.example/fact-checks/x/", "organization": "desk.example"}),
    ],
    ids=str,
)
def test_what_is_wrong_is_told_as_a_google_status(address: str, parameters: dict[str, Any]) -> None:
    told = ask(address, 400, **parameters)
    assert list(told) == ["error"]
    error = told["error"]
    assert list(error)[:3] == ["code", "message", "status"]
    assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")
    assert error["message"]


def test_a_token_is_good_for_its_own_search_alone(three: None) -> None:
    token = ask(SEARCH, query="dam", pageSize=1)["nextPageToken"]
    assert ask(SEARCH, query="dam", pageSize=1, pageToken=token)["claims"]
    for other in (
        {"query": "lake"},
        {"query": "dam", "languageCode": "de"},
        {"query": "dam", "maxAgeDays": "3"},
    ):
        message = ask(SEARCH, 400, pageToken=token, **other)["error"]["message"]
        assert "other parameters" in message
    assert ask(PAGES, 400, organization="desk.example", pageToken=token)["error"]["code"] == 400


def test_a_token_goes_on_though_its_row_went(three: None, ann: User, eve: User) -> None:
    from claims.models import Edition

    token = ask(SEARCH, query="dam", pageSize=1)["nextPageToken"]
    last = Edition.objects.order_by("-pk")[0]
    publishing.retract_claim(by=eve, claim_id=last.fact_check.claim_id, reason="Of another dam.")
    assert [one["text"] for one in ask(SEARCH, query="dam", pageToken=token)["claims"]] == [
        "The dam, part 1",
        "The dam, part 0",
    ]


def test_the_parameters_that_every_client_of_google_sends_are_taken(three: None) -> None:
    told = ask(
        SEARCH, query="dam", key="AIza", alt="json", quotaUser="me", access_token="t", uploadType="media",
        **{"$.xgafv": "2"},
    )  # fmt: skip
    assert len(told["claims"]) == 3
    assert len(ask(SEARCH, query="dam", pageSize=10**9)["claims"]) == 3, "a size beyond the most is that"
    assert ask("/v1alpha1/claims:imageSearch", 404)["error"]["status"] == "NOT_FOUND"
    refused = Client().post(PAGES, {}, content_type="application/json")
    assert (refused.status_code, refused.json()["error"]["status"]) == (405, "UNIMPLEMENTED")


def test_a_search_costs_the_same_however_much_is_found(three: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):  # the few that have the words; the page
        ask(SEARCH, query="dam")
    with django_assert_num_queries(1):
        ask(SEARCH, reviewPublisherSiteFilter="desk.example")
