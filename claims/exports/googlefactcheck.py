"""Claims and ClaimReview markup pages in the shape of Google's Fact Check Tools API, v1alpha1. Pure.

Its discovery document is the source of the names and of their order; as everywhere in that API, what is empty is left out.
"""

from collections.abc import Sequence
from typing import Any

from claims.exports.claimreview import BEST, WORST
from claims.exports.published import Desk, Published

Json = dict[str, Any]


def found_claim(row: Json, desk: Desk) -> Json:
    """One result of claims:search. `row`: text, claimant, claim_date, url, title, review_date, rating, language."""
    return _filled(
        {
            "text": row["text"],
            "claimant": row["claimant"],
            "claimDate": row["claim_date"],
            "claimReview": [
                _filled(
                    {
                        "publisher": _filled({"name": desk.name, "site": desk.site}),
                        "url": row["url"],
                        "title": row["title"],
                        "reviewDate": row["review_date"],
                        "textualRating": row["rating"],
                        "languageCode": language_code(row["language"]),
                    }
                )
            ],
        }
    )


def search_answer(claims: Sequence[Json], next_page_token: str) -> Json:
    return _filled({"claims": list(claims), "nextPageToken": next_page_token})


def markup_page(number: int, version: int, published: Published, desk: Desk) -> Json:
    """One ClaimReviewMarkupPage: dates are days here, as in the markup that it stands for."""
    facts = published.facts
    urls = [one.url for one in facts.appearances if one.url]
    scored = facts.rating.score is not None
    markup = {
        "url": published.url,
        "claimReviewed": published.claim_reviewed,
        "claimDate": facts.claim_date[:10],
        "claimFirstAppearance": urls[0] if urls else "",
        "claimAppearances": urls[1:],
        "claimAuthor": _filled(
            {
                "name": facts.claimant.words,
                "jobTitle": facts.claimant.job_title,
                "sameAs": facts.claimant.same_as[0] if facts.claimant.same_as else "",
            }
        ),
        "rating": _filled(
            {
                "ratingValue": facts.rating.score,
                "worstRating": WORST if scored else None,
                "bestRating": BEST if scored else None,
                "textualRating": facts.rating.label,
                "ratingExplanation": published.summary,
            }
        ),
    }
    return _filled(
        {
            "name": f"pages/{number}",
            "pageUrl": published.url,
            "publishDate": published.published[:10],
            "claimReviewAuthor": _filled({"name": desk.name, "imageUrl": desk.logo}),
            "claimReviewMarkups": [_filled(markup)],
            "versionId": str(version),
        }
    )


def pages_answer(pages: Sequence[Json], next_page_token: str) -> Json:
    return _filled({"claimReviewMarkupPages": list(pages), "nextPageToken": next_page_token})


def status(code: int, message: str, reason: str, details: Sequence[Json] = ()) -> Json:
    """An error as google.rpc.Status goes over HTTP. `reason`: the name of its canonical code, like INVALID_ARGUMENT."""
    return {"error": _filled({"code": code, "message": message, "status": reason, "details": list(details)})}


def bad_request(field: str, description: str) -> Json:
    """The detail that says which parameter is wrong."""
    return {
        "@type": "type.googleapis.com/google.rpc.BadRequest",
        "fieldViolations": [_filled({"field": field, "description": description})],
    }


def language_code(language: str) -> str:
    """BCP 47 as it is usually written: pt-BR, sr-Latn."""
    first, *rest = language.split("-")
    return "-".join([first, *(part.title() if len(part) == 4 else part.upper() for part in rest)])


def _filled(told: Json) -> Json:
    return {name: value for name, value in told.items() if value not in (None, "", [], {})}
