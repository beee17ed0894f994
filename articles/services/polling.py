"""Polling the feeds that are due: what is new in one becomes an import, in the background.

The feed's row says when it is due. A worker claims it by a conditional update and holds it by a lease, so that two never
poll one feed at once; a lost message or a dead worker only delays.
"""

import hashlib
import logging
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from articles.fetching import FetchError, read_url
from articles.models import Feed, FeedEntry, ImportItem
from articles.models.feed import LONGEST_INTERVAL, SHORTEST_INTERVAL
from articles.parsing import ListedEntry, ParsedFeed, ParsingError, url_key
from articles.services.feedreading import LONG_AGO, FeedAnswer, read_feed_at
from articles.services.importing import ItemRequest, request_import
from articles.services.turns import WaitingForTurn
from factcheck.lib.errors import DomainError, Refused

logger = logging.getLogger(__name__)

MOST_ITEMS = 500  # of one poll; what is beyond waits for the next
GONE = 410
DAY = timedelta(days=1)
LONGEST_RETRY_AFTER = timedelta(days=7)
POLLS_BEFORE_MOVING = 3
# The pace follows the feed a little: quicker by a quarter when there was something new, slower when there was not,
# between half the interval and four times it.
QUICKER, SLOWER = 0.75, 1.25
FASTEST, SLOWEST = 0.5, 4
# Silence is ten times the usual gap between entries, or a month for a feed that dates none of them.
SILENT_GAPS, UNDATED_SILENCE = 10, timedelta(days=30)
RHYTHM_ENTRIES = 20
# A sitemap lists a whole archive: what it lists for the first time, dated so long before the last poll, is of that
# archive (an old part of it made anew, or addresses that changed) and no news.
LATE = timedelta(days=7)
# Update times shared by more entries than this share are the time the file was made.
SHARED, SHARED_FROM = 0.5, 10


def due_feeds() -> QuerySet[Feed]:
    """Feeds that a worker should be polling by now, or whose worker died, longest due first."""
    now = timezone.now()
    return (
        Feed.objects.filter(active=True, next_poll_at__lte=now)
        .filter(Q(leased_until__isnull=True) | Q(leased_until__lt=now))
        .order_by("next_poll_at")
    )


def poll_feed(*, feed_id: int) -> Feed | None:
    """Polls one feed and imports what is new in it; None when it is not to be polled (any more, or yet)."""
    feed = _claim(feed_id)
    if feed is None:
        return None
    try:
        answer = read_feed_at(
            feed.url,
            etag=feed.etag,
            last_modified=feed.last_modified,
            sha256=feed.sha256,
            since=feed.succeeded_at,
        )
        _record(feed, answer)
    except WaitingForTurn as busy:
        _put_off(feed, timedelta(seconds=busy.seconds))
    except FetchError as error:
        if error.status == GONE:
            _fail(feed, "gone", f"{error.message.rpartition(': ')[0]}: it is gone for good.", pause=True)
        else:
            _fail(feed, error.code, error.message, retry_after=error.retry_after)
    except Refused as error:
        message = f"{error.message} Whoever resumes this feed takes its imports over."
        _fail(feed, "owner_may_not_import", message, pause=True)
    except (ParsingError, DomainError) as error:
        _fail(feed, error.code, error.message)
    except (OperationalError, InterfaceError):
        raise  # the database went away: the lease runs out and somebody polls it again
    except Exception:  # whatever nobody foresaw must not make a feed silent without a word
        logger.exception("feed %s", feed.pk)
        _fail(feed, "internal_error", "Something went wrong on our side: tell an admin if it happens again.")
    return Feed.objects.filter(pk=feed_id).first()


def _claim(feed_id: int) -> Feed | None:
    """Makes the feed this worker's to poll, if it is anybody's."""
    now = timezone.now()
    # Longer than a task may take: a lease that ran out is of a worker that died.
    lease = now + timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT + 30)
    claimed = due_feeds().filter(pk=feed_id).order_by().update(leased_until=lease, poll_started_at=now)
    return Feed.objects.filter(pk=feed_id).first() if claimed else None


def _mine(feed: Feed) -> QuerySet[Feed]:
    """The feed's row as long as this worker has it: every claim sets `poll_started_at` anew."""
    return Feed.objects.filter(pk=feed.pk, poll_started_at=feed.poll_started_at)


# ---- What a poll found -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Listed:
    """An entry with the key that it is remembered by."""

    entry: ListedEntry
    key: str

    @property
    def when(self) -> datetime | None:
        return self.entry.updated_at or self.entry.published_at


@transaction.atomic
def _record(feed: Feed, answer: FeedAnswer) -> None:
    """Stores what a poll found, asks for the imports and sets the time of the next poll: all of it or nothing."""
    held = _mine(feed).select_for_update(of=("self",)).select_related("outlet", "owner").first()
    if held is None:  # it took so long that somebody else has it
        return
    now = timezone.now()
    new = 0
    if answer.feed is not None:
        if answer.feed.kind == "page":
            raise ParsingError("not_a_feed", _is_a_page(answer.feed))
        new = _take_entries(held, answer, now)
    held.pace = _next_pace(held, something_new=new > 0)
    held.next_poll_at = now + _jittered(timedelta(minutes=held.pace), 0.05)
    held.leased_until = held.poll_started_at = None
    held.polled_at = held.succeeded_at = now
    held.failing_since, held.failures = None, 0
    held.error_code = held.error_message = ""
    held.last_new = new
    _notice_move(held, answer.fetched.moved_to)
    held.save()


def _take_entries(feed: Feed, answer: FeedAnswer, now: datetime) -> int:
    """Remembers the entries that are new, imports what is to be imported; returns how many imports were asked for."""
    parsed = answer.feed
    assert parsed is not None
    first_poll = feed.succeeded_at is None
    listed = _each_once(parsed.entries)
    known = _known(feed, [one.key for one in listed])
    shared = _shared_stamps(listed)
    fresh = [one for one in listed if one.key not in known]
    changed = [one for one in listed if one.key in known and _is_newer(one, known[one.key])]
    late = set() if first_poll else {one.key for one in fresh if _is_late(one, feed, parsed)}
    problems = {one.key: _problem(one.entry) for one in (*fresh, *changed)}
    wanted = [one for one in fresh if one.key not in late]
    wanted += [one for one in changed if one.when not in shared]
    wanted = _newest_first([one for one in wanted if not problems[one.key]])
    most = feed.first_entries if first_poll else MOST_ITEMS
    taken, beyond = wanted[:most], wanted[most:]
    items = _import(feed, taken, now, known=set(known))
    left = set() if first_poll else {one.key for one in beyond}  # they wait for the next poll
    FeedEntry.objects.bulk_create(
        [
            FeedEntry(
                feed=feed,
                key=one.key,
                url=one.entry.url,
                title=one.entry.title,
                published_at=one.entry.published_at,
                updated_at=one.when,
                seen_at=now,
                item=items.get(one.key),
                problem=problems[one.key],
            )
            for one in reversed(fresh)  # so that the first of the feed gets the latest key
            if one.key not in left
        ],
        batch_size=1000,
    )
    again = []
    for one in changed:
        if one.key not in left:
            entry = known[one.key]
            entry.updated_at, entry.title = one.when, one.entry.title or entry.title
            entry.item = items.get(one.key) or entry.item
            again.append(entry)
    FeedEntry.objects.bulk_update(again, ["updated_at", "title", "item"], batch_size=1000)

    feed.entries_seen += len(fresh) - sum(one.key in left for one in fresh)
    feed.kind = parsed.kind
    # Nothing that waits may be hidden by an answer that is the same.
    skip = answer.may_be_skipped and not left
    feed.etag, feed.last_modified, feed.sha256 = (
        (answer.etag, answer.last_modified, answer.sha256) if skip else ("", "", "")
    )
    feed.note = " ".join(
        _notes(
            answer.notes,
            first_poll=first_poll,
            taken=len(taken),
            fresh=len(fresh),
            unusable=sum(bool(problems[one.key]) for one in fresh),
            late=len(late),
            waiting=len(left),
        )
    )
    if taken or first_poll:
        newest = max((one.when for one in listed if one.when), default=now)
        feed.newest_at = min(now, newest) if first_poll else now
        feed.silent_after = feed.newest_at + _silence(listed)
    return len(taken)


def _import(feed: Feed, taken: Sequence[_Listed], now: datetime, *, known: set[str]) -> dict[str, ImportItem]:
    """The items that import `taken`, by the entries' keys; those `known` have changed since they were imported."""
    if not taken:
        return {}
    requests = [
        ItemRequest(
            kind=ImportItem.Kind.URL,
            url=one.entry.url,
            outlet=feed.outlet.name,
            refetch=one.key in known,
        )
        for one in taken
    ]
    label = f"{feed.name[:170]}, {timezone.localtime(now):%d %b %Y %H:%M}"
    job = request_import(by=feed.owner, items=requests, label=label)
    return dict(zip((one.key for one in taken), job.items.order_by("position"), strict=True))


def _each_once(entries: Sequence[ListedEntry]) -> list[_Listed]:
    """The entries as they are known by, none of them and none of their addresses twice."""
    listed: dict[str, _Listed] = {}
    addresses: set[str] = set()
    for entry in entries:
        address = url_key(entry.url) or entry.url
        name = entry.guid or address or entry.title
        key = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()
        if key in listed or (address and address in addresses):
            continue
        addresses.add(address)
        listed[key] = _Listed(entry, key)
    return list(listed.values())


def _problem(entry: ListedEntry) -> str:
    """Why the entry cannot be imported: what it names is no address of the web."""
    if not entry.url:
        return "It names no address."
    try:
        read_url(entry.url)
    except FetchError as error:
        return error.message
    return ""


def _known(feed: Feed, keys: Sequence[str]) -> dict[str, FeedEntry]:
    known: dict[str, FeedEntry] = {}
    for start in range(0, len(keys), 5000):
        found = FeedEntry.objects.filter(feed=feed, key__in=keys[start : start + 5000])
        known |= {
            entry.key: entry for entry in found.only("key", "title", "updated_at", "item_id", "feed_id")
        }
    return known


def _is_newer(one: _Listed, known: FeedEntry) -> bool:
    return one.when is not None and known.updated_at is not None and one.when > known.updated_at


def _is_late(one: _Listed, feed: Feed, parsed: ParsedFeed) -> bool:
    is_archive = parsed.kind in (Feed.Kind.SITEMAP, Feed.Kind.SITEMAP_INDEX)
    since = feed.succeeded_at
    return bool(is_archive and since and one.when and one.when < since - LATE)


def _shared_stamps(listed: Sequence[_Listed]) -> set[datetime]:
    """Update times that say nothing about an entry, because most entries have the same."""
    counts = Counter(one.when for one in listed if one.when)
    if len(listed) < SHARED_FROM:
        return set()
    return {stamp for stamp, n in counts.items() if n > SHARED * len(listed)}


def _newest_first(listed: Sequence[_Listed]) -> list[_Listed]:
    """By date; those without one after the others, in the feed's order."""
    dated = [one for one in listed if one.when]
    undated = [one for one in listed if not one.when]
    return [*sorted(dated, key=lambda one: one.when or LONG_AGO, reverse=True), *undated]


def _silence(listed: Sequence[_Listed]) -> timedelta:
    """How long it may say nothing: many times the mean gap between its latest entries."""
    dates = sorted(
        (one.entry.published_at or one.when for one in listed),
        key=lambda when: when.timestamp() if when else 0,
    )
    latest = [when for when in dates if when][-RHYTHM_ENTRIES:]
    least = timedelta(days=settings.FEED_SILENT_DAYS)
    if len(latest) < 3:
        return max(least, UNDATED_SILENCE)
    return max(least, SILENT_GAPS * (latest[-1] - latest[0]) / (len(latest) - 1))


def _notes(
    notes: Sequence[str], *, first_poll: bool, taken: int, fresh: int, unusable: int, late: int, waiting: int
) -> list[str]:
    """What a person should know of a poll, `notes` first; the numbers count entries."""
    said = list(notes)
    if first_poll and (rest := fresh - unusable - taken) > 0:
        said.append(
            f"First poll: its newest {taken:,} entries were imported; the other {rest:,} are remembered as seen and are "
            "not imported."
        )
    if late:
        said.append(
            f"{late:,} entries are listed for the first time but are of long ago: they are remembered as seen and are "
            "not imported."
        )
    if waiting:
        said.append(f"{waiting:,} more entries wait for the next poll: one poll imports {MOST_ITEMS}.")
    if unusable:
        said.append(f"{unusable:,} of its new entries cannot be imported; the list below says why.")
    return said


def _is_a_page(feed: ParsedFeed) -> str:
    offers = ", ".join(link.url for link in feed.links[:5])
    if offers:
        return (
            f"This address is a page, not a feed. It offers these feeds: {offers}. Add one of them instead."
        )
    return "This address is a page, not a feed, and offers none: look for the site's RSS feed or sitemap."


# ---- When to poll again ------------------------------------------------------------------------------


def _next_pace(feed: Feed, *, something_new: bool) -> int:
    """Minutes to the next poll: the present pace, a little quicker or slower, within the feed's bounds."""
    if feed.succeeded_at is None:
        return feed.interval
    fastest = max(SHORTEST_INTERVAL, round(feed.interval * FASTEST))
    slowest = min(LONGEST_INTERVAL, feed.interval * SLOWEST)
    return max(fastest, min(slowest, round(feed.pace * (QUICKER if something_new else SLOWER))))


def _fail(
    feed: Feed, code: str, message: str, *, retry_after: int | None = None, pause: bool = False
) -> None:
    """Notes why a poll failed and waits twice as long as the last time, a day at most; or pauses the feed."""
    now = timezone.now()
    failures = feed.failures + 1
    wait = min(DAY, timedelta(minutes=feed.interval) * 2 ** min(failures - 1, 12))
    wait = _jittered(wait, 0.1)
    if retry_after is not None:
        wait = max(wait, min(timedelta(seconds=retry_after), LONGEST_RETRY_AFTER))
    stopped = {"active": False} if pause else {}
    _mine(feed).update(
        polled_at=now,
        failures=failures,
        failing_since=feed.failing_since or now,
        error_code=code,
        error_message=message,
        next_poll_at=now + wait,
        leased_until=None,
        poll_started_at=None,
        **stopped,
    )


def _put_off(feed: Feed, wait: timedelta) -> None:
    """The site is busy with others of ours: the feed is due again when it will have time. That is no failure."""
    _mine(feed).update(
        next_poll_at=timezone.now() + min(wait, timedelta(minutes=feed.interval)),
        leased_until=None,
        poll_started_at=None,
    )


def _jittered(wait: timedelta, share: float) -> timedelta:
    """`wait`, a little more or less, so that feeds added together are not polled together for ever."""
    return wait * random.uniform(1 - share, 1 + share)  # noqa: S311 - nothing secret about it


def _notice_move(feed: Feed, moved_to: str) -> None:
    """Follows a feed that moved for good, once it said so often enough: a permanent redirect may be a mistake."""
    key = url_key(moved_to)
    if not key or key == feed.key:
        feed.moved_to, feed.moved_polls = "", 0
        return
    feed.moved_polls = feed.moved_polls + 1 if feed.moved_to == moved_to else 1
    feed.moved_to = moved_to
    if feed.moved_polls < POLLS_BEFORE_MOVING:
        return
    other = Feed.objects.filter(key=key).first()
    if other is None:
        feed.note = f"It moved for good: it was polled at {feed.url} before. {feed.note}".strip()
        feed.url, feed.key, feed.moved_to, feed.moved_polls = moved_to, key, "", 0
        return
    feed.active = False
    feed.failures, feed.failing_since = 1, timezone.now()
    feed.error_code = "same_feed"
    feed.error_message = (
        f"It moved to {moved_to}, which is polled already as “{other.name}”: delete one of them."
    )
