"""Data and scorers kept beside the checkout, in `../shared/bench`: none of it is the project's, all of it may be absent."""

import csv
import hashlib
import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

SHARED = Path(__file__).resolve().parents[2] / "shared" / "bench"
CHUNK = 1 << 20


class NotThere(Exception):
    """What a measurement needs is not on this machine; the message says what."""


def need(*paths: Path) -> None:
    """Raises NotThere for the first path that is missing."""
    for path in paths:
        if not path.is_file():
            raise NotThere(f"../shared/bench/{path.parent.name}/{path.name} is not there")


def digest(path: Path) -> str:
    """sha256 of a file's bytes."""
    told = hashlib.sha256()
    with path.open("rb") as data:
        while chunk := data.read(CHUNK):
            told.update(chunk)
    return told.hexdigest()


def load_scorer(path: Path) -> ModuleType:
    """A scorer's module, by its path: it is a script and part of no package."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    exec(compile(path.read_bytes(), path, "exec"), module.__dict__)  # leaves no bytecode beside it
    return module


def read_jsonl(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def read_tsv(path: Path) -> Iterator[dict[str, str]]:
    """Rows of a table whose cells are never quoted."""
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
