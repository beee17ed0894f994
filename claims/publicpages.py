"""What the template of a fact-check's page is given, published or in preview: plain values and their ClaimReview."""

from datetime import date, datetime
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime

from claims.exports.claimreview import claim_review, copy_anchor
from claims.exports.published import Facts, Published
from claims.facts import facts_of, iso
from claims.models import ClaimState, FactCheck
from claims.publicqueries import PublicPage, desk, page_address
from factcheck.lib.jsontext import json_for_html

OPEN_APPEARANCES = 3  # articles shown at once; further ones are folded away


def page_context(page: PublicPage) -> dict[str, Any]:
    context = _context(page.published) | {
        "fact_check": page.fact_check,
        "edition": page.edition,
        "changes": page.changes,
        "alternates": page.alternates,
    }
    if page.fact_check.retracted_at is not None:
        context["claim_review"] = ""  # nobody is to pick it up any more
    return context


def preview_context(fact_check: FactCheck, case: ClaimState) -> dict[str, Any] | None:
    """The page as it would be published now; None while the claim has no verdict."""
    published = draft_as_published(fact_check, case)
    if published is None:
        return None
    return _context(published) | {"fact_check": fact_check, "social": fact_check.social}


def draft_as_published(fact_check: FactCheck, case: ClaimState) -> Published | None:
    """The draft with the case as it stands, as plain values; None while the claim has no verdict."""
    facts = facts_of(case, fact_check.language)
    if facts is None:
        return None
    return Published(
        url=page_address(fact_check.slug),
        language=fact_check.language,
        title=fact_check.title,
        summary=fact_check.summary,
        body=fact_check.body,
        claim_reviewed=fact_check.claim_reviewed,
        unknown=fact_check.unknown,
        published=iso(fact_check.published_at),
        modified=iso(fact_check.changed_at),
        facts=facts,
    )


def _context(published: Published) -> dict[str, Any]:
    facts = published.facts
    return {
        "desk": desk(),
        "published": published,
        "facts": facts,
        "first_appearances": facts.appearances[:OPEN_APPEARANCES],
        "more_appearances": facts.appearances[OPEN_APPEARANCES:],
        "copies": _copies(facts),
        "claim_review": json_for_html(claim_review(published, desk())),
    }


def _copies(facts: Facts) -> list[dict[str, Any]]:
    """The copies that the desk keeps of what the page rests on, each once."""
    named: dict[str, dict[str, Any]] = {}
    places = [
        *((one.kept, one.headline or one.outlet, one.url) for one in facts.appearances),
        *((step.kept, step.name, step.url) for one in facts.appearances for step in one.steps),
        *((one.kept, one.title, one.url) for one in facts.documents),
    ]
    for kept, title, url in places:
        if kept.sha256 and kept.sha256 not in named:
            named[kept.sha256] = {
                "anchor": copy_anchor(kept.sha256), "kept": kept, "title": title, "url": url,
                "at": parse_datetime(kept.at) if kept.at else None,
            }  # fmt: skip
    return list(named.values())


def as_moment(told: str) -> datetime | date | None:
    """A moment or a day as a page's facts have it; None for nothing."""
    if not told:
        return None
    return parse_datetime(told) if "T" in told else parse_date(told)
