"""`manage.py reextract`: counts first, asks for each text once, and leaves the rest to the workers."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from claims import extraction
from claims.models import ExtractionProposal, ExtractionRun
from claims.services import extracting
from tests.factories import make_article_version, make_outlet

pytestmark = pytest.mark.django_db


def reextract(*arguments: str, **options: Any) -> str:
    out = StringIO()
    call_command("reextract", *arguments, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def read_by_an_older_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three texts at two outlets, read by this extractor while it called itself rules-0."""
    with monkeypatch.context() as patched:
        patched.setattr(extraction, "VERSION", "rules-0")
        for number, outlet in enumerate(("Lakeside Post", "Lakeside Post", "Northern Wire")):
            version = make_article_version(f"The dam was finished in 195{number}.", outlet=outlet)
            extracting.extract_version(run_id=extracting.request_extraction(version=version).pk)


@pytest.mark.usefixtures("read_by_an_older_one")
def test_it_counts_first_and_asks_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extracting, "CHUNK", 2)
    assert "3 texts not read by" in reextract("--all")
    assert "Nothing was done" in reextract("--all")
    assert not extracting.undone_runs().exists()
    assert "2 of 3 asked for\n3 of 3 asked for\n" in reextract("--all", "--yes")
    runs = extracting.undone_runs()
    assert [(run.extractor, run.again) for run in runs] == [(extraction.VERSION, True)] * 3
    assert reextract("--all", "--yes").startswith("0 texts")
    for run in list(runs):
        extracting.extract_version(run_id=run.pk)
    assert not ExtractionProposal.objects.exists()  # the same extractor finds the same
    assert reextract("--all", "--yes").startswith("0 texts")


@pytest.mark.usefixtures("read_by_an_older_one")
@pytest.mark.parametrize(
    ("arguments", "n"),
    [
        (["--outlet", "lakeside post"], 2),
        (["--outlet", "wire.example"], 1),
        (["--all", "--limit", "1"], 1),
        (["--article", "first"], 1),
    ],
)
def test_it_is_narrowed_to_an_outlet_an_article_or_a_number(arguments: list[str], n: int) -> None:
    wire = make_outlet("Northern Wire")
    wire.domain = "wire.example"
    wire.save()
    first = str(ExtractionRun.objects.order_by("pk")[0].version.article_id)
    reextract(*[first if one == "first" else one for one in arguments], "--yes")
    assert extracting.undone_runs().count() == n


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--outlet", "Nobody's Post"], "no outlet"),
        (["--article", "77"], "no article 77"),
        (["--all", "--limit", "0"], "1 or more"),
        ([], "required"),
        (["--all", "--article", "1"], "not allowed with"),
    ],
)
def test_what_makes_no_sense_is_told(arguments: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        reextract(*arguments)


@pytest.mark.usefixtures("read_by_an_older_one")
def test_what_is_pending_is_read_by_whoever_is_there_then(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(extraction, "VERSION", "rules-0")
        waiting = extracting.request_extraction(version=make_article_version("Rain fell on Larn."))
    assert "3 texts" in reextract("--all")
    extracting.extract_version(run_id=waiting.pk)
    waiting.refresh_from_db()
    assert waiting.extractor == extraction.VERSION
