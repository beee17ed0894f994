"""docs/api.md names every code that an answer can have, with its status, and none that no answer has."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from rest_framework import exceptions

from articles.fetching.errors import FetchError
from articles.parsing.types import ParsingError
from factcheck import urls  # noqa: F401 - all errors of the domain are there once it is
from factcheck.api.errors import LengthRequired, TooManyRequests
from factcheck.api.wire import TooLarge
from factcheck.lib.errors import DomainError

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "api.md"
CODE = re.compile(r"`([a-z]\w+)`")
NAME = re.compile(r"[a-z]+(?:_[a-z]+)*")
# What workers run: their errors are told of an item, not answered.
WORKED_OFF = (
    "articles/services/running.py",
    "articles/services/entries.py",
    "articles/services/expanding.py",
)
Called = Iterator[tuple[str, list[ast.expr]]]


def test_every_code_of_an_answer_is_documented_with_its_status() -> None:
    told = _table("### Codes of errors")
    rows = {(int(status), code) for statuses, codes in told for status in statuses for code in codes}
    raised = _raised()
    assert sorted(raised - rows) == [], "raised, and not in docs/api.md"
    assert sorted(rows - raised) == [], "in docs/api.md, and raised nowhere"


def test_every_code_of_an_item_is_documented() -> None:
    told = {code for _, codes in _table("### Codes of items") for code in codes}
    names = {FetchError.__name__, ParsingError.__name__, "Unreadable", "_Wrong"}
    found = {code for called, code in _codes(*_modules()) if called in names}
    found |= {code for called, code in _codes(*(ROOT / one for one in WORKED_OFF)) if called == "DomainError"}
    assert sorted(found - told) == []


def test_every_code_of_a_field_is_documented() -> None:
    text = DOCS.read_text()
    given = {
        keyword.value.value
        for module in _modules()
        for node in ast.walk(_tree(module))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("ValidationError")
        for keyword in node.keywords
        if keyword.arg == "code" and isinstance(keyword.value, ast.Constant) and "/api" in str(module)
    }
    assert len(given) > 5
    assert sorted(code for code in given if f"`{code}`" not in text) == []


def _raised() -> set[tuple[int, str]]:
    statuses = {one.__name__: one.status for one in [DomainError, *_below(DomainError)]}
    answering = [one for one in _modules() if not _is_elsewhere(one)]
    found = {(statuses[name], code) for name, code in _codes(*answering) if name in statuses}
    shared = [exceptions.ParseError, exceptions.NotAuthenticated, exceptions.AuthenticationFailed]
    shared += [exceptions.PermissionDenied, exceptions.NotFound, exceptions.MethodNotAllowed]
    shared += [exceptions.NotAcceptable, exceptions.UnsupportedMediaType, exceptions.ValidationError]
    shared += [TooLarge, LengthRequired, TooManyRequests]
    found |= {(int(one.status_code), one.default_code) for one in shared}
    found |= {(400, code) for name, code in _codes(*(ROOT / "factcheck/api").glob("*.py")) if name == "code="}
    found |= {(401, code) for name, code in _codes(ROOT / "factcheck/api/access.py") if name == "second"}
    return found | {(412, "stale"), (500, "internal_error")}


def _below(error: type[DomainError]) -> list[type[DomainError]]:
    return [one for child in error.__subclasses__() for one in (child, *_below(child))]


def _codes(*modules: Path) -> Iterator[tuple[str, str]]:
    """Per error that is made somewhere: its class, and the code it is given."""
    for module in modules:
        for name, given in _made(_tree(module)):
            for node in (found for one in given for found in ast.walk(one)):
                if (
                    isinstance(node, ast.Constant)
                    and isinstance(node.value, str)
                    and NAME.fullmatch(node.value)
                ):
                    yield name, node.value


@cache
def _tree(module: Path) -> ast.Module:
    return ast.parse(module.read_text())


def _made(tree: ast.Module) -> Called:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):  # whose own __init__ says which code it has
            bases = [ast.unparse(base).split(".")[-1] for base in node.bases]
            for call in (one for one in ast.walk(node) if isinstance(one, ast.Call)):
                if ast.unparse(call.func) == "super().__init__":
                    yield (node.name if bases[0] == "DomainError" else bases[0]), call.args[:1]
        elif isinstance(node, ast.Call):
            yield ast.unparse(node.func).split(".")[-1], node.args[:1]
            if ast.unparse(node.func) == "AuthenticationFailed":
                yield "second", node.args[1:2]
            if ast.unparse(node.func).split(".")[-1] == "ParseError":
                yield "code=", [one.value for one in node.keywords if one.arg == "code"]


def _table(heading: str) -> Iterator[tuple[list[int], list[str]]]:
    """Rows of the table under a heading: the statuses of the first column, the codes of the second."""
    section = DOCS.read_text().split(f"{heading}\n", 1)[1].split("\n#", 1)[0]
    for line in section.splitlines():
        if line.startswith("| ") and "`" in line:
            first, second, *_ = line.strip("| ").split(" | ")
            yield [int(number) for number in re.findall(r"\d{3}", first)], CODE.findall(second)


def _is_elsewhere(module: Path) -> bool:
    """Whether its errors are a screen's or a worker's."""
    place = module.relative_to(ROOT).as_posix()
    return place in WORKED_OFF or place.startswith(("articles/views", "claims/views"))


def _modules() -> list[Path]:
    folders = (ROOT / name for name in ("articles", "claims", "factcheck"))
    return [one for folder in folders for one in folder.rglob("*.py") if "migrations" not in one.parts]
