"""`manage.py benchmark extraction`, or `python -m benchmarks.extraction`: what finding claims costs.

Needs no database and no settings. The texts are the sample newsroom's.
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass

from articles.parsing import parse, parse_text
from claims.extraction import extract
from factcheck.demo.newsroom import load_stories

LONG_TEXT_WORDS = 60_000
START_UPS = 3
# A child tells its own peak: what wait4() says of it would include its parent's size at the fork.
_CHILD = """
import sys
from claims.extraction import extract, load
load()
words = sys.stdin.read()
if words:
    extract(words, outlet="Sorrany Today")
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@dataclass(frozen=True, slots=True)
class Speed:
    """What one pass over some text took."""

    words: int
    claims: int
    cpu_seconds: float

    @property
    def words_per_cpu_second(self) -> float:
        return self.words / self.cpu_seconds


@dataclass(frozen=True, slots=True)
class Child:
    """A process that loads the extractor, reads a text (or none) and ends. `peak_mib`: resident memory."""

    cpu_seconds: float
    wall_seconds: float
    peak_mib: float


def sample_texts() -> list[tuple[str, str]]:
    """(outlet, text) of each sample story."""
    texts = []
    for story in load_stories():
        data = story.file.read_bytes()
        if story.file.suffix == ".txt":
            article = parse_text(data.decode(), title=story.title)
        else:
            article = parse(data, url=story.url)
        texts.append((story.outlet, article.text))
    return texts


def speed(texts: list[tuple[str, str]], *, seconds: float) -> Speed:
    """Extracts all `texts` again and again for `seconds`."""
    words = claims = 0
    began, cpu = time.monotonic(), time.process_time()
    while not words or time.monotonic() - began < seconds:
        for outlet, text in texts:
            claims += len(extract(text, outlet=outlet).claims)
            words += len(text.split())
    return Speed(words, claims, time.process_time() - cpu)


def long_text(texts: list[tuple[str, str]], words: int = LONG_TEXT_WORDS) -> str:
    """The sample stories one after the other until there are at least `words` words."""
    together = "\n".join(text for _, text in texts)
    times = -(-words // len(together.split()))
    return "\n".join([together] * times)


def child(text: str = "") -> Child:
    """A fresh process that loads the extractor and reads `text`."""
    began, before = time.perf_counter(), os.times()
    ran = subprocess.run(
        [sys.executable, "-c", _CHILD], input=text, capture_output=True, text=True, check=True
    )
    after = os.times()
    return Child(
        cpu_seconds=after.children_user
        + after.children_system
        - before.children_user
        - before.children_system,
        wall_seconds=time.perf_counter() - began,
        peak_mib=int(ran.stdout) / 1024,
    )


def report(*, seconds: float = 5.0, long_words: int = LONG_TEXT_WORDS) -> str:
    """Measures everything; gives it as lines to print."""
    texts = sample_texts()
    started = min((child() for _ in range(START_UPS)), key=lambda run: run.cpu_seconds)
    speed(texts, seconds=0)  # warm: patterns are compiled when first used
    stories = speed(texts, seconds=seconds)
    text = long_text(texts, long_words)
    long = speed([("Sorrany Today", text)], seconds=0)
    memory = child(text)
    each = sum(len(text.split()) for _, text in texts)
    a_story = 1000 * stories.cpu_seconds * each / (stories.words * len(texts))
    lines = (
        (
            f"{len(texts)} stories of {each / len(texts):.0f} words",
            _told(stories),
            f"{a_story:.1f} CPU-ms a story",
        ),
        (
            f"a text of {long.words:,} words",
            _told(long),
            f"{long.cpu_seconds:.1f} CPU-s, {long.claims:,} claims",
        ),
        ("start-up with word lists", f"{started.cpu_seconds:.2f} CPU-s", f"{started.wall_seconds:.2f} s"),
        (
            "peak memory",
            f"{started.peak_mib:.0f} MiB loaded",
            f"{memory.peak_mib:.0f} MiB with the long text",
        ),
    )
    return "\n".join(f"{what:<26} {first:<28} {second}" for what, first, second in lines)


def _told(speed: Speed) -> str:
    return f"{speed.words_per_cpu_second:,.0f} words a CPU-second"


if __name__ == "__main__":
    print(report())
