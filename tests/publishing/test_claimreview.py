"""ClaimReview: what search engines and other desks read. Twenty varied fact-checks, against schema.org's own vocabulary."""

from dataclasses import replace
from itertools import cycle

import pytest

from claims.exports import claimreview
from claims.exports.claimreview import claim_review, data_feed
from claims.exports.published import (
    Agent,
    Appeared,
    Desk,
    Document,
    Facts,
    Kept,
    Note,
    Published,
    Rating,
    Step,
)
from tests.publishing.schemaorg import findings

DESK = Desk(
    "The Lakeside Desk",
    "https://desk.example",
    "https://desk.example/logo.png",
    "https://licence.example/by/",
)
COPY = Kept("ab" * 32, "2026-03-02T08:00:00Z")
ARCHIVED = Kept("cd" * 32, "2026-03-02T08:00:00Z", "https://archive.example/2026/dam")
CHAIN = (
    Step("medium", "said on", "Radio Brook", "unreachable", "Unreachable"),
    Step(
        "relay", "relayed by", "Northern Wire", "altered", "Altered", "It holds a bit more.", "2026-03-03T08:00:00Z",
        "https://wire.example/7", ARCHIVED,
    ),
    Step("publisher", "published by", "Lakeside Post", "found", "Found", "", "2026-03-03T08:00:00Z", "https://post.example/dam", COPY),
)  # fmt: skip
QUOTED = Appeared(
    "Lakeside Post", "https://post.example/", "https://post.example/dam", "The dam at Lakeside", "2026-03-01T09:00:00Z",
    "direct", "Direct quote", "The old dam holds twice the water", Rating("confirmed", "Confirmed at primary"), CHAIN, COPY,
)  # fmt: skip
OWN = replace(
    QUOTED, form="own-voice", form_label="Own voice", attribution=None, steps=CHAIN[2:], kept=ARCHIVED
)
BARE = Appeared(
    "The Brook", "", "", "", "", "indirect", "Indirect", "It holds twice as much", None, (), Kept()
)
MAYOR = Agent(
    "person", "Mira Tolland", job_title="mayor, Lakeside", same_as=("https://www.wikidata.org/wiki/Q1",)
)
CLAIMANTS = [
    MAYOR,
    Agent("person", "Mira Tolland"),
    Agent("organization", "Lakeside Water Board", same_as=("https://www.wikidata.org/wiki/Q2",)),
    Agent("group", "residents of the lower town"),
    Agent("outlet", "Lakeside Post", url="https://post.example/"),
    Agent("unnamed", description="a senior official, as quoted by Lakeside Post"),
    Agent(),
]
RATINGS = [
    *(Rating(verdict, label, score) for score, (verdict, label) in enumerate(
        [("false", "False"), ("misleading", "Misleading"), ("half_true", "Half true"), ("mostly_true", "Mostly true"), ("true", "True")], 1
    )),
    Rating("unproven", "Unproven"), Rating("unverifiable", "Unverifiable"), Rating("not_checkable", "Opinion / not checkable"),
]  # fmt: skip
PLACES = [(QUOTED,), (OWN,), (QUOTED, OWN), (BARE,), (QUOTED, BARE, BARE), ()]
DOCUMENTS = [
    (),
    (
        Document(
            "https://survey.example/dam", "Survey", "refutes", "Refutes", "Data", "Table 3: 41 000", ARCHIVED
        ),
    ),
    (
        Document("", "A document that was given to the desk", "context", "Context", "", "", COPY),
        Document("https://plans.example/", "Plans of 1954", "supports", "Supports", "Primary", "", Kept()),
    ),
]
NOTES = [(), (Note("2026-04-01T10:00:00Z", "Table 3 was misread."),)]
LANGUAGES = ["en", "de", "pt-br", "sr-latn"]


def varied(count: int = 20) -> list[Published]:
    parts = zip(
        range(count), cycle(CLAIMANTS), cycle(RATINGS), cycle(PLACES), cycle(DOCUMENTS), cycle(NOTES), cycle(LANGUAGES),
        strict=False,
    )  # fmt: skip
    return [
        Published(
            url=f"https://desk.example/fact-checks/dam-{n}/",
            language=language,
            title=f"The dam, part {n}: “holds” & <leaks>",
            summary="The survey measured what the plans say.",
            body="By the *survey*.",
            claim_reviewed="The old dam holds twice the water it was built for",
            unknown="How much it held before.",
            published="2026-03-20T10:00:00Z",
            modified=notes[0].at if notes else "2026-03-20T10:00:00Z",
            facts=Facts(
                n + 1,
                "The old dam holds twice the water",
                claimant,
                "2026-03-01" if n % 3 else "",
                rating,
                places,
                documents,
            ),
            corrections=notes,
        )
        for n, claimant, rating, places, documents, notes, language in parts
    ]


def test_twenty_varied_fact_checks_are_schema_org() -> None:
    told = [claim_review(one, DESK) for one in varied()]
    assert len({str(one) for one in told}) == 20
    assert findings(*told) == []


def test_so_is_the_feed_of_all_of_them_and_a_desk_that_says_little_of_itself() -> None:
    feed = data_feed("2026-05-01T00:00:00Z", Desk("Desk", "http://localhost:8000"), varied(8))
    assert findings(feed) == []
    assert [item["item"]["@type"] for item in feed["dataFeedElement"]] == ["ClaimReview"] * 8


@pytest.mark.parametrize(
    "broken",
    [
        {"reviewRating": "False"},
        {"claimReviewed": {"@type": "Person", "name": "x"}},
        {"claimReviewd": "x"},
        {"itemReviewed": {"@type": "Claim", "appearance": {"@type": "Person", "name": "x"}}},
        {"author": {"@type": "Rating", "ratingValue": 1}},
    ],
)
def test_the_vocabulary_finds_what_is_wrong(broken: dict) -> None:
    assert findings(claim_review(varied(1)[0], DESK) | broken) != []


@pytest.mark.parametrize("one", varied(), ids=lambda one: one.url.split("/")[-2])
def test_what_search_engines_ask_for_is_there(one: Published) -> None:
    told = claim_review(one, DESK)
    # Required, then recommended, by the search engine that shows them.
    assert told["claimReviewed"]
    assert told["url"] == one.url
    rating = told["reviewRating"]
    assert rating["alternateName"] == one.facts.rating.label
    scored = one.facts.rating.score is not None
    assert ("ratingValue" in rating, "bestRating" in rating, "worstRating" in rating) == (
        scored,
        scored,
        scored,
    )
    if scored:
        assert 1 == rating["worstRating"] <= rating["ratingValue"] <= rating["bestRating"] == 5
    assert told["author"]["name"] == DESK.name
    assert told["datePublished"]
    assert told["itemReviewed"]["@type"] == "Claim"
    assert told["itemReviewed"]["@id"] == f"https://desk.example/fact-checks/claim/{one.facts.claim_id}/"


def test_nobody_is_given_a_name_that_nobody_knows() -> None:
    by_kind = {
        one.facts.claimant.kind: claim_review(one, DESK)["itemReviewed"].get("author") for one in varied(7)
    }
    assert by_kind["unnamed"] == {
        "@type": "Person",
        "description": "a senior official, as quoted by Lakeside Post",
    }
    assert by_kind["outlet"] == {
        "@type": "NewsMediaOrganization", "name": "Lakeside Post", "url": "https://post.example/",
    }  # fmt: skip
    assert by_kind[""] is None


def test_the_chain_and_both_verdicts_are_told_in_terms_of_our_own() -> None:
    [told] = claim_review(varied(1)[0], DESK)["itemReviewed"]["appearance"]
    assert [(hop["role"], hop["name"], hop["found"]) for hop in told["chain"]] == [
        ("medium", "Radio Brook", "unreachable"),
        ("relay", "Northern Wire", "altered"),
        ("publisher", "Lakeside Post", "found"),
    ]
    assert told["attributionRating"] == {"@type": "Rating", "alternateName": "Confirmed at primary"}
    assert told["archivedAt"] == f"https://desk.example/fact-checks/dam-0/#copy-{'ab' * 8}"
    assert told["chain"][1]["document"]["archivedAt"] == "https://archive.example/2026/dam"
    assert set(claimreview.TERMS) >= {"chain", "Hop", "role", "found", "attributionRating"}


def test_facts_are_kept_as_json_and_read_back() -> None:
    for one in varied():
        assert Facts.from_json(one.facts.as_json()) == one.facts
