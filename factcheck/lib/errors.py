"""Errors of the domain: a stable code for programs, a sentence for people."""

from pathlib import Path
from typing import Any, ClassVar


class DomainError(Exception):
    """A request that cannot be done. `message` says in one sentence what the person can do about it."""

    status: ClassVar[int] = 400

    def __init__(self, code: str, message: str, **details: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details


class Refused(DomainError):
    """The actor may not do this."""

    status = 403


class Missing(DomainError):
    """What the request names does not exist, or not any more."""

    status = 404


class Conflict(DomainError):
    """Somebody else was quicker. `details["current"]` is how the object stands now, as plain data."""

    status = 409


def file_problem(error: OSError) -> str:
    """A sentence on a file that cannot be read: the error's own, or, of the system's errors, one without the file's place."""
    if error.errno is None:
        return str(error)
    return f"The file {Path(str(error.filename or '')).name} is missing or cannot be read: install this version again."
