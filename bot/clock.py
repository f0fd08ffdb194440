"""The one clock: a callable that gives the present instant in UTC, made by the composition root."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]

log = logging.getLogger(__name__)

# A leap ahead that is believed at once: what falls due in it is caught up with, for a nudge is of use for longer, and
# comes again within a day if the clock is set back.
_LEAP = timedelta(hours=1.5)
# So long a clock has to stand where it has leapt to.
_STANDS = timedelta(minutes=10)


def system_clock() -> datetime:
    return datetime.now(UTC)


def uptime() -> float:
    """Seconds that nobody can set. They go on while the machine sleeps, where the system counts that."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class Doubt:
    """Whether the clock can be believed. One that leaps ahead by hours, against `monotonic` seconds, is believed once
    it has stood so for ten minutes: by one that is wrong for a moment reminders would be missed and aimed at days far
    ahead, and what was kept for some days would be thrown away."""

    def __init__(self, clock: Clock, monotonic: Callable[[], float]) -> None:
        self._clock = clock
        self._monotonic = monotonic
        self._began = self._beginning()
        self._since: float | None = None
        """When the leap was seen that is in doubt."""

    def __call__(self) -> bool:
        """Whether it is in doubt just now."""
        began, now = self._beginning(), self._monotonic()
        if began - self._began < _LEAP:
            self._since = None
        elif self._since is None:
            self._since = now
            log.warning("the clock has leapt ahead by %s; nothing falls due until it stands so", began - self._began)
        elif now - self._since >= _STANDS.total_seconds():
            log.warning("the clock stands: it is believed")
            self._since = None
        if self._since is None:
            self._began = began
        return self._since is not None

    def _beginning(self) -> datetime:
        """When `monotonic` was zero, by the clock: it stays as long as nobody sets that."""
        return self._clock() - timedelta(seconds=self._monotonic())


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
