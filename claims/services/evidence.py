"""Evidence: documents, and where they stand on a claim."""

from django.db import transaction
from django.utils import timezone

from articles.fetching import FetchError, read_url
from articles.parsing.urls import url_key
from claims import permissions
from claims.choices import Stance
from claims.models import Evidence, EvidenceLink
from claims.services.audit import record_event
from claims.services.cases import bump, lock_case
from factcheck.lib.errors import DomainError, Missing
from factcheck.models import User

URL_CHARACTERS = 2000


def require_evidence_url(url: str) -> str:
    """The address without blanks around it, read as strictly as one that is fetched: people will follow it, and some
    day a program may. Raises DomainError `invalid_url`."""
    url = url.strip()
    if len(url) > URL_CHARACTERS or not url_key(url):
        raise DomainError("invalid_url", "Evidence needs a web address that starts with https:// or http://.")
    try:
        read_url(url)
    except FetchError as error:
        raise DomainError(error.code, f"Evidence needs a web address. {error.message}") from None
    scheme, _, rest = url.partition("://")
    return f"{scheme.lower()}://{rest}"


@transaction.atomic
def link_evidence(
    *,
    by: User,
    claim_id: int,
    url: str,
    stance: str,
    title: str = "",
    quote: str = "",
    expected_version: int | None = None,
) -> EvidenceLink:
    """Ties a document to a claim with a stance; the same address is one Evidence, however many claims it serves.

    Raises Refused, Missing, Conflict `stale`, DomainError (`invalid_url`, `unknown_stance`, `already_linked`).
    """
    permissions.require(by, "link_evidence")
    url = require_evidence_url(url)
    key = url_key(url)
    if stance not in Stance.values:
        raise DomainError(
            "unknown_stance", f"Say how it bears on the claim: one of {', '.join(Stance.values)}."
        )
    case = lock_case(claim_id=claim_id, expected_version=expected_version)
    evidence, _ = Evidence.objects.get_or_create(
        key=key, defaults={"url": url, "title": title, "added_by": by}
    )
    if title and not evidence.title:
        evidence.title = title
        evidence.save(update_fields=["title"])
    if EvidenceLink.objects.filter(claim_id=claim_id, evidence=evidence, withdrawn_at=None).exists():
        raise DomainError(
            "already_linked",
            "This document is linked to this claim already: withdraw that link to change it.",
        )
    link = EvidenceLink.objects.create(
        evidence=evidence, claim_id=claim_id, stance=stance, quote=quote, added_by=by
    )
    bump(case)
    record_event(
        by=by,
        verb="link_evidence",
        target=link,
        claim_id=claim_id,
        after={
            "url": evidence.url,
            "title": title,  # as given here; a document that is known already keeps its own
            "stance": stance,
            "quote": quote,
            "version": case.version,
        },
    )
    return link


@transaction.atomic
def withdraw_evidence(
    *, by: User, claim_id: int, link_id: int, expected_version: int | None = None
) -> EvidenceLink:
    """Withdraws a link of this claim; it stays in the history. Raises Refused, Missing, Conflict `stale`."""
    permissions.require(by, "link_evidence")
    case = lock_case(claim_id=claim_id, expected_version=expected_version)
    link = (
        EvidenceLink.objects.select_related("evidence")
        .filter(pk=link_id, claim_id=claim_id, withdrawn_at=None)
        .first()
    )
    if link is None:
        raise Missing("link_not_found", "This evidence is not linked any more: reload the page.")
    link.withdrawn_by = by
    link.withdrawn_at = timezone.now()
    link.save(update_fields=["withdrawn_by", "withdrawn_at"])
    bump(case)
    record_event(
        by=by,
        verb="withdraw_evidence",
        target=link,
        claim_id=link.claim_id,
        before={"url": link.evidence.url, "stance": link.stance, "quote": link.quote},
        after={"version": case.version},
    )
    return link
