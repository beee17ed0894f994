"""`python -m claims.extraction`: a table for one text, JSONL in and out, and nothing of Django behind it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from claims.extraction.__main__ import main
from tests.extraction.stories import WIRE_STORY


def test_a_table_of_one_article(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    article = tmp_path / "article.txt"
    article.write_text(WIRE_STORY.text, encoding="utf-8")
    assert main([str(article), "--outlet", WIRE_STORY.outlet]) == 0
    shown = capsys.readouterr().out
    assert "Marek Tollan -> VTK TV -> NORDPRESS -> Halden Daily" in shown
    assert "own-voice  Halden Daily -> Halden Daily" in shown


def test_lines_in_lines_out_and_a_bad_line_told_by_number(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    good = {
        "id": "a",
        "outlet": "Post",
        "title": "",
        "published": None,
        "text": "Ana Ruiz told Reuters the bridge is shut.",
    }
    lines = [
        json.dumps(good),
        "{not json",
        json.dumps({"id": "b"}),
        json.dumps({**good, "id": "c", "text": "\ud800 It rained all day."}),
    ]
    source.write_text("\n".join(lines), encoding="utf-8")
    assert main(["--jsonl", str(source), "--out", str(target)]) == 1
    told = capsys.readouterr().err
    assert f"{source}:2:" in told
    assert f'{source}:3: "text" is missing' in told
    records = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert [record["id"] for record in records] == ["a", "c"]
    (claim,) = records[0]["claims"]
    assert claim["speaker"] == "Ana Ruiz"
    assert [(hop["name"], hop["role"]) for hop in claim["chain"]] == [
        ("Reuters", "medium"),
        ("Post", "publisher"),
    ]
    assert all(hop["decided_by"] and 0 < hop["confidence"] <= 1 for hop in claim["chain"])
    assert {
        "score",
        "confidence",
        "checkable",
        "form",
        "content",
        "cue",
        "source",
        "speaker_confidence",
        "speaker_by",
    } <= set(claim)
    assert records[0]["attributions"] == [{"source": [[0, 8]], "cue": [[9, 13]], "content": [[22, 40]]}]


def test_a_missing_file_is_told_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none.txt"), "--outlet", "Post"]) == 2
    assert "cannot read" in capsys.readouterr().err


def test_nothing_of_django_the_network_or_a_database_behind_the_door() -> None:
    script = (
        "import sys, socket\n"
        "for name in ('django', 'psycopg', 'celery', 'requests'): sys.modules[name] = None\n"
        "def refuse(*_): raise AssertionError('the network was asked')\n"
        "socket.socket.connect = refuse\n"
        "from claims.extraction import extract, load\n"
        "load(); print(len(extract('Ana Ruiz said the bridge is shut.', outlet='Post').claims))\n"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "1"), done.stderr
