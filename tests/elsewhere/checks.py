"""ClaimReview of invented desks."""

from typing import Any


def review(
    text: str = "The old dam holds twice the water it was built for.", **changed: Any
) -> dict[str, Any]:
    """A ClaimReview of the Brook Desk; a change to None leaves a member out."""
    members = {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": "https://brook-desk.example/checks/dam",
        "claimReviewed": text,
        "datePublished": "2026-03-05",
        "inLanguage": "en-GB",
        "headline": "No, the dam does not",
        "author": {"@type": "Organization", "name": "Brook Desk", "url": "https://www.brook-desk.example/"},
        "reviewRating": {
            "@type": "Rating",
            "ratingValue": 2,
            "bestRating": 7,
            "worstRating": 1,
            "alternateName": "Mostly wrong",
        },
        "itemReviewed": {
            "@type": "Claim",
            "author": {"@type": "Person", "name": "Mira Tolland"},
            "datePublished": "2026-03-03T10:00:00Z",
            "appearance": [{"@type": "NewsArticle", "url": "https://lakeside.example/dam"}],
        },
    }
    return {name: value for name, value in (members | changed).items() if value is not None}
