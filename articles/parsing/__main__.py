"""`python -m articles.parsing --jsonl IN --out OUT`: parse pages from files.

A line of IN is {"id", "url", "html_path"}, paths relative to IN's folder; a line of OUT has "id", "text", "title",
"byline", "published" (ISO 8601: an instant with its zone, or a day), "dateline", "language", "canonical_url" and
"provenance", or "id" and "error" {"code", "message"} for a page without an article.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from .guarded import parse_in_child
from .types import ParsingError


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m articles.parsing",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--jsonl", type=Path, required=True, metavar="IN")
    parser.add_argument("--out", type=Path, required=True, metavar="OUT")
    arguments = parser.parse_args(argv)
    failed = 0
    with arguments.jsonl.open(encoding="utf-8") as lines, arguments.out.open("w", encoding="utf-8") as out:
        for line in filter(str.strip, lines):
            result = _parse_line(json.loads(line), arguments.jsonl.parent)
            failed += "error" in result
            out.write(json.dumps(result, ensure_ascii=False) + "\n")
    if failed:
        sys.stderr.write(f"{failed} without an article; see their errors in {arguments.out}\n")


def _parse_line(row: dict[str, str], folder: Path) -> dict[str, Any]:
    try:
        article = parse_in_child((folder / row["html_path"]).read_bytes(), url=row.get("url") or "")
    except ParsingError as error:
        return {"id": row["id"], "error": {"code": error.code, "message": error.message}}
    published = article.published_at or article.published_on
    return {
        "id": row["id"],
        "text": article.text,
        "title": article.title,
        "byline": article.byline,
        "published": published.isoformat() if published else None,
        "dateline": article.dateline or None,
        "language": article.language,
        "canonical_url": article.canonical_url,
        "provenance": dict(article.provenance),
    }


if __name__ == "__main__":
    main()
