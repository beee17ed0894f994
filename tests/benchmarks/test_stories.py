"""The benchmark of stories, as small as it gets: it still runs, finds every copy, ties no strangers, leaves nothing behind."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from articles.models import Article, Story
from benchmarks import stories
from benchmarks.storytexts import Newsroom


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_copies_are_found_strangers_left_apart_and_the_cost_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(stories, "CLUSTERS", tmp_path)  # thousands of texts: for a run by hand
    said = StringIO()
    call_command("benchmark", "stories", originals=12, placed=6, small=100, large=400, stdout=said)
    lines = said.getvalue()
    print(lines)
    recalls = [float(recall) for recall in re.findall(r"recall (\d\.\d+)", lines)]
    assert recalls == [1.0] * 5
    false = [int(found) for found in re.findall(r"(\d+) false merges", lines)]
    assert len(false) == 4
    assert "clusters: not measured" in lines
    assert set(false) == {0}
    assert re.search(r"^ +100 +6 +\d", lines, re.MULTILINE)
    assert re.search(r"^ +400 +6 +\d", lines, re.MULTILINE)
    assert "times the CPU at 400" in lines
    assert not Article.objects.exists()
    assert not Story.objects.exists()


def test_a_seed_writes_the_same_newsroom_again() -> None:
    one, other = Newsroom(9), Newsroom(9)
    for _ in range(3):
        text = one.article()
        assert other.article() == text
        for name, copy in one.copies.items():
            assert other.copies[name](text) == copy(text)
