"""What others publish as ClaimReview is read row by row, whatever form it comes in; bombs and nonsense are refused."""

import json
from datetime import date

import pytest

from claims.elsewhere.nearness import LEAST, nearness, probes
from claims.elsewhere.reading import Entry, Reading, Unreadable, read_claim_reviews
from tests.elsewhere.checks import review


def read(value: object) -> list[Entry]:
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    return read_claim_reviews(content)


def one(value: object) -> Reading:
    (entry,) = read(value)
    assert entry.reading is not None, entry.message
    return entry.reading


def test_all_that_is_said_is_read() -> None:
    found = one(review())
    assert (found.text, found.url) == (
        "The old dam holds twice the water it was built for.",
        "https://brook-desk.example/checks/dam",
    )
    assert (found.publisher, found.site, found.language) == ("Brook Desk", "brook-desk.example", "en")
    assert (found.claimant, found.claimant_kind) == ("Mira Tolland", "person")
    assert (found.claimed_on, found.reviewed_on) == (date(2026, 3, 3), date(2026, 3, 5))
    assert (found.rating, found.appearances) == ("Mostly wrong", ["https://lakeside.example/dam"])


@pytest.mark.parametrize(
    ("rating", "words", "score"),
    [
        ({"ratingValue": "2", "bestRating": "7", "worstRating": "1", "alternateName": "Mostly wrong"}, "Mostly wrong", 1.67),
        ({"ratingValue": 1, "bestRating": 5, "worstRating": 1}, "1 of 5", 1.0),
        ({"ratingValue": 5, "bestRating": 5, "alternateName": "Right"}, "Right", None),  # one end only
        ({"ratingValue": -1, "bestRating": -1, "worstRating": -1, "alternateName": "Satire"}, "Satire", None),
        ({"ratingValue": 9, "bestRating": 5, "worstRating": 1, "alternateName": "Odd"}, "Odd", None),
        ({"ratingValue": "1e999", "bestRating": 5, "worstRating": 1, "alternateName": "Odd"}, "Odd", None),
        ("Three whoppers", "Three whoppers", None),
    ],
)  # fmt: skip
def test_a_rating_is_kept_as_worded_and_scored_only_on_a_scale_with_two_ends(
    rating: object, words: str, score: float | None
) -> None:
    found = one(review(reviewRating=rating))
    assert (found.rating, found.score) == (words, score)


PAGE = (
    b'<!doctype html><script type="application/ld+json">{"@context": "https://schema.org", "@graph": '
    b'[{"@type": "WebPage"}, %s]}</script><script>var x = {</script><SCRIPT TYPE=application/ld+json>{"broken"</SCRIPT>'
)


def test_every_form_is_read() -> None:
    dam, lake = review(), review("The lake is deep.", url="https://brook-desk.example/checks/lake")
    google = {
        "claims": [
            {
                "text": "The lake is deep.",
                "claimant": "Ada Merrow",
                "claimDate": "2026-01-02T00:00:00Z",
                "claimReview": [
                    {
                        "publisher": {"name": "Brook Desk", "site": "brook-desk.example"},
                        "url": "https://brook-desk.example/checks/lake",
                        "title": "Shallow",
                        "reviewDate": "2026-01-05T00:00:00Z",
                        "textualRating": "False",
                        "languageCode": "en",
                    }
                ],
            }
        ]
    }
    feed = {
        "@type": "DataFeed",
        "dataFeedElement": [{"@type": "DataFeedItem", "item": [dam]}, {"item": lake}],
    }
    forms: list[object] = [
        [dam, lake],
        feed,
        {"@graph": [dam, {"@type": "WebSite"}, lake]},
        "\n".join(map(json.dumps, (dam, lake))).encode(),
        b"\xef\xbb\xbf" + json.dumps([dam, lake]).encode(),
    ]
    for form in forms:
        assert [entry.reading.text[:8] for entry in read(form) if entry.reading] == [
            "The old ",
            "The lake",
        ], form
    assert one(google).site == "brook-desk.example"
    page = read(PAGE % json.dumps(dam).encode())
    assert [entry.code for entry in page] == ["", "malformed_json"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (review(claimReviewed=None), "claim_missing"),
        (review(text="long " * 500), "claim_too_long"),
        (review(url="javascript:alert(1)"), "url_missing"),
        (review(url="https://user:secret@brook-desk.example/"), "url_missing"),
        (review(reviewRating=None), "rating_missing"),
        ({"@type": "NewsArticle"}, "not_a_claim_review"),
        (7, "not_a_claim_review"),
    ],
)
def test_a_broken_row_says_why_and_costs_none_of_its_neighbours(row: object, code: str) -> None:
    found = read([review(), row, review(url="https://brook-desk.example/2")])
    assert [entry.code for entry in found] == ["", code, ""]
    assert found[1].place == 2
    assert found[1].message.endswith(".")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "malformed_json"),
        (b"{", "malformed_json"),
        (b"[" * 100_000 + b"]" * 100_000, "malformed_json"),  # deep
        (b"[" + b"[]," * 2_000_000 + b"[]]", "too_complex"),  # wide
        (b"<p>Nothing here</p>", "no_claim_reviews"),
        (b"<script ld+json" * 100_000, "no_claim_reviews"),  # no end of anything
        (b'{"@type": "WebPage"}', "not_a_claim_review"),
    ],
)
def test_bombs_and_nonsense_are_refused(content: bytes, code: str) -> None:
    if code == "not_a_claim_review":
        assert [entry.code for entry in read_claim_reviews(content)] == [code]
        return
    with pytest.raises(Unreadable) as caught:
        read_claim_reviews(content)
    assert caught.value.code == code


def test_what_no_database_keeps_is_left_out() -> None:
    found = one(review("The dam\x00 holds &amp; stands.\u202e", author={"name": "Desk\x00"}))
    assert (found.text, found.publisher) == ("The dam holds & stands.", "Desk")


# ---- How near two claims are -----------------------------------------------------------------------


def near(text: str, other: str) -> float:
    return nearness(text, text.lower().split(), other, other.lower().split())


def test_nearness_is_of_words_but_no_denial_and_no_other_figure_is_the_same() -> None:
    assert near("old dam holds twice water", "Old  dam holds twice water") == 1
    assert near("old dam holds twice water", "old dam holds water easily") >= LEAST
    assert near("old dam holds twice water", "old dam never holds twice water") == 0
    assert near("dam holds 20 tons water", "dam holds 30 tons water") == 0
    assert near("dam holds 20 tons water", "dam holds tons water") >= LEAST
    assert near("dam holds", "dam holds water") == 0  # two words in common are no claim
    assert len(probes([f"stem{n}" for n in range(20)])) == 28
