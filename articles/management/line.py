"""A line that says how far a command is."""

from django.core.management.base import OutputWrapper

_BAR_WIDTH = 24


class Line:
    """On a terminal each saying replaces the last, with a bar before it; elsewhere each is a line of its own."""

    def __init__(self, out: OutputWrapper) -> None:
        self._out = out
        self._replaces = out.isatty()
        self._said = ""

    def say(self, text: str, *, done: float | None = None) -> None:
        """`done`: how much of it, 0 to 1, where that is known."""
        if text == self._said:
            return
        self._said = text
        if self._replaces:
            self._out.write(f"\r\x1b[K{_bar(done)}{text}", ending="")
        else:
            self._out.write(text)

    def end(self) -> None:
        if self._said and self._replaces:
            self._out.write("")
        self._said = ""


def _bar(done: float | None) -> str:
    if done is None:
        return ""
    filled = round(_BAR_WIDTH * min(1.0, max(0.0, done)))
    return f"[{'█' * filled}{'·' * (_BAR_WIDTH - filled)}] {100 * done:3.0f} %  "
