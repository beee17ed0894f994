"""Evidence: documents, and where they stand on a claim."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from claims import permissions
from claims.choices import EvidenceKind, Stance
from claims.models import Evidence, EvidenceLink
from claims.services.audit import record_event
from claims.services.cases import bump, lock_case
from claims.services.documents import (
    Passage,
    document_at,
    document_of_file,
    document_of_passage,
    require_accessed_at,
)
from claims.services.notices import OF_EVIDENCE, withdraw
from claims.services.watching import look_now
from factcheck.lib.errors import DomainError, Missing
from factcheck.models import User


@transaction.atomic
def link_evidence(
    *,
    by: User,
    claim_id: int,
    stance: str,
    url: str = "",
    file_sha256: str = "",
    file_name: str = "",
    passage: Passage | None = None,
    title: str = "",
    quote: str = "",
    kind: str = "",
    accessed_at: datetime | None = None,
    expected_version: int | None = None,
) -> EvidenceLink:
    """Ties a document to a claim with a stance: what is at `url`, a file that `documents.keep_upload` kept, or a
    `passage`; the same document is one Evidence, however many claims it serves. What is at a web address is kept by a
    worker, and looked at again from time to time.

    Raises Refused, Missing, Conflict `stale`, DomainError (`several_documents`, `unknown_stance`, `unknown_kind`,
    `already_linked`, and those of `documents`).
    """
    permissions.require(by, "link_evidence")
    if stance not in Stance.values:
        raise DomainError(
            "unknown_stance", f"Say how it bears on the claim: one of {', '.join(Stance.values)}."
        )
    if kind and kind not in EvidenceKind.values:
        raise DomainError(
            "unknown_kind", f"Say what kind of document it is: one of {', '.join(EvidenceKind.values)}."
        )
    if sum((bool(url.strip()), bool(file_sha256), passage is not None)) > 1:
        raise DomainError(
            "several_documents",
            "Give one document at a time: a web address, or a file, or a passage of an article.",
        )
    accessed = require_accessed_at(accessed_at)
    case = lock_case(claim_id=claim_id, expected_version=expected_version)
    if passage is not None:
        evidence, words = document_of_passage(passage, by=by, title=title)
        quote = quote or words
    elif file_sha256:
        evidence = document_of_file(file_sha256, by=by, name=file_name, title=title)
    else:
        evidence = document_at(url, by=by, title=title)
    if title and not evidence.title:
        evidence.title = title
        evidence.save(update_fields=["title"])
    if EvidenceLink.objects.filter(claim_id=claim_id, evidence=evidence, withdrawn_at=None).exists():
        raise DomainError(
            "already_linked",
            "This document is linked to this claim already: withdraw that link to change it.",
        )
    link = EvidenceLink.objects.create(
        evidence=evidence,
        claim_id=claim_id,
        stance=stance,
        kind=kind,
        quote=quote,
        accessed_at=accessed,
        # Of a web address, its worker says which copy: it looks once more, for it may have changed since the last look.
        snapshot=None if evidence.url else evidence.snapshot,
        added_by=by,
    )
    bump(case)
    record_event(
        by=by,
        verb="link_evidence",
        target=link,
        claim_id=claim_id,
        after={
            "url": evidence.url,
            "origin": evidence.origin,
            "document": evidence.pk,
            "title": title,  # as given here; a document that is known already keeps its own
            "stance": stance,
            "kind": kind,
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
    link = _link(claim_id, link_id)
    link.withdrawn_by = by
    link.withdrawn_at = timezone.now()
    link.save(update_fields=["withdrawn_by", "withdrawn_at"])
    withdraw(*OF_EVIDENCE, claim_id=claim_id, link=link)
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


@transaction.atomic
def see_evidence(
    *, by: User, claim_id: int, link_id: int, expected_version: int | None = None
) -> EvidenceLink:
    """Says that the link holds although its document has changed or is gone; the flag goes until that happens again.

    Raises Refused, Missing, Conflict `stale`.
    """
    permissions.require(by, "link_evidence")
    case = lock_case(claim_id=claim_id, expected_version=expected_version)
    link = _link(claim_id, link_id)
    flag = link.flag
    link.seen_at = timezone.now()
    link.save(update_fields=["seen_at"])
    withdraw(*OF_EVIDENCE, claim_id=claim_id, link=link)
    bump(case)
    record_event(
        by=by,
        verb="see_evidence",
        target=link,
        claim_id=claim_id,
        before={"flag": flag},
        after={"url": link.evidence.url, "version": case.version},
    )
    return link


@transaction.atomic
def look_at_evidence(*, by: User, claim_id: int, link_id: int) -> Evidence:
    """Has the document looked at, and kept, now. Raises Refused, Missing, DomainError `no_address`."""
    permissions.require(by, "link_evidence")
    link = _link(claim_id, link_id)
    if not link.evidence.url:
        raise DomainError(
            "no_address", "This document is kept here, and not on the web: there is nothing to look at again."
        )
    look_now(link.evidence)
    record_event(
        by=by, verb="look_at_evidence", target=link, claim_id=claim_id, after={"url": link.evidence.url}
    )
    return link.evidence


def _link(claim_id: int, link_id: int) -> EvidenceLink:
    link = (
        EvidenceLink.objects.select_related("evidence__watch")
        .filter(pk=link_id, claim_id=claim_id, withdrawn_at=None)
        .first()
    )
    if link is None:
        raise Missing("link_not_found", "This evidence is not linked any more: reload the page.")
    return link
