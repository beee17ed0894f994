"""A host's turns: over all workers it is asked one thing at a time, with a pause after each.

Whoever wants a page of a host takes its turn, or hears how long to stay away. The turns are in the broker, where every
worker sees them; losing them (a flushed broker) costs a host a few requests too soon and nothing else. While the
broker is away each process keeps its own: an import goes on, a little less politely, rather than wait for somebody
to repair it.
"""

import logging
import time
import uuid
from functools import cache
from threading import Lock

import redis
from django.conf import settings

from articles.fetching import FetchError

logger = logging.getLogger(__name__)

# Longer than the longest visit: a worker that dies with a turn keeps its host from others for so long.
LEASE_SECONDS = 60
_BROKER_SECONDS = 2.0  # to answer; after that it counts as away

# A question whose answer got lost is asked again by the client: who has the turn is told so again.
# All times are the broker's own, in milliseconds. `pace` is what one visit takes, its pause included, as lately seen.
_TAKE = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('HMGET', KEYS[1], 'held_until', 'free_at', 'pace', 'holder')
if known[4] == ARGV[1] then return 0 end
local held_until, free_at = tonumber(known[1] or 0), tonumber(known[2] or 0)
if held_until <= now and free_at <= now then
  redis.call('HSET', KEYS[1], 'holder', ARGV[1], 'since', now, 'held_until', now + ARGV[2])
  redis.call('PEXPIRE', KEYS[1], ARGV[2] + 600000)
  return 0
end
local pace = math.max(tonumber(known[3] or 0), tonumber(ARGV[3]))
local due = held_until > now and now + pace or free_at
if ARGV[4] == '1' then
  due = math.max(due, tonumber(redis.call('GET', KEYS[2]) or 0) + pace)
  redis.call('SET', KEYS[2], string.format('%.0f', due), 'PX', string.format('%.0f', due - now + pace))
end
return math.max(1, due - now)
"""
_GIVE_BACK = """
if redis.call('HGET', KEYS[1], 'holder') ~= ARGV[1] then return 0 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local took = now - redis.call('HGET', KEYS[1], 'since') + ARGV[2]
local pace = tonumber(redis.call('HGET', KEYS[1], 'pace') or took)
redis.call('HDEL', KEYS[1], 'holder', 'since', 'held_until')
redis.call('HSET', KEYS[1], 'free_at', now + ARGV[3], 'pace', math.floor((3 * pace + took) / 4))
redis.call('PEXPIRE', KEYS[1], ARGV[3] + 600000)
return 1
"""


class WaitingForTurn(FetchError):
    """The host is busy or resting; `seconds` from now it is worth asking for its turn again."""

    def __init__(self, host: str, seconds: float) -> None:
        super().__init__(
            "waiting_for_turn",
            f"{host} is asked one thing at a time: this page waits for its turn.",
            retryable=True,
            retry_after=max(1, round(seconds)),
        )
        self.seconds = seconds


def take_turn(host: str, *, pause: float, line: str = "") -> str:
    """The turn of `host`, as a token to give it back with; the seconds of `pause` follow it.

    Raises WaitingForTurn. With a `line`, its `seconds` are a place in that line: everybody in it is told another
    moment, one after the other, and thousands that wait for one host do not come at once. Lines (one a job) know nothing
    of each other, so that a short one is not kept waiting behind a long one.
    """
    token = uuid.uuid4().hex
    try:
        waits = _broker(settings.REDIS_URL).eval(
            _TAKE,
            2,
            _key(host),
            f"{_key(host)}:line:{line}",
            token,
            LEASE_SECONDS * 1000,
            _ms(pause),
            int(bool(line)),
        )
    except redis.RedisError as error:
        logger.warning("the broker keeps no turns (%s), this process keeps its own", type(error).__name__)
        token, waits = f"{_OWN}{token}", _own_turns.take(host) * 1000
    if waits:
        raise WaitingForTurn(host, float(waits) / 1000)
    return token


def give_back_turn(host: str, token: str, *, pause: float, rest: float = 0) -> None:
    """The host may be asked again after `pause` seconds, or after `rest` where it asked for a longer one. A turn that
    ran out meanwhile is somebody else's, and stays so."""
    if token.startswith(_OWN):
        _own_turns.give_back(host, max(pause, rest))
        return
    try:
        _broker(settings.REDIS_URL).eval(_GIVE_BACK, 1, _key(host), token, _ms(pause), _ms(max(pause, rest)))
    except redis.RedisError:  # the lease ends it
        logger.warning("a turn of %s could not be given back", host)


@cache
def _broker(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=_BROKER_SECONDS, socket_connect_timeout=_BROKER_SECONDS)


def _key(host: str) -> str:
    return f"turn:{host}"


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


class _OwnTurns:
    """The turns that this process keeps while the broker is away."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._free_at: dict[str, float] = {}

    def take(self, host: str) -> float:
        """0, or the seconds until the host may be asked."""
        now = time.monotonic()
        with self._lock:
            self._free_at = {name: when for name, when in self._free_at.items() if when > now}
            if host in self._free_at:
                return self._free_at[host] - now
            self._free_at[host] = now + LEASE_SECONDS
            return 0

    def give_back(self, host: str, pause: float) -> None:
        with self._lock:
            self._free_at[host] = time.monotonic() + pause


_OWN = "own:"
_own_turns = _OwnTurns()
