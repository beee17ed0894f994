"""Writing fact-checks: drafts, and their publication. What happens to published ones is in claims.services.publishing."""

import re
from collections.abc import Mapping

from django.db import IntegrityError, transaction

from claims import permissions
from claims.choices import State
from claims.models import ClaimState, Edition, FactCheck
from claims.models.factcheck import LANGUAGE, RESERVED_SLUGS, SLUG, WORDS
from claims.services.audit import record_event
from claims.services.cases import bump, lock_case, move_case
from claims.services.editions import publish_edition, require_publishable
from factcheck.lib.errors import Conflict, DomainError, Missing
from factcheck.models import User

NEW = 0  # the version to start from where nothing has been saved yet
LONGEST = {
    "slug": 100,
    "title": 200,
    "claim_reviewed": 300,
    "social": 300,
    "summary": 2_000,
    "body": 100_000,
    "unknown": 10_000,
}  # characters
_WRITABLE = (State.APPROVED, State.PUBLISHED, State.CORRECTING)


@transaction.atomic
def write_fact_check(
    *, by: User, claim_id: int, language: str, words: Mapping[str, str], expected_version: int
) -> FactCheck:
    """Saves a draft: the `words` (of claims.models.factcheck.WORDS) that changed. `expected_version` 0 begins a new one.

    One that readers have is changed while a correction is open. Raises Refused, Missing, Conflict `stale`, DomainError
    (`not_approved`, `published`, `retracted`, `unknown_language`, `slug_invalid`, `slug_taken`, `too_long`).
    """
    permissions.require(by, "write_fact_check")
    case = lock_case(claim_id=claim_id)
    language = require_language(language)
    fact_check = (
        FactCheck.objects.select_for_update(of=("self",)).filter(claim=claim_id, language=language).first()
    )
    _require_version(fact_check, expected_version)
    if (refusal := closed(case, fact_check)) is not None:
        raise refusal
    if fact_check is None:
        fact_check = FactCheck(claim_id=claim_id, language=language, version=NEW, written_by=by)
    before = {name: getattr(fact_check, name) for name in WORDS}
    after = {name: words[name].strip() for name in WORDS if name in words}
    changed = {name: value for name, value in after.items() if value != before[name]}
    if not changed and fact_check.pk:
        return fact_check
    _require_fitting(fact_check, changed)
    for name, value in changed.items():
        setattr(fact_check, name, value)
    fact_check.version += 1
    fact_check.written_by = by
    try:
        with transaction.atomic():
            fact_check.save()
    except IntegrityError as error:
        raise _slug_taken(fact_check.slug) from error
    record_event(
        by=by,
        verb="write_fact_check",
        target=fact_check,
        claim_id=claim_id,
        before={name: before[name] for name in changed if before[name]},
        after={**changed, "language": language, "fact_check_version": fact_check.version},
    )
    return fact_check


@transaction.atomic
def publish_fact_check(
    *, by: User, fact_check_id: int, expected_version: int, expected_claim_version: int | None = None
) -> FactCheck:
    """Publishes a draft, and with it its claim if that is approved; of a published claim, a page in another language.

    Raises Refused, Missing, Conflict `stale`, DomainError (`illegal_move`, `published_already`, `correction_open`, `retracted`,
    and what may be wrong with the draft: see claims.drafting.troubles).
    """
    permissions.require(by, "publish")
    claim_id = require_fact_check(fact_check_id).claim_id
    case = lock_case(claim_id=claim_id, expected_version=expected_claim_version)
    fact_check = FactCheck.objects.select_for_update(of=("self",)).get(pk=fact_check_id)
    _require_version(fact_check, expected_version)
    require_publishable({name: getattr(fact_check, name) for name in WORDS})
    if fact_check.retracted_at is not None or case.state == State.RETRACTED:
        raise retracted()
    if case.state == State.CORRECTING:
        raise DomainError(
            "correction_open",
            "This claim is being corrected: publish the correction, and its pages change with it.",
        )
    if fact_check.current is not None:
        raise DomainError("published_already", "This fact-check is published as it stands.")
    if case.state == State.PUBLISHED:
        bump(case)
        record_event(
            by=by,
            verb="publish_fact_check",
            target=fact_check,
            claim_id=claim_id,
            after={"language": fact_check.language, "version": case.version},
        )
    else:
        move_case(case, "publish", by=by, told={"fact_check": fact_check.pk})
    publish_edition(fact_check, case, by=by)
    return fact_check


@transaction.atomic
def discard_fact_check(*, by: User, fact_check_id: int, expected_version: int) -> None:
    """Throws away a draft that readers never had; its words stay in the claim's history.

    Raises Refused, Missing, Conflict `stale`, DomainError `published`.
    """
    permissions.require(by, "write_fact_check")
    claim_id = require_fact_check(fact_check_id).claim_id
    lock_case(claim_id=claim_id)
    fact_check = FactCheck.objects.select_for_update(of=("self",)).get(pk=fact_check_id)
    _require_version(fact_check, expected_version)
    if fact_check.editions.exists():
        raise DomainError(
            "published",
            "Readers had this fact-check: it stays. Retract the claim if it has to be taken back.",
        )
    record_event(
        by=by,
        verb="discard_fact_check",
        target=fact_check,
        claim_id=claim_id,
        before={name: getattr(fact_check, name) for name in WORDS},
        after={"language": fact_check.language},
    )
    fact_check.delete()


def require_fact_check(fact_check_id: int) -> FactCheck:
    found = FactCheck.objects.filter(pk=fact_check_id).first()
    if found is None:
        raise Missing(
            "fact_check_not_found",
            f"There is no fact-check {fact_check_id}: check the number, or look for it in the list.",
        )
    return found


def require_language(language: str) -> str:
    """The language as it is kept. Raises DomainError `unknown_language`."""
    plain = language.strip().lower().replace("_", "-")
    if len(plain) > 20 or not re.fullmatch(LANGUAGE, plain):
        raise DomainError(
            "unknown_language", f"“{language[:40]}” is no language: give its code, like en or pt-br."
        )
    return plain


def retracted() -> DomainError:
    return DomainError(
        "retracted",
        "This fact-check was retracted: it is not changed or corrected any more. Judge a new claim instead.",
    )


def closed(case: ClaimState, fact_check: FactCheck | None) -> DomainError | None:
    """Why nobody may write on it now; None where an editor may."""
    if case.state == State.RETRACTED:
        return retracted()
    if case.state not in _WRITABLE and fact_check is None:
        return DomainError(
            "not_approved",
            f"This claim is {State(case.state).label.lower()}: a fact-check is begun once the editors have approved it.",
        )
    if fact_check is not None and fact_check.current_id is not None and case.state != State.CORRECTING:
        return DomainError(
            "published", "Readers have this fact-check: open a correction first, then change its words."
        )
    return None


def as_data(fact_check: FactCheck) -> dict[str, object]:
    """The draft as plain data, for conflicts."""
    return {
        "id": fact_check.pk,
        "version": fact_check.version,
        "language": fact_check.language,
        "written_by": str(fact_check.written_by),
        **{name: getattr(fact_check, name) for name in WORDS},
    }


def _require_version(fact_check: FactCheck | None, expected: int) -> None:
    if (fact_check.version if fact_check else NEW) == expected:
        return
    raise Conflict(
        "stale",
        "Somebody else wrote on this fact-check meanwhile. Nothing of yours is lost: compare, then save again."
        if fact_check
        else "This draft was discarded meanwhile. Nothing of yours is lost: save it again to begin anew.",
        current=as_data(fact_check) if fact_check else {"version": NEW},
    )


def _require_fitting(fact_check: FactCheck, changed: Mapping[str, str]) -> None:
    """Raises DomainError for a word that its column would not take."""
    for name, value in changed.items():
        if len(value) > (longest := LONGEST[name]):
            raise DomainError(
                "too_long", f"{name}: {len(value)} characters are too many, {longest} fit.", field=name
            )
    if "\x00" in "".join(changed.values()):
        raise DomainError("invalid_characters", "There is a character in it that is no text: take it out.")
    if not fact_check.pk and "slug" not in changed:
        raise DomainError("slug_invalid", "Give the end of the address: a-z, 0-9 and single hyphens.")
    slug = changed.get("slug", fact_check.slug)
    if not re.fullmatch(SLUG, slug) or slug in RESERVED_SLUGS:
        raise DomainError(
            "slug_invalid",
            f"“{slug}” cannot end an address: use a-z, 0-9 and single hyphens, and not {', '.join(RESERVED_SLUGS)}.",
            field="slug",
        )
    # An address that readers had goes on leading to what they had there.
    others = Edition.objects.filter(slug=slug).exclude(fact_check=fact_check.pk)
    if others.exists() or FactCheck.objects.filter(slug=slug).exclude(pk=fact_check.pk).exists():
        raise _slug_taken(slug)


def _slug_taken(slug: str) -> DomainError:
    return DomainError(
        "slug_taken", f"Another fact-check has the address “{slug}”: change its end.", field="slug"
    )
