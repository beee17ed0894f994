"""What an editor begins a fact-check with, and what is still wrong with one. Reads alone."""

import re
from dataclasses import dataclass

from django.utils.text import Truncator, slugify

from claims.choices import HopResult, ReviewKind, ReviewStage
from claims.exports.published import Facts
from claims.models import ClaimState, Edition, FactCheck, Review
from claims.models.factcheck import CLAIM_REVIEWED_WANTED, RESERVED_SLUGS
from claims.rationales import rationale_text

SLUG_CHARACTERS = 80
_CUT_OFF = " ,;:–—"
# Before or after the claim, set off from it: "False: …", "… (mostly true)".
_BEFORE = r"^\W*(?:{labels})\s*[:–—-]"
_AFTER = r"[(\[:–—-]\s*(?:{labels})\W*$"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a field of a draft. `stops`: it cannot be published so; otherwise it is advice."""

    field: str
    code: str
    message: str
    stops: bool = True


def prefilled(case: ClaimState, facts: Facts, language: str) -> dict[str, str]:
    """The words to begin with, from the claim, its verdicts and why they were given; every one is meant to be edited."""
    reasons = {review.kind: review.rationale for review in _reviews(case.pk)}
    why = rationale_text(reasons.get(ReviewKind.VERACITY, ""))
    who = facts.claimant.words or "Somebody"
    said = "wrote" if facts.is_own_voice else "said"
    words = unquoted(facts.claim_text)
    title = f"{who} {said}: “{Truncator(words).chars(110)}”"
    summary = Truncator(" ".join(why.split())).chars(300)
    body = "\n\n".join(
        reason for kind in (ReviewKind.VERACITY, ReviewKind.ATTRIBUTION) if (reason := reasons.get(kind, ""))
    )
    return {
        "slug": free_slug(facts.claim_text, language, claim_id=case.pk),
        "title": Truncator(title).chars(200),
        "summary": summary,
        "body": body,
        "claim_reviewed": Truncator(words).chars(300),
        "unknown": _not_reached(facts),
        "social": Truncator(summary or words).chars(200),
    }


def unquoted(claim: str) -> str:
    """The claim without the marks and the comma that stand around it in its text, which may have cut a pair of them."""
    words = claim.strip()
    for opening, closing in ("“”", "„“", "«»", "‘’", '""'):
        begins, ends = words.startswith(opening), words.rstrip(_CUT_OFF).endswith(closing)
        inner = words.rstrip(_CUT_OFF)[begins : -1 if ends else None]
        if (begins or ends) and opening not in inner and (closing not in inner or closing == "’"):
            words = inner
    return words.rstrip(_CUT_OFF)


def free_slug(words: str, language: str, *, claim_id: int) -> str:
    """An address for these words that no other fact-check has."""
    base = (
        slugify(words)[:SLUG_CHARACTERS].rsplit("-", 1)[0] if len(words) > SLUG_CHARACTERS else slugify(words)
    )
    base = base.replace("_", "-").strip("-")
    base = re.sub("-{2,}", "-", base) or f"fact-check-{claim_id}"
    for candidate in (base, f"{base}-{language}", f"{base}-{claim_id}", f"{base}-{claim_id}-{language}"):
        taken = any(rows.filter(slug=candidate).exists() for rows in (FactCheck.objects, Edition.objects))
        if candidate not in RESERVED_SLUGS and not taken:
            return candidate
    return f"fact-check-{claim_id}-{language}"


def troubles(words: dict[str, str], labels: list[str]) -> list[Trouble]:
    """What is wrong with a draft's words; `labels` are the names of verdicts, which a claim must not carry."""
    found = [
        Trouble(field, f"{field}_missing", f"{name} is empty: readers need it.")
        for field, name in (
            ("title", "The headline"),
            ("summary", "The summary"),
            ("claim_reviewed", "The claim in short"),
        )
        if not words[field].strip()
    ]
    claim = words["claim_reviewed"].strip()
    alternatives = "|".join(re.escape(label) for label in labels if label)
    if claim and any(
        re.search(pattern.format(labels=alternatives), claim, re.IGNORECASE) for pattern in (_BEFORE, _AFTER)
    ):
        found.append(
            Trouble(
                "claim_reviewed",
                "rating_in_claim",
                "The claim in short has the verdict in it: give the claim alone, the verdict stands beside it.",
            )
        )
    if len(claim) > CLAIM_REVIEWED_WANTED:
        found.append(
            Trouble(
                "claim_reviewed",
                "claim_long",
                f"The claim in short has {len(claim)} characters; sites that show it cut it after {CLAIM_REVIEWED_WANTED}.",
                stops=False,
            )
        )
    return found


def _reviews(claim_id: int) -> list[Review]:
    standing = Review.objects.filter(claim_id=claim_id, stage=ReviewStage.AUTHOR, superseded_by=None)
    return list(standing.order_by("-pk"))


def _not_reached(facts: Facts) -> str:
    """The steps of the chain that could not be looked at: what is not known, as far as the desk knows."""
    names = dict.fromkeys(
        step.name for one in facts.appearances for step in one.steps if step.result == HopResult.UNREACHABLE
    )
    return "\n\n".join(f"What was said on or by {name} could not be looked at." for name in names)
