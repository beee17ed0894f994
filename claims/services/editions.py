"""What readers see of a fact-check: its editions are written here, and come and go with the claim's moves.

Called by the services that move a claim, with its case locked.
"""

from datetime import UTC, datetime

from django.db.models import QuerySet
from django.utils import timezone

from claims.choices import Veracity
from claims.drafting import troubles
from claims.facts import facts_of
from claims.models import AuditEvent, ClaimState, Correction, Edition, FactCheck, verdict_choices
from claims.models.factcheck import WORDS
from factcheck.lib.errors import DomainError
from factcheck.models import User


def publish_edition(
    fact_check: FactCheck, case: ClaimState, *, by: User, correction: Correction | None = None
) -> Edition:
    """Makes the draft what readers see, with the case as it stands. Raises DomainError: what is wrong with the draft."""
    words = {name: getattr(fact_check, name) for name in WORDS}
    require_publishable(words)
    facts = facts_of(case, fact_check.language)
    if facts is None:
        raise DomainError("verdict_missing", "This claim has no verdict yet: there is nothing to publish.")
    now = timezone.now()
    last = fact_check.editions.order_by("-number").first()
    Edition.objects.filter(fact_check=fact_check, listed=True).update(listed=False)
    edition = Edition.objects.create(
        fact_check=fact_check,
        number=last.number + 1 if last else 1,
        language=fact_check.language,
        base_language=fact_check.language.partition("-")[0],
        claim_text=facts.claim_text,
        claimant=facts.claimant.words,
        claim_date=_moment(facts.claim_date),
        veracity=facts.rating.verdict,
        rating=facts.rating.label,
        facts=facts.as_json(),
        correction=correction,
        first_published_at=fact_check.published_at or now,
        published_by=by,
        published_at=now,
        **words,
    )
    fact_check.current, fact_check.changed_at = edition, now
    fact_check.published_at = fact_check.published_at or now
    fact_check.save(update_fields=["current", "changed_at", "published_at"])
    return edition


def renew_editions(case: ClaimState, *, by: User, correction: Correction) -> None:
    """A correction's edition of every page of the claim that readers have."""
    for fact_check in _of(case).filter(current__isnull=False, retracted_at=None):
        publish_edition(fact_check, case, by=by, correction=correction)


def retract_editions(case: ClaimState, *, reason: str) -> None:
    """The claim's pages say from now on that they were taken back, and why; they leave lists, feeds and searches."""
    now = timezone.now()
    for fact_check in _of(case).filter(current__isnull=False, retracted_at=None):
        fact_check.retracted_at, fact_check.retraction, fact_check.changed_at = now, reason, now
        fact_check.save(update_fields=["retracted_at", "retraction", "changed_at"])
        Edition.objects.filter(fact_check=fact_check, listed=True).update(listed=False)


def undo_editions(event: AuditEvent, case: ClaimState) -> None:
    """Takes back what the move of `event` made readers see."""
    for fact_check in _of(case).filter(current__isnull=False).select_related("current"):
        edition = fact_check.current
        assert edition is not None
        if event.verb == "retract" and fact_check.retracted_at is not None:
            fact_check.retracted_at, fact_check.retraction = None, ""
            _show(fact_check, edition)
        elif event.verb in ("publish", "publish_correction") and edition.published_at >= event.at:
            Edition.objects.filter(pk=edition.pk).update(listed=False, undone_at=timezone.now())
            before = fact_check.editions.filter(undone_at=None).order_by("-number").first()
            _show(fact_check, before)


def require_publishable(words: dict[str, str]) -> None:
    """Raises DomainError for the first thing that is wrong with them; `errors` in its details has all."""
    labels = [label for _, label in verdict_choices(Veracity)] + [str(one.label) for one in Veracity]
    stops = [one for one in troubles(words, labels) if one.stops]
    if stops:
        raise DomainError(
            stops[0].code,
            stops[0].message,
            errors=[{"field": one.field, "code": one.code, "detail": one.message} for one in stops],
        )


def _show(fact_check: FactCheck, edition: Edition | None) -> None:
    fact_check.current = edition
    fact_check.changed_at = timezone.now() if edition else None
    fact_check.published_at = fact_check.published_at if edition else None
    fact_check.save(update_fields=["current", "changed_at", "published_at", "retracted_at", "retraction"])
    if edition is not None and fact_check.retracted_at is None:
        Edition.objects.filter(pk=edition.pk).update(listed=True)


def _of(case: ClaimState) -> QuerySet[FactCheck]:
    return FactCheck.objects.select_for_update(of=("self",)).filter(claim=case.pk).order_by("pk")


def _moment(told: str) -> datetime | None:
    """A day alone is kept as its beginning in UTC, so that it is told as the same day."""
    if not told:
        return None
    moment = datetime.fromisoformat(told)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
