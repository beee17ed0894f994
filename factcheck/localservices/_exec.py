"""Become another program, tied to the life of the parent and, if asked, no longer as root.

    python -I -S _exec.py [--parent=PID --death-signal=N] [--user-namespace=N | --uid=N] -- COMMAND [ARGUMENT ...]

Runs between fork and exec of every child, so it imports the standard library only and stays small.

--parent          die by the death signal when that process dies, however it dies (Linux only, else ignored)
--user-namespace  enter a user namespace in which our uid is called N: PostgreSQL refuses uid 0, and this way
                  no account is made and files stay ours outside (Linux only)
--uid             become this user and group; only root can
"""

import ctypes
import os
import signal
import sys
from pathlib import Path

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _enter_user_namespace(uid_inside: int) -> None:
    uid, gid = os.geteuid(), os.getegid()
    if _libc().unshare(CLONE_NEWUSER):
        sys.exit(f"cannot enter a user namespace: {os.strerror(ctypes.get_errno())}")
    # Without "deny" the kernel refuses a gid map from a process that has no CAP_SETGID outside.
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{uid_inside} {uid} 1"),
        ("gid_map", f"{uid_inside} {gid} 1"),
    ):
        Path(f"/proc/self/{name}").write_text(text)


def _become(uid: int) -> None:
    os.setgroups([])
    os.setgid(uid)
    os.setuid(uid)


def _die_with(parent: int, death_signal: int) -> None:
    _libc().prctl(PR_SET_PDEATHSIG, death_signal)
    if os.getppid() != parent:  # it died before the line above
        os._exit(1)


def main(arguments: list[str]) -> None:
    cut = arguments.index("--")
    options = dict(option.lstrip("-").partition("=")[::2] for option in arguments[:cut])
    command = arguments[cut + 1 :]
    # Before prctl: the kernel forgets the death signal when a process changes its user.
    if "uid" in options:
        _become(int(options["uid"]))
    if sys.platform == "linux":
        if "user-namespace" in options:
            _enter_user_namespace(int(options["user-namespace"]))
        if "parent" in options:
            _die_with(int(options["parent"]), int(options.get("death-signal", signal.SIGTERM)))
    try:
        os.execv(command[0], command)
    except OSError as error:
        sys.exit(f"cannot run {command[0]}: {error.strerror}")


if __name__ == "__main__":
    main(sys.argv[1:])
