"""The one clock: a callable that gives the present instant in UTC, made by the composition root."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    return datetime.now(UTC)


class MovableClock:
    """Runs like `base`, ahead of it by what it was moved: for the sandbox and the tests."""

    def __init__(self, base: Clock = system_clock) -> None:
        self._base = base
        self._ahead = timedelta(0)

    def __call__(self) -> datetime:
        return self._base() + self._ahead

    def monotonic(self) -> float:
        """Seconds that pass here, whether they ran by or were moved over."""
        return time.monotonic() + self._ahead.total_seconds()

    def move_to(self, instant: datetime) -> None:
        """Show `instant` now. It never runs back."""
        self._ahead += max(instant - self(), timedelta(0))
