"""The extractor's benchmark needs neither database nor settings."""

import os
import re
import subprocess
import sys

from benchmarks import extraction


def test_the_report_tells_speed_start_up_and_memory() -> None:
    stories, long, start_up, memory = extraction.report(seconds=0, long_words=100).splitlines()
    assert re.match(
        rf"{len(extraction.sample_texts())} stories of \d+ words +[\d,]+ words a CPU-second +[\d.]+ CPU-ms a story$",
        stories,
    )
    assert re.match(r"a text of [\d,]+ words +[\d,]+ words a CPU-second +[\d.]+ CPU-s, [\d,]+ claims$", long)
    assert re.match(r"start-up with word lists +[\d.]+ CPU-s +[\d.]+ s$", start_up)
    assert re.match(r"peak memory +[1-9]\d* MiB loaded +[1-9]\d* MiB with the long text$", memory)


def test_the_long_text_is_as_long_as_wanted() -> None:
    text = extraction.long_text([("Sorrany Today", "one two three")], 10)
    assert len(text.split()) == 12


def test_it_runs_without_a_database_or_settings() -> None:
    unset = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DEBUG", "DJANGO_SETTINGS_MODULE")
    ran = subprocess.run(
        [sys.executable, "-c", "from benchmarks import extraction; print(len(extraction.sample_texts()))"],
        env={name: value for name, value in os.environ.items() if name not in unset},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(ran.stdout) == len(extraction.sample_texts())
