"""Where a local workbench keeps its things, and how other commands find the one that is running."""

import fcntl
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from factcheck.localservices.errors import LocalServiceError
from factcheck.localservices.files import write_private

BASE_DIR = Path(__file__).resolve().parents[2]


def var_dir() -> Path:
    """The folder of everything a local run keeps: FACTCHECK_VAR, or var/ beside manage.py."""
    return Path(os.environ.get("FACTCHECK_VAR") or BASE_DIR / "var").absolute()


def env_file() -> Path:
    """What a running `manage.py up` tells other commands; there only while it runs."""
    return var_dir() / "up.env"


def lock_file() -> Path:
    """Held by a running `manage.py up`; its text says who that is."""
    return var_dir() / "up.lock"


def is_up() -> bool:
    """Whether a `manage.py up` with this var folder is running."""
    try:
        with lock_file().open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def adopt_env() -> None:
    """Take the addresses of a running `manage.py up`, so that commands beside it reach the same services.

    What is already set stays. A shell that points at another database or broker is left alone entirely:
    half of one workbench and half of another is never what anybody meant.
    """
    if not is_up():  # a killed one leaves its file behind
        return
    try:
        lines = env_file().read_text().splitlines()
    except OSError:
        return
    told = dict(line.split("=", 1) for line in lines)
    ours = {name: os.environ.get(name) or value for name, value in told.items()}
    if any(ours[name] != told[name] for name in ("DATABASE_URL", "REDIS_URL")):
        return
    os.environ.update(ours)


def write_env(values: Mapping[str, str]) -> None:
    """Publish what `adopt_env` reads; only its owner may read it, for it may hold passwords."""
    write_private(env_file(), "".join(f"{name}={value}\n" for name, value in values.items()))


def local_defaults() -> None:
    """Set what a local run needs and a production one must say itself: a secret key, static files as they lie."""
    try:
        key = _kept_secret_key()
    except (OSError, LocalServiceError):  # `up` itself will say in words that the folder cannot be used
        key = secrets.token_urlsafe(50)
    os.environ.setdefault("SECRET_KEY", key)
    os.environ.setdefault("STATIC_FROM_SOURCE", "1")


def _kept_secret_key() -> str:
    """A random key of this var folder, made once, so that sessions outlive a restart."""
    path = var_dir() / "secret_key"
    try:
        if key := path.read_text().strip():
            return key
    except FileNotFoundError:
        make_var_dir()
    key = secrets.token_urlsafe(50)
    write_private(path, key + "\n")
    return key


def make_var_dir() -> Path:
    """Make the var folder. Others may pass through it but not look around: PostgreSQL may run as another user.

    Raises LocalServiceError `var_not_writable`.
    """
    var = var_dir()
    try:
        var.mkdir(parents=True, exist_ok=True)
        if var.stat().st_uid == os.geteuid():
            var.chmod(0o711)
    except OSError as error:
        raise LocalServiceError(
            "var_not_writable",
            f"{var} cannot be made: {error.strerror}. Set FACTCHECK_VAR to a folder of yours.",
        ) from error
    if not os.access(var, os.W_OK | os.X_OK):
        raise LocalServiceError(
            "var_not_writable",
            f"{var} belongs to another user: run as that user, or set FACTCHECK_VAR to a folder of yours.",
        )
    return var
