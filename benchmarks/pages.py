"""Pages as large as real ones, made of our own texts, and a server that serves them: `python -m benchmarks.pages FOLDER`.

A page's article is put together from paragraphs of different texts, so that no two are alike; around it stands what
news sites have around theirs: navigation, teasers, scripts, styles, structured data. The same number gives the same page.
"""

import gzip
import html
import http.server
import json
import random
import re
import sys
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from articles.parsing import parse, parse_text
from benchmarks.owntexts import load_texts
from factcheck.demo.newsroom import load_stories

SMALLEST, LARGEST = 40_000, 150_000  # bytes, before compression
SITES = ("harbour-post", "larn-courier", "lakeside-news", "northern-wire", "the-lantern", "valley-herald")
WORDS = 470  # of an article, about


def write_pages(folder: Path, count: int) -> tuple[float, float]:
    """Writes pages 0 to `count` - 1, gzipped; gives their mean bytes before compression and mean words."""
    size = words = 0
    for number in range(count):
        data, length = page(number)
        size, words = size + len(data), words + length
        (folder / f"{number}.html.gz").write_bytes(gzip.compress(data, 6, mtime=0))
    return size / count, words / count


def page(number: int) -> tuple[bytes, int]:
    """The page of that number, and how many words its article has."""
    rng = random.Random(number)
    site = SITES[number % len(SITES)]
    paragraphs = _article(rng, number)
    title = " ".join(paragraphs[0].split()[:9]).rstrip(".,;:") + f", case {number}"
    published = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=37 * number)
    body = "\n".join(f'<p class="story__text">{html.escape(text)}</p>' for text in paragraphs)
    head = _head(site, title, number, published)
    parts = [
        f'<!doctype html><html lang="en"><head>{head}</head><body class="page">',
        _navigation(rng, 60),
        f'<main><article class="story"><header><h1>{html.escape(title)}</h1>',
        f'<p class="story__by">By Ada Brill <time datetime="{published.isoformat()}">{published:%d %B %Y, %H:%M}</time></p>',
        f'</header><div class="story__body">{body}</div></article></main>',
    ]
    wanted = int(SMALLEST * (LARGEST / SMALLEST) ** rng.random())
    size = sum(map(len, parts))
    while size < wanted:
        kind = rng.random()
        part = _script(rng) if kind < 0.45 else _teasers(rng) if kind < 0.85 else _navigation(rng, 25)
        parts.append(part)
        size += len(part)
    parts.append(f"<footer>{_navigation(rng, 40)}<p>All rights reserved.</p></footer></body></html>")
    return "\n".join(parts).encode(), sum(len(text.split()) for text in paragraphs)


@cache
def _paragraphs() -> tuple[str, ...]:
    """Every paragraph of our own texts and of the sample newsroom's, long enough to be one."""
    texts = [record["text"] for record in load_texts().values()]
    for story in load_stories():
        data = story.file.read_bytes()
        texts.append((parse_text(data.decode()) if story.file.suffix == ".txt" else parse(data)).text)
    lines = [line.strip() for text in texts for line in text.split("\n")]
    return tuple(line for line in lines if len(line.split()) >= 12)


@cache
def _vocabulary() -> dict[tuple[bool, str], list[str]]:
    """The words of these paragraphs that are replaced, by how they are written and end."""
    found = {word for text in _paragraphs() for word in _OWN.findall(text)}
    kinds: dict[tuple[bool, str], list[str]] = defaultdict(list)
    for word in sorted(found):
        kinds[_kind(word)].append(word)
    return kinds


_OWN = re.compile(r"\b[a-z]{6,}\b|(?<=[a-z,] )[A-Z][a-z]{3,}\b")


def _kind(word: str) -> tuple[bool, str]:
    return word[0].isupper(), word[-2:]


def _article(rng: random.Random, number: int) -> list[str]:
    """Paragraphs of different texts with numbers and words of their own, each word for another that is written like it.

    There are few paragraphs and many pages: as they are, each page would be compared with as many others as any can be,
    where those of strangers share next to nothing.
    """
    wanted = WORDS * (0.5 + rng.random())
    words: dict[str, str] = {}

    def own(found: re.Match[str]) -> str:
        word = found[0]
        alike = _vocabulary().get(_kind(word), ())
        if word not in alike:
            return word
        return words.setdefault(word, rng.choice(alike))

    chosen: list[str] = []
    for text in rng.sample(_paragraphs(), len(_paragraphs())):
        numbered = [
            str(int(w) + number % 97 + 1) if w.isascii() and w.isdecimal() else w for w in text.split()
        ]
        chosen.append(_OWN.sub(own, " ".join(numbered)))
        if sum(len(text.split()) for text in chosen) >= wanted:
            break
    return [f"Case {number} was filed with the district on Monday. {chosen[0]}", *chosen[1:]]


def _head(site: str, title: str, number: int, published: datetime) -> str:
    about = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": title,
        "datePublished": published.isoformat(),
        "author": {"@type": "Person", "name": "Ada Brill"},
        "publisher": {"@type": "Organization", "name": site.replace("-", " ").title()},
    }
    return (
        f'<meta charset="utf-8"><title>{html.escape(title)} | {site.replace("-", " ").title()}</title>'
        f'<meta property="og:title" content="{html.escape(title)}"><meta property="og:type" content="article">'
        f'<meta property="og:site_name" content="{site.replace("-", " ").title()}">'
        f'<meta property="article:published_time" content="{published.isoformat()}">'
        f'<meta name="description" content="Case {number} and what came of it.">'
        f'<script type="application/ld+json">{json.dumps(about)}</script>'
        "<style>" + ".story__text{margin:0 0 1em;line-height:1.5}.nav a{color:#123}" * 60 + "</style>"
    )


def _navigation(rng: random.Random, links: int) -> str:
    items = "".join(
        f'<li class="nav__item nav__item--{n % 5}"><a href="/section/{rng.randrange(999)}/" data-track="nav:{n}">'
        f"{_words(rng, 2).title()}</a></li>"
        for n in range(links)
    )
    return f'<nav class="nav"><ul>{items}</ul></nav>'


def _teasers(rng: random.Random) -> str:
    cards = "".join(
        f'<div class="card card--{rng.choice("sml")}"><a href="/story/{rng.randrange(10**6)}/"><img alt="" loading="lazy" '
        f'src="/img/{rng.randrange(10**9)}.jpg" srcset="/img/{rng.randrange(10**9)}-2x.jpg 2x"><h3>{_words(rng, 8)}</h3></a>'
        f'<span class="card__meta">{_words(rng, 3)}</span></div>'
        for _ in range(8)
    )
    return f'<aside class="related"><h2>More from {_words(rng, 1)}</h2>{cards}</aside>'


def _script(rng: random.Random) -> str:
    state = [{"id": rng.randrange(10**9), "slug": _words(rng, 4), "score": rng.random()} for _ in range(40)]
    return f"<script>window.__STATE__=Object.assign(window.__STATE__||{{}},{json.dumps(state)});</script>"


def _words(rng: random.Random, n: int) -> str:
    vocabulary = (
        "harbour",
        "council",
        "silt",
        "weather",
        "trade",
        "ferry",
        "budget",
        "market",
        "school",
        "court",
    )
    return " ".join(rng.choices(vocabulary, k=n))


class _Handler(http.server.SimpleHTTPRequestHandler):
    """`/7` answers page 7, compressed, as sites do."""

    def do_GET(self) -> None:
        file = Path(self.directory) / f"{self.path.strip('/')}.html.gz"
        if not self.path.strip("/").isdecimal() or not file.is_file():
            self.send_error(404)
            return
        data = file.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: Any) -> None:
        pass


def serve(folder: Path) -> None:
    """Serves until it is killed; prints its port first."""

    class Server(http.server.ThreadingHTTPServer):
        request_queue_size = 128

    with Server(("127.0.0.1", 0), lambda *args: _Handler(*args, directory=str(folder))) as server:
        print(server.server_address[1], flush=True)
        server.serve_forever()


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
