"""Looking at imported pages again: what changed is a new version, what is gone is noted, what is the same costs a 304.

The row of a page says when its next look is due; a worker takes it by a conditional update and holds it by a lease. The
waits grow while nothing happens (articles.models.recheck.WAITS) and begin anew with each new text.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from articles.fetching import Fetched, FetchError
from articles.models import Article, ImportItem, Recheck, Snapshot
from articles.models.recheck import WAITS
from articles.parsing import ParsedArticle, ParsingError
from articles.parsing.urls import url_key
from articles.services.pages import fetch_page, parse_page
from articles.services.recording import record_version
from articles.services.turns import WaitingForTurn
from articles.tasks import recheck_article as recheck_article_task
from factcheck.lib.errors import DomainError, Missing
from factcheck.lib.inserting import insert_if_new
from factcheck.lib.roles import Role, Scope, require_role
from factcheck.models import User

logger = logging.getLogger(__name__)

Result, Outcome = Recheck.Result, ImportItem.Outcome

LEASE_STAGES = 3  # a look fetches, reads and stores: as many leases of an import
LONGEST_DELAY = timedelta(days=7)  # a server may ask for, and get, so much patience
GONE_STATUS = frozenset({404, 410})
# What is in the article's place now; other parsing errors are limits of ours and say nothing about the page.
NOT_THE_ARTICLE = frozenset({"paywall", "consent_page", "bot_check", "no_article_text", "empty", "not_text"})


class _Gone(Exception):
    """The address answers, but not with this article."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def schedule_rechecks(*, article: Article, headers: Mapping[str, str], changed: bool) -> None:
    """Notes that the page of `article` has just been fetched with these response headers, and plans the next look.

    `changed`: its text is new, so that the looks begin quickly again. Call it in the transaction that stored the text.
    """
    now = timezone.now()
    first = {"step": 0, "due_at": _due(article.pk, 0, now)}
    seen: dict[str, Any] = {"seen_at": now, "checked_at": now, **_validators(headers)}
    if insert_if_new(Recheck(article=article, **first, **seen)):
        return
    seen |= {"gone_since": None, "error_code": "", "error_message": ""}
    seen |= {"result": Result.CHANGED, **first} if changed else {"result": Result.UNCHANGED}
    Recheck.objects.filter(article=article).update(**seen)


@transaction.atomic
def look_again(*, by: User, article_id: int) -> Recheck:
    """Has the article's page looked at now. Raises Refused, Missing, DomainError `no_address`."""
    require_role(by, Role.RESEARCHER, "have a page looked at again", scope=Scope.IMPORT)
    article = Article.objects.filter(pk=article_id).first()
    if article is None:
        raise Missing("article_not_found", f"There is no article {article_id}.")
    if not article.url:
        raise DomainError(
            "no_address", "This article was not imported from an address: there is nothing to look at."
        )
    row, _ = Recheck.objects.update_or_create(article=article, defaults={"due_at": timezone.now()})
    transaction.on_commit(partial(recheck_article_task.delay, row.pk), robust=True)
    return row


def due_rechecks() -> QuerySet[Recheck]:
    """Pages that a worker should look at now; none while the desk has that turned off."""
    if not settings.RECHECK_ARTICLES:
        return Recheck.objects.none()
    return _takeable().order_by("due_at")


def recheck_article(*, article_id: int) -> Recheck | None:
    """Looks at one page; None when that is not due, or somebody is at it."""
    row = _claim(article_id)
    if row is None:
        return None
    article = row.article
    try:
        fetched, snapshot = fetch_page(article.url, etag=row.etag, last_modified=row.last_modified)
        if fetched.not_modified:
            _note_seen(row, fetched, changed=False)
        else:
            _compare(row, fetched, snapshot, _parse(article, fetched))
    except WaitingForTurn as busy:  # the site is busy with others of ours: that is no look
        _mine(row).update(leased_until=None, due_at=timezone.now() + timedelta(seconds=busy.seconds))
    except FetchError as error:
        gone = error.status in GONE_STATUS
        _note_problem(row, error.code, error.message, gone=gone, patience=error.retry_after or 0)
    except _Gone as gone:
        _note_problem(row, gone.code, gone.message, gone=True)
    except ParsingError as error:
        _note_problem(row, error.code, error.message, gone=error.code in NOT_THE_ARTICLE)
    except (OperationalError, InterfaceError):
        raise  # the database went away: the lease runs out and somebody looks again
    except Exception:  # a page that nobody foresaw must not be looked at every ten seconds
        logger.exception("re-check of article %s", article.pk)
        message = "Something went wrong on our side: tell an admin if it happens again."
        _note_problem(row, "internal_error", message, gone=False)
    row.refresh_from_db()
    return row


def _takeable() -> QuerySet[Recheck]:
    now = timezone.now()
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    return Recheck.objects.filter(free, due_at__lte=now)


def _claim(article_id: int) -> Recheck | None:
    until = timezone.now() + timedelta(seconds=settings.IMPORT_LEASE_SECONDS * LEASE_STAGES)
    if not _takeable().filter(pk=article_id).update(leased_until=until):
        return None
    return Recheck.objects.select_related("article__outlet").get(pk=article_id)


def _parse(article: Article, fetched: Fetched) -> ParsedArticle:
    """The article at its address; raises _Gone where that leads to another one by now."""
    parsed, url = parse_page(fetched)
    if url_key(url) != article.key:
        raise _Gone("leads_elsewhere", f"Its address leads to another page now: {url}")
    return parsed


def _compare(row: Recheck, fetched: Fetched, snapshot: Snapshot | None, parsed: ParsedArticle) -> None:
    with transaction.atomic():
        article = Article.objects.select_related("outlet").get(pk=row.pk)
        before = article.current_id
        version, outcome = record_version(
            outlet=article.outlet, parsed=parsed, url=article.url, snapshot=snapshot
        )
        # An earlier text again is no news, or a page with two texts by turns would be looked at every hour for ever.
        _note_seen(row, fetched, changed=outcome != Outcome.UNCHANGED, other_text=version.pk != before)


def _note_seen(row: Recheck, fetched: Fetched, *, changed: bool, other_text: bool = False) -> None:
    now = timezone.now()
    step = 0 if changed else _later(row)
    validators = _validators(fetched.headers)
    if fetched.not_modified:  # a 304 need not repeat what still holds
        validators = {name: value for name, value in validators.items() if value}
    _mine(row).update(
        leased_until=None,
        result=Result.CHANGED if changed or other_text else Result.UNCHANGED,
        checked_at=now,
        seen_at=now,
        gone_since=None,
        error_code="",
        error_message="",
        step=step,
        due_at=_due(row.pk, step, now),
        **validators,
    )


def _note_problem(row: Recheck, code: str, message: str, *, gone: bool, patience: int = 0) -> None:
    now, step = timezone.now(), _later(row)
    due = _due(row.pk, step, now)
    if due and patience:
        due = max(due, now + min(timedelta(seconds=patience), LONGEST_DELAY))
    _mine(row).update(
        leased_until=None,
        result=Result.GONE if gone else Result.FAILED,
        checked_at=now,
        gone_since=(row.gone_since or now) if gone else row.gone_since,
        error_code=code[:60],
        error_message=message,
        step=step,
        due_at=due,
    )


def _mine(row: Recheck) -> QuerySet[Recheck]:
    """The row as long as this worker has it."""
    return Recheck.objects.filter(pk=row.pk, leased_until=row.leased_until)


def _later(row: Recheck) -> int:
    return min(row.step + 1, len(WAITS))


def _due(article_id: int, step: int, now: datetime) -> datetime | None:
    """When the look after `step` quiet ones is due; None after the last. Spread, so that what came in together does not
    come back together."""
    if step >= len(WAITS):
        return None
    return now + WAITS[step] * (0.95 + (article_id % 11) / 100)


def _validators(headers: Mapping[str, str]) -> dict[str, str]:
    return {"etag": headers.get("etag", ""), "last_modified": headers.get("last-modified", "")}
