"""`python -m claims.extraction`: a table for one text, or JSONL in and JSONL out."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from . import ModelError, claim_text, extract, load
from .pipeline import SKIPPED
from .types import ExtractedClaim, Extraction


class BadLine(Exception):
    """A line that is no article, in words for whoever wrote it."""


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0; 1 when a line of a JSONL file was bad; 2 when a file cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m claims.extraction", description=__doc__)
    parser.add_argument("article", nargs="?", type=Path, help="a text file, UTF-8")
    parser.add_argument("--outlet", default="", help="who published it")
    parser.add_argument("--title", default="", help="its headline")
    parser.add_argument("--jsonl", type=Path, help='lines {"id","outlet","title","published","text"}')
    parser.add_argument("--out", type=Path, help="where the lines with attributions and claims go")
    options = parser.parse_args(arguments)
    if (options.jsonl is None) == (options.article is None) or (options.jsonl is None) != (
        options.out is None
    ):
        parser.error("give either an article and --outlet, or --jsonl IN --out OUT")
    try:
        load()
        if options.jsonl:
            return convert(options.jsonl, options.out)
        if not options.outlet:
            parser.error("--outlet is needed: every chain ends with who published the text")
        text = options.article.read_text(encoding="utf-8")
    except ModelError as error:
        print(error, file=sys.stderr)
        return 2
    except (OSError, UnicodeDecodeError) as error:
        print(f"cannot read or write: {error}", file=sys.stderr)
        return 2
    print(table(text, extract(text, outlet=options.outlet, title=options.title)))
    return 0


def table(text: str, extraction: Extraction) -> str:
    """Claims for a terminal: a line of who and how, then the words."""
    if extraction.skipped:
        return f"Nothing extracted: {SKIPPED[extraction.skipped]} (language: {extraction.language})"
    rows = []
    for number, claim in enumerate(extraction.claims, 1):
        path = " -> ".join([claim.speaker or "who?", *(hop.name for hop in claim.chain)])
        check = "checkable" if claim.checkable else "not checkable"
        rows.append(
            f"{number:3}  {claim.form:<9}  {path}  [{claim.speaker_kind or 'open'}; {check}: {', '.join(claim.reasons)}]"
        )
        rows.append(f"     {claim_text(text, claim)}")
    return "\n".join(rows) or "No claims found."


def convert(source: Path, target: Path) -> int:
    """Extract each line of `source`; bad lines are told by number, the good ones written."""
    bad = 0
    with source.open(encoding="utf-8", newline="\n") as lines, target.open("w", encoding="utf-8") as out:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                record = read_record(line)
            except BadLine as error:
                bad += 1
                print(f"{source}:{number}: {error}", file=sys.stderr)
                continue
            found = extract(
                record["text"], outlet=record["outlet"], title=record["title"], published=record["published"]
            )
            out.write(json.dumps({"id": record["id"], **as_json(found)}, ensure_ascii=True) + "\n")
    return 1 if bad else 0


def read_record(line: str) -> dict[str, Any]:
    """One article of a JSONL line. Raises BadLine, in words, when it is not one."""
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise BadLine(f"not JSON ({error.msg} at column {error.colno})") from error
    if not isinstance(record, dict):
        raise BadLine("not a JSON object")
    for name in ("id", "text"):
        if not isinstance(record.get(name), str):
            raise BadLine(f'"{name}" is missing or not a string')
    outlet = record.get("outlet") or record.get("publisher") or ""
    title = record.get("title") or ""
    if not isinstance(outlet, str) or not isinstance(title, str):
        raise BadLine('"outlet" and "title" must be strings')
    published = record.get("published")
    return {
        "id": record["id"],
        "text": record["text"],
        "outlet": outlet,
        "title": title,
        "published": published if isinstance(published, str) else None,
    }


def as_json(extraction: Extraction) -> dict[str, Any]:
    return {
        "language": extraction.language,
        "version": extraction.version,
        "skipped": extraction.skipped,
        "attributions": [
            {"source": a.source, "cue": a.cue, "content": a.content} for a in extraction.attributions
        ],
        "claims": [claim_json(claim) for claim in extraction.claims],
    }


def claim_json(claim: ExtractedClaim) -> dict[str, Any]:
    record: dict[str, Any] = {
        "content": claim.content,
        "cue": claim.cue,
        "source": claim.source,
        "form": claim.form,
        "speaker": claim.speaker,
        "speaker_kind": claim.speaker_kind,
        "chain": [
            {
                "name": hop.name,
                "role": hop.role,
                "confidence": hop.confidence,
                "decided_by": hop.decided_by,
            }
            for hop in claim.chain
        ],
        "checkable": claim.checkable,
        "reasons": claim.reasons,
        "score": claim.score,
        "confidence": claim.confidence,
        "decided_by": claim.decided_by,
        "speaker_confidence": claim.speaker_confidence,
        "speaker_by": claim.speaker_by,
    }
    if claim.embedded:
        record["embedded"] = {"speaker": claim.embedded.speaker, "content": claim.embedded.content}
    return record


if __name__ == "__main__":
    sys.exit(main())
