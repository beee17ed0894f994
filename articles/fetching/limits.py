"""How much one fetch may cost, and the running account of what it has left."""

import time
from dataclasses import dataclass

from .errors import FetchError


@dataclass(frozen=True)
class Limits:
    """What one fetch may spend, over all its redirects.

    Seconds are wall time; `wire_bytes` counts everything received (headers, chunk sizes, compressed body),
    `body_bytes` the body after decompression.
    """

    total_seconds: float = 20.0
    connect_seconds: float = 8.0
    idle_seconds: float = 8.0
    wire_bytes: int = 6_000_000
    body_bytes: int = 10_000_000
    redirects: int = 5


DEFAULT_LIMITS = Limits()


class Budget:
    """What is left of `limits` for the fetch of `shown` (the address as error messages show it)."""

    def __init__(self, limits: Limits, shown: str) -> None:
        self.limits = limits
        self.shown = shown
        self._deadline = time.monotonic() + limits.total_seconds
        self._wire_left = limits.wire_bytes

    def seconds_left(self, at_most: float) -> float:
        """Seconds to wait for the next step: `at_most`, or less where the total runs out before that."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise self.timed_out()
        return min(left, at_most)

    def spend_wire(self, count: int) -> None:
        """Account for `count` bytes received."""
        self._wire_left -= count
        if self._wire_left < 0:
            raise self.too_large(self.limits.wire_bytes)

    def timed_out(self) -> FetchError:
        return FetchError(
            "timed_out",
            f"{self.shown} did not answer in time (limit {self.limits.total_seconds:g} seconds): "
            "try again later, or paste the text instead.",
            retryable=True,
        )

    def too_large(self, limit: int) -> FetchError:
        return FetchError(
            "too_large",
            f"{self.shown} is larger than the limit of {limit / 1_000_000:g} MB: "
            "check that the link leads to an article, or paste the text instead.",
        )
