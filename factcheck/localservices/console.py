"""What `manage.py up` says: every line behind the name of who says it."""

import os
import sys
import threading
from typing import TextIO

COLOURS = {"up": 32, "web": 36, "worker": 33, "beat": 35, "migrate": 34, "seed": 34, "check": 34}
NAME_WIDTH = 8


class Console:
    """Lines from several threads, never mixed; a terminal that went away is no reason to fail."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._coloured = self._stream.isatty() and "NO_COLOR" not in os.environ
        self._lock = threading.Lock()

    def say(self, name: str, text: str) -> None:
        """Print `text`, each of its lines behind `name`."""
        prefix = f"{name:>{NAME_WIDTH}} |"
        if self._coloured:
            prefix = f"\x1b[{COLOURS.get(name, 0)}m{prefix}\x1b[0m"
        lines = "".join(f"{prefix} {line}\n" for line in text.splitlines() or [""])
        with self._lock:
            try:
                self._stream.write(lines)
                self._stream.flush()
            except (OSError, ValueError):  # closed terminal or pipe: keep shutting down in order
                return
