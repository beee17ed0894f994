"""python -m articles.parsing: pages from files, a line each."""

import json
import subprocess
import sys
from pathlib import Path

from .pages import TEXT, page
from .test_articles import JSON_LD, URL, linked_data


def test_each_line_in_gives_a_line_out(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(page(head=linked_data(JSON_LD)), encoding="utf-8")
    (tmp_path / "b.html").write_text(page(head='<meta name="date" content="2024-11-13">'), encoding="utf-8")
    (tmp_path / "c.html").write_bytes(b"%PDF-1.7")
    rows = [{"id": name, "url": URL, "html_path": f"{name}.html"} for name in "abc"]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n\n")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "articles.parsing",
            "--jsonl",
            tmp_path / "in.jsonl",
            "--out",
            tmp_path / "out.jsonl",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    a, b, c = map(json.loads, (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines())
    assert a["id"] == "a"
    assert a["text"] == TEXT
    assert a["title"] == "Port of Velmora reopens on Thursday"
    assert a["byline"] == "Tamsin Okoro, Leif Arendt"
    assert a["published"] == "2024-11-13T12:34:00+04:00"
    assert a["dateline"] is None
    assert a["language"] == "en"
    assert a["canonical_url"] == ""
    assert a["provenance"]["published_at"] == "json-ld"
    assert b["published"] == "2024-11-13"
    assert (c["id"], c["error"]["code"]) == ("c", "not_text")
    assert done.stderr.startswith("1 without an article")
