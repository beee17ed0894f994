"""What a site's robots.txt lets the workbench fetch (RFC 9309)."""

import re
from functools import lru_cache

from protego import Protego

from .agent import AGENT

MAX_ROBOTS_BYTES = 500 * 1024  # the standard's own limit; what comes after it is not read
_AGENT_LINE = re.compile(r"\s*user(?:-|\s*)agent\s*[:\s](?P<name>[^#]*)", re.IGNORECASE)


class Robots:
    """The rules for the workbench in one robots.txt. An empty one allows everything."""

    def __init__(self, text: str = "") -> None:
        self._rules = Protego.parse("\n".join(map(_without_strangers, text.splitlines())))

    def allows(self, url: str) -> bool:
        return bool(self._rules.can_fetch(url, AGENT))

    @property
    def crawl_delay(self) -> float:
        """Seconds the site wants between two requests; 0 where it does not say."""
        return float(self._rules.crawl_delay(AGENT) or 0)


@lru_cache(maxsize=8)
def read_robots(text: str) -> Robots:
    """The rules of a robots.txt; several pages of a site are asked for in a row, and it is read once."""
    return Robots(text)


def robots_text(content: bytes) -> str:
    """The part of a robots.txt that counts, as text: UTF-8, whatever was sent."""
    return content[:MAX_ROBOTS_BYTES].decode("utf-8", "replace").removeprefix("\ufeff")


def _without_strangers(line: str) -> str:
    """One name for all other crawlers: the library keeps every rule once for each of a group's names, and a file of
    many names above many rules would cost their product."""
    match = _AGENT_LINE.match(line)
    if match is None or (name := match["name"].strip().lower()) == "*":
        return line
    ours = (bare := name.replace("*", "").strip()) and bare in AGENT
    return f"User-agent: {bare if ours else 'somebody-else'}"
