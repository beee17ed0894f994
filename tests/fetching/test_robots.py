"""robots.txt as it is read: whose rules count, and what a hostile one may cost."""

import pytest

from articles.fetching import AGENT
from articles.fetching.robots import MAX_ROBOTS_BYTES, Robots, robots_text

SITE = "https://lake.example"


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("", "/story", True),
        ("User-agent: *\nDisallow: /private", "/private/a", False),
        ("User-agent: *\nDisallow: /private", "/story", True),
        ("User-agent: *\nDisallow:", "/story", True),
        ("User-agent: *\nDisallow: /\nAllow: /news/", "/news/a", True),
        ("User-agent: *\nDisallow: /*.php$", "/a.php", False),
        ("User-agent: *\nDisallow: /*.php$", "/a.php?x", True),
        # its own group counts, and then alone; in whatever letters
        (f"User-agent: *\nDisallow: /\n\nUser-agent: {AGENT}\nAllow: /", "/story", True),
        (f"User-agent: *\nAllow: /\n\nUSER-AGENT: {AGENT.upper()}\nDisallow: /", "/story", False),
        (f"User-agent: SomeBot\nUser-agent: {AGENT}\nDisallow: /", "/story", False),
        # other crawlers' rules do not
        ("User-agent: SomeBot\nDisallow: /", "/story", True),
        (
            "User-agent: SomeBot\nUser-agent: OtherBot\nDisallow: /\n\nUser-agent: *\nDisallow: /x",
            "/story",
            True,
        ),
        ("user agent SomeBot\nDisallow: /", "/story", True),
        # no rules at all
        ("<html><body>Not found</body></html>", "/story", True),
        ("\x00\xff\ud800", "/story", True),
    ],
)
def test_what_is_allowed(text: str, path: str, allowed: bool) -> None:
    assert Robots(text).allows(SITE + path) is allowed


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("User-agent: *\nCrawl-delay: 7.5", 7.5),
        ("User-agent: SomeBot\nCrawl-delay: 7", 0),
        ("User-agent: *\nCrawl-delay: soon", 0),
        ("User-agent: *\nCrawl-delay: -1", 0),
        ("User-agent: *\nCrawl-delay: inf", 0),
    ],
)
def test_how_long_a_site_wants_to_be_left_alone(text: str, seconds: float) -> None:
    assert Robots(text).crawl_delay == seconds


def test_only_so_much_of_it_counts() -> None:
    rules = b"User-agent: *\nDisallow: /early\n"
    content = rules + b"#" * (MAX_ROBOTS_BYTES - len(rules)) + b"\nDisallow: /late\n"
    robots = Robots(robots_text(content))
    assert not robots.allows(f"{SITE}/early")
    assert robots.allows(f"{SITE}/late")


def test_a_byte_order_mark_is_no_part_of_a_rule() -> None:
    assert not Robots(robots_text(b"\xef\xbb\xbfUser-agent: *\nDisallow: /")).allows(SITE)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("User-agent: b{n}\n" * 12_000 + "Disallow: /{n}\n" * 12_000, id="names times rules"),
        pytest.param("user\tagent b{n}\n" * 12_000 + "Disallow: /{n}\n" * 12_000, id="without colons"),
        pytest.param(
            "User-agent: b{n}\x0bUser-agent: c{n}\x85" * 6_000 + "Disallow: /{n}\n" * 12_000,
            id="odd line ends",
        ),
        pytest.param("User-agent: *\nDisallow: /" + "a*" * 200_000 + "b", id="wildcards"),
        pytest.param("User-agent: " + "a" * 500_000 + "\nDisallow: /", id="a long name"),
    ],
)
def test_a_hostile_one_is_read_in_reasonable_room(text: str) -> None:
    parts = text.split("{n}")
    numbered = "".join(f"{part}{number}" for number, part in enumerate(parts))
    robots = Robots(numbered)
    assert robots.allows(f"{SITE}/{'a' * 2000}")
    assert sum(len(rules._rules) for rules in robots._rules._user_agents.values()) < 30_000
