"""ClaimReview, as schema.org has it and search engines read it. Pure: plain values in, plain values out.

schema.org has no words for a chain, for a verdict on whether somebody said it, or for a document's stance: these are terms of our
own (`TERMS`), named in the @context, so that whoever does not know them leaves them out. An unscored verdict has a name
and no number. Who is not named is described, never given a name.
"""

from collections.abc import Iterable
from typing import Any

from claims.exports.published import Agent, Appeared, Desk, Document, Kept, Note, Published, Rating, Step

Json = dict[str, Any]

BEST, WORST = 5, 1
TERMS_OF = "urn:factcheck-workbench:"
TERMS: Json = {
    "chain": {"@id": f"{TERMS_OF}chain", "@container": "@list"},
    "Hop": f"{TERMS_OF}Hop",
    "role": f"{TERMS_OF}role",
    "found": f"{TERMS_OF}found",
    "wording": f"{TERMS_OF}wording",
    "document": f"{TERMS_OF}document",
    "form": f"{TERMS_OF}form",
    "attributionRating": f"{TERMS_OF}attributionRating",
    "stance": f"{TERMS_OF}stance",
}
CONTEXT: list[str | Json] = ["https://schema.org", TERMS]
_TYPES = {
    "person": "Person",
    "unnamed": "Person",
    "organization": "Organization",
    "group": "Organization",
    "outlet": "NewsMediaOrganization",
}


def claim_review(published: Published, desk: Desk, *, context: bool = True) -> Json:
    """One ClaimReview; without its @context where it stands within a feed that has it."""
    facts = published.facts
    appearances = [_appearance(one, number, published.url) for number, one in enumerate(facts.appearances, 1)]
    claim = _given(
        {
            "@type": "Claim",
            "@id": f"{desk.url}/fact-checks/claim/{facts.claim_id}/",
            "text": facts.claim_text,
            "author": _agent(facts.claimant),
            "datePublished": facts.claim_date,
            "firstAppearance": _reference(appearances[0]) if appearances else None,
            "appearance": appearances,
        }
    )
    by = _given({"@type": "Organization", "name": desk.name, "url": desk.url, "logo": desk.logo})
    review = {
        "@type": "ClaimReview",
        "@id": published.url,
        "url": published.url,
        "name": published.title,
        "claimReviewed": published.claim_reviewed,
        "reviewRating": _rating(facts.rating, published.summary),
        "itemReviewed": claim,
        "author": by,
        "publisher": by,
        "datePublished": published.published,
        "dateModified": published.modified if published.modified != published.published else "",
        "inLanguage": published.language,
        "description": published.summary,
        "license": desk.licence,
        "citation": [_document(one, published.url) for one in facts.documents],
        "correction": [_correction(note) for note in published.corrections],
    }
    return ({"@context": CONTEXT} if context else {}) | _given(review)


def data_feed(modified: str, desk: Desk, items: Iterable[Published]) -> Json:
    """All of `items` as one DataFeed; for more than fit into memory, see `feed_head` and `feed_item`."""
    return feed_head(modified, desk) | {"dataFeedElement": [feed_item(one, desk) for one in items]}


def feed_head(modified: str, desk: Desk) -> Json:
    head = {
        "@type": "DataFeed",
        "@id": f"{desk.url}/fact-checks/claimreview.json",
        "name": f"Fact-checks of {desk.name}",
        "dateModified": modified,
        "license": desk.licence,
        "publisher": _given({"@type": "Organization", "name": desk.name, "url": desk.url}),
    }
    return {"@context": CONTEXT} | _given(head)


def feed_item(one: Published, desk: Desk) -> Json:
    return {
        "@type": "DataFeedItem",
        "dateCreated": one.published,
        "dateModified": one.modified,
        "item": claim_review(one, desk, context=False),
    }


def _rating(rating: Rating, explanation: str = "") -> Json:
    scored = rating.score is not None
    return _given(
        {
            "@type": "Rating",
            "ratingValue": rating.score,
            "bestRating": BEST if scored else None,
            "worstRating": WORST if scored else None,
            "alternateName": rating.label,
            "ratingExplanation": explanation,
        }
    )


def _agent(agent: Agent) -> Json | None:
    if not agent.kind:
        return None
    return _given(
        {
            "@type": _TYPES[agent.kind],
            "name": agent.name,
            "description": agent.description,
            "jobTitle": agent.job_title if agent.kind in ("person", "unnamed") else "",
            "url": agent.url,
            "sameAs": list(agent.same_as),
        }
    )


def _reference(node: Json) -> Json:
    """The same node once more: what names it, and what readers of this place alone look for."""
    return {name: node[name] for name in ("@type", "@id", "url", "headline", "datePublished") if name in node}


def _appearance(one: Appeared, number: int, page: str) -> Json:
    return _given(
        {
            "@type": "NewsArticle",
            "@id": f"{page}#appearance-{number}",
            "url": one.url,
            "headline": one.headline,
            "datePublished": one.published,
            "publisher": _given(
                {"@type": "NewsMediaOrganization", "name": one.outlet, "url": one.outlet_url}
            ),
            "archivedAt": _archived_at(one.kept, page),
            "form": one.form,
            "attributionRating": _rating(one.attribution) if one.attribution else None,
            "chain": [_hop(step, page) for step in one.steps],
        }
    )


def _hop(step: Step, page: str) -> Json:
    return _given(
        {
            "@type": "Hop",
            "role": step.role,
            "name": step.name,
            "found": step.result,
            "wording": step.wording,
            "document": _given(
                {
                    "@type": "CreativeWork",
                    "url": step.url,
                    "archivedAt": _archived_at(step.kept, page),
                }
            )
            if step.url or step.kept.sha256
            else None,
        }
    )


def _document(one: Document, page: str) -> Json:
    return _given(
        {
            "@type": "CreativeWork",
            "url": one.url,
            "name": one.title,
            "archivedAt": _archived_at(one.kept, page),
            "stance": one.stance,
        }
    )


def _archived_at(kept: Kept, page: str) -> str:
    """An archive's page, or else the place on ours that says of which bytes the desk keeps a copy."""
    return kept.archive_url or (f"{page}#{copy_anchor(kept.sha256)}" if kept.sha256 else "")


def copy_anchor(sha256: str) -> str:
    return f"copy-{sha256[:16]}"


def _correction(note: Note) -> Json:
    return {"@type": "CorrectionComment", "text": note.text, "datePublished": note.at}


def _given(told: Json) -> Json:
    """Without what is not known: an empty value would say that it is empty."""
    return {name: value for name, value in told.items() if value not in (None, "", [], {})}
