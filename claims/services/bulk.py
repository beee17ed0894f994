"""One act on many claims. Each row goes through the same service as alone, in a transaction of its own."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, transaction

from claims.models import ClaimState
from claims.services import assigning, curating, tagging
from factcheck.lib.errors import DomainError
from factcheck.models import User

MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Row:
    """A claim and its version as it was seen."""

    claim_id: int
    version: int


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a row. Refused: `code` and `message` say why. `version` is the claim's now; None: no such claim."""

    claim_id: int
    done: bool
    version: int | None
    code: str = ""
    message: str = ""


def _tag(*, tags: list[str], **common: Any) -> object:
    return tagging.tag_claim(add=tags, **common)


def _untag(*, tags: list[str], **common: Any) -> object:
    return tagging.tag_claim(remove=tags, **common)


ACTS: dict[str, Callable[..., object]] = {
    "assign": assigning.assign_claim,  # to, note
    "dismiss": curating.dismiss_claim,  # reason, note
    "tag": _tag,  # tags
    "untag": _untag,  # tags
}


def act_on_claims(*, by: User, act: str, rows: Iterable[Row], **given: Any) -> list[Result]:
    """Does `act` of ACTS with each of `rows`, in their order; a claim named twice is done once.

    A row that is refused, for whatever reason, costs no other. Raises DomainError (`unknown_act`, `too_many_rows`).
    """
    if act not in ACTS:
        raise DomainError("unknown_act", f"Say what to do with them: {', '.join(ACTS)}.")
    wanted = {row.claim_id: row for row in reversed(list(rows))}
    if len(wanted) > MOST_ROWS:
        raise DomainError("too_many_rows", f"{MOST_ROWS} claims at a time: do the rest afterwards.")
    results = [_act_on(row, ACTS[act], by=by, **given) for row in reversed(wanted.values())]
    versions = dict(ClaimState.objects.filter(pk__in=wanted).values_list("pk", "version"))
    return [
        Result(claim_id, refusal is None, versions.get(claim_id), *(refusal or ()))
        for claim_id, refusal in results
    ]


def _act_on(row: Row, act: Callable[..., object], **given: Any) -> tuple[int, tuple[str, str] | None]:
    """The row's key, and code and sentence where it was refused."""
    try:
        with transaction.atomic():
            act(claim_id=row.claim_id, expected_version=row.version, **given)
    except DomainError as error:
        return row.claim_id, (error.code, error.message)
    except OperationalError:  # a deadlock, or a lock that was waited for too long
        return row.claim_id, ("busy", "Somebody else was writing to this claim: try again.")
    return row.claim_id, None
