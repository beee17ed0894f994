"""What people do with feeds: look at one, add it, change it, pause, resume, poll now, delete."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from articles.fetching import FetchError, read_url
from articles.models import Feed
from articles.models.feed import LONGEST_INTERVAL, MOST_FIRST_ENTRIES, SHORTEST_INTERVAL
from articles.parsing import FeedLink, ListedEntry, ParsingError, url_key
from articles.services.feedreading import read_feed_at
from articles.services.outlets import outlet_of, resolve_outlet
from articles.tasks import poll_feed as poll_feed_task
from factcheck.lib.errors import Conflict, DomainError
from factcheck.lib.roles import Role, Scope, require_role
from factcheck.models import User

SHOWN_ENTRIES = 10
LOOKED_AT_SITEMAPS = 3  # of an index: somebody waits for the answer
DOING = "add and change feeds"


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at an address found. `kind` is one of Feed.Kind, or "page": then `offers` are the feeds it offers."""

    url: str
    kind: str
    title: str
    site_url: str
    total: int
    entries: tuple[ListedEntry, ...]  # the first few
    offers: tuple[FeedLink, ...]
    notes: tuple[str, ...]
    known: Feed | None  # it is polled already
    outlet: str  # the name that the desk knows its site by, "" if it does not

    @property
    def more(self) -> int:
        """Entries that are there besides those shown."""
        return self.total - len(self.entries)


def look_at_feed(*, by: User, url: str) -> Look:
    """What is at `url`, without storing anything. Raises Refused, DomainError with the reason's own code."""
    require_role(by, Role.RESEARCHER, DOING, scope=Scope.IMPORT)
    try:
        answer = read_feed_at(url, most_sitemaps=LOOKED_AT_SITEMAPS)
    except (FetchError, ParsingError) as error:
        raise DomainError(error.code, error.message) from error
    feed = answer.feed
    assert feed is not None, "nobody is told that nothing changed since no copy"
    return Look(
        url=url,
        kind=feed.kind,
        title=feed.title,
        site_url=feed.site_url,
        total=feed.total,
        entries=feed.entries[:SHOWN_ENTRIES],
        offers=feed.links if feed.kind == "page" else (),
        notes=answer.notes,
        known=Feed.objects.filter(key=url_key(url)).first(),
        outlet=outlet.name if (outlet := outlet_of(feed.site_url) or outlet_of(url)) else "",
    )


@transaction.atomic
def add_feed(
    *,
    by: User,
    url: str,
    name: str = "",
    outlet: str = "",
    interval: int | None = None,
    first_entries: int | None = None,
    site_url: str = "",
) -> Feed:
    """A feed that is polled from now on, first of all in a moment.

    `outlet` is the outlet's name, made where the desk has none of it; without one it is whose site `site_url` (or the
    feed's own address) is of. `interval` in minutes. Raises Refused, DomainError (`invalid_url`,
    `interval_out_of_range`, `too_many_first_entries`), Conflict (`feed_known`).
    """
    require_role(by, Role.RESEARCHER, DOING, scope=Scope.IMPORT)
    url, key = _address(url)
    interval = settings.FEED_INTERVAL_MINUTES if interval is None else interval
    first_entries = settings.FEED_FIRST_ENTRIES if first_entries is None else first_entries
    _check_interval(interval)
    if not 0 <= first_entries <= MOST_FIRST_ENTRIES:
        raise DomainError(
            "too_many_first_entries", f"The first poll imports from 0 to {MOST_FIRST_ENTRIES} entries."
        )
    if known := Feed.objects.filter(key=key).first():
        raise _known(known)
    feed = Feed(
        name=_one_line(name) or read_url(url).shown[:200],
        url=url,
        key=key,
        outlet=resolve_outlet(name=_one_line(outlet))
        if _one_line(outlet)
        else resolve_outlet(url=site_url or url, site_name=""),
        owner=by,
        interval=interval,
        pace=interval,
        first_entries=first_entries,
        next_poll_at=timezone.now(),
    )
    try:
        with transaction.atomic():
            feed.save()
    except IntegrityError:  # somebody else added it a moment ago
        raise _known(Feed.objects.get(key=key)) from None
    _wake(feed)
    return feed


@transaction.atomic
def change_feed(
    *, by: User, feed_id: int, name: str | None = None, outlet: str | None = None, interval: int | None = None
) -> Feed:
    """Changes what is given. Raises Refused, DomainError (`interval_out_of_range`, `name_missing`), Feed.DoesNotExist."""
    feed = _held(by, feed_id)
    if name is not None:
        if not _one_line(name):
            raise DomainError("name_missing", "Give the feed a name.")
        feed.name = _one_line(name)
    if outlet is not None:
        feed.outlet = resolve_outlet(name=_one_line(outlet))
    if interval is not None and interval != feed.interval:
        _check_interval(interval)
        feed.interval = feed.pace = interval
        if not feed.failures:
            soonest = timezone.now() + timedelta(minutes=interval)
            feed.next_poll_at = min(feed.next_poll_at, soonest)
    feed.save(update_fields=["name", "outlet", "interval", "pace", "next_poll_at"])
    return feed


@transaction.atomic
def pause_feed(*, by: User, feed_id: int) -> Feed:
    """Polls it no more until somebody resumes it; what it failed of is settled by that. Raises Refused, DoesNotExist."""
    feed = _held(by, feed_id)
    feed.active = False
    _settle(feed)
    return feed


@transaction.atomic
def resume_feed(*, by: User, feed_id: int) -> Feed:
    """Polls it again, first of all in a moment; its imports are `by`'s from now on. Raises Refused, DoesNotExist."""
    feed = _held(by, feed_id)
    if not feed.active:
        feed.active, feed.owner, feed.next_poll_at = True, by, timezone.now()
        _settle(feed)
        _wake(feed)
    return feed


@transaction.atomic
def poll_feed_now(*, by: User, feed_id: int) -> Feed:
    """Makes it due. Raises Refused, DomainError `feed_paused`, DoesNotExist."""
    feed = _held(by, feed_id)
    if not feed.active:
        raise DomainError("feed_paused", "This feed is paused: resume it, and it is polled at once.")
    feed.next_poll_at = timezone.now()
    feed.save(update_fields=["next_poll_at"])
    _wake(feed)
    return feed


@transaction.atomic
def delete_feed(*, by: User, feed_id: int) -> None:
    """Forgets it and which entries it had; what it imported stays. Raises Refused, DoesNotExist."""
    _held(by, feed_id).delete()


def _held(by: User, feed_id: int) -> Feed:
    """The feed, for this transaction alone: a poll that ends meanwhile waits, and then writes what it found over it."""
    require_role(by, Role.RESEARCHER, DOING, scope=Scope.IMPORT)
    return Feed.objects.select_for_update().get(pk=feed_id)


def _settle(feed: Feed) -> None:
    feed.failures, feed.failing_since = 0, None
    feed.error_code = feed.error_message = ""
    feed.save()


def _wake(feed: Feed) -> None:
    """A broker that is away only delays: the sweeper sends the message."""
    transaction.on_commit(lambda: poll_feed_task.delay(feed.pk), robust=True)


def _address(url: str) -> tuple[str, str]:
    """The address as it is fetched, and its key. Raises DomainError `invalid_url`."""
    try:
        address = read_url(url).url
    except FetchError as error:
        raise DomainError(error.code, error.message) from error
    key = url_key(address)
    if not key:
        raise DomainError("invalid_url", "The address is too long or cannot be read: check the link.")
    return address, key


def _known(feed: Feed) -> Conflict:
    return Conflict("feed_known", f"This feed is here already, as “{feed.name}”.", current={"id": feed.pk})


def _check_interval(interval: int) -> None:
    if not SHORTEST_INTERVAL <= interval <= LONGEST_INTERVAL:
        raise DomainError(
            "interval_out_of_range",
            f"A feed is polled every {SHORTEST_INTERVAL} to {LONGEST_INTERVAL:,} minutes: choose a number between.",
        )


def _one_line(text: str) -> str:
    return " ".join(text.replace("\0", "").split())[:200]
