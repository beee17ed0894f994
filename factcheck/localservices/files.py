"""Files and folders only their owner may use, and the ends of logs."""

import hashlib
import os
import pwd
import stat
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from factcheck.localservices.errors import LocalServiceError

# sun_path holds 108 bytes on Linux and 104 on macOS, the closing NUL included.
LONGEST_SOCKET_PATH = 100
LONG_LOG_BYTES = 10 * 2**20
LONGEST_SOCKET_NAME = ".s.PGSQL.5432.lock"

try:
    NOBODY = pwd.getpwnam("nobody").pw_uid
except KeyError:
    NOBODY = 65534


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    fresh.replace(path)


def socket_dir(home: Path, *, owner: int) -> Path:
    """A 0700 folder for `home`'s Unix sockets, owned by `owner` (a uid), its path short enough for one.

    `home`/run, or a folder in the temp folder named after it. Raises LocalServiceError `folder_taken`.
    """
    folder = home / "run"
    if _too_long(folder):
        name = f"factcheck-{os.geteuid()}-{short_hash(home)}"
        folder = Path(tempfile.gettempdir()) / name
        if _too_long(folder):
            folder = Path("/tmp") / name  # noqa: S108 - its owner is checked below
    own_folder(folder, owner=owner)
    return folder


def own_folder(folder: Path, *, owner: int) -> None:
    """Make sure of a 0700 folder owned by `owner`, even where everybody may write (the temp folder).

    Only our own, or one made earlier for `owner` (or by root for nobody), is used. Raises LocalServiceError `folder_taken`.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = folder.lstat()
    trusted = {os.geteuid(), owner} | ({NOBODY} if os.geteuid() == 0 else set())
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in trusted:
        raise LocalServiceError(
            "folder_taken",
            f"{folder} belongs to somebody else: remove it, or set TMPDIR to a folder of yours.",
        )
    folder.chmod(0o700)
    if found.st_uid != owner:
        os.chown(folder, owner, owner, follow_symlinks=False)


def short_hash(path: Path) -> str:
    """Ten characters that stand for a path."""
    return hashlib.sha256(os.fsencode(path.absolute())).hexdigest()[:10]


def tail(log: Path, *, lines: int = 15, start: int = 0) -> str:
    """The last lines of a log written after byte `start`; empty when there is no log."""
    try:
        with log.open("rb") as file:
            file.seek(max(start, file.seek(0, os.SEEK_END) - 8192))
            text = file.read().decode(errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def keep_short(log: Path) -> None:
    """Begin a log anew when it is long, keeping the last one beside it."""
    if log.exists() and log.stat().st_size > LONG_LOG_BYTES:
        log.replace(log.with_name(f"{log.name}.1"))


def without(environment: Mapping[str, str], prefixes: Iterable[str]) -> dict[str, str]:
    """A copy of an environment without the variables that begin with one of `prefixes`."""
    return {name: value for name, value in environment.items() if not name.startswith(tuple(prefixes))}


def _too_long(folder: Path) -> bool:
    return len(os.fsencode(folder / LONGEST_SOCKET_NAME)) > LONGEST_SOCKET_PATH
