"""As whom PostgreSQL runs, which refuses uid 0 and users that have no name.

A normal user runs it as itself. Root enters a user namespace in which it is called nobody: no account is made,
files stay root's outside. Where namespaces are forbidden (most containers) root drops to nobody. A uid without an
entry in /etc/passwd (`docker run --user 12000`) has the namespace only.
"""

import os
import pwd
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from factcheck.localservices.errors import LocalServiceError
from factcheck.localservices.files import NOBODY

EXEC_SHIM = Path(__file__).with_name("_exec.py")


@dataclass(frozen=True)
class Privilege:
    """How a server is run: options for the exec shim, and the uid its files belong to as seen from outside."""

    options: tuple[str, ...]
    owner: int

    def wrap(self, command: Sequence[str | Path]) -> list[str]:
        """The command line that runs `command` this way."""
        return exec_shim(command, self.options)

    def can_reach(self, folder: Path) -> bool:
        """Whether the server could work in `folder`: may it pass through every folder above?"""
        if self.owner == os.geteuid():
            return True
        return all(parent.stat().st_mode & 0o001 for parent in folder.absolute().parents)


def exec_shim(command: Sequence[str | Path], options: Sequence[str] = ()) -> list[str]:
    """The command line that runs `command` through the exec shim: isolated, without site-packages, quick."""
    return [sys.executable, "-I", "-S", str(EXEC_SHIM), *options, "--", *map(str, command)]


def choose_privilege() -> Privilege:
    """The first way that works here; FACTCHECK_PG_AS=namespace or =nobody insists on one.

    Raises LocalServiceError `unknown_privilege`, `nameless_user`.
    """
    wanted = os.environ.get("FACTCHECK_PG_AS", "")
    if wanted not in ("", "namespace", "nobody"):
        raise LocalServiceError(
            "unknown_privilege", f"FACTCHECK_PG_AS is {wanted!r}: it can be `namespace` or `nobody`."
        )
    uid = os.geteuid()
    if uid != 0 and _has_name(uid):
        return Privilege(options=(), owner=uid)
    in_namespace = Privilege(options=(f"--user-namespace={NOBODY}",), owner=uid)
    if wanted == "namespace" or (wanted == "" and _works(in_namespace)):
        return in_namespace
    if uid != 0:
        raise LocalServiceError(
            "nameless_user",
            f"PostgreSQL does not run as uid {uid}, which has no entry in /etc/passwd: add one, or set DATABASE_URL.",
        )
    return Privilege(options=(f"--uid={NOBODY}",), owner=NOBODY)


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _works(privilege: Privilege) -> bool:
    if sys.platform != "linux":
        return False
    return subprocess.run(privilege.wrap(["/bin/true"]), check=False, capture_output=True).returncode == 0
