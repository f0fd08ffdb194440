"""The rate at which messages leave: even spacing, and never more than `rate` in any one second.

Even spacing keeps a burst from arriving in clumps, so nobody resumes as a herd after a 429. The window is a sliding
log, not a bucket: a bucket lets a burst through that Telegram answers with 429.
"""

from collections.abc import Callable
from typing import Protocol

from jobs.lane import Lane
from jobs.window import MARGIN, SECOND, Flight, Window

# Seconds of even spacing that may be caught up after the loop was busy; the window holds all the same.
_CATCH_UP = 0.05
# While people ask, bulk leaves so many places of the window free, for the next answer: a tap takes two. And for how
# many seconds after the last one that holds.
_FREE = 2
_ASKING = 10.0


class Pace(Protocol):
    """Whose rate it is: this process's own, or a part of what the token's workers share. Seconds are monotonic."""

    async def wait(self, lane: Lane) -> float:
        """Seconds until the next message of this lane may leave; 0 or less: now. May have to ask others."""

    def take(self, lane: Lane) -> Flight:
        """A message of this lane leaves now."""

    async def pause(self, seconds: float) -> None:
        """Nothing leaves for `seconds`, in no process of the token."""


class OwnPace:
    """The pace of a token that only this process sends for. A reply need not keep the even spacing, only the window."""

    def __init__(self, rate: int, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._step = (SECOND + MARGIN) / rate
        self._window = Window(rate, monotonic)
        self._free = min(_FREE, rate - 1)
        self._asked_until = float("-inf")
        self._even = float("-inf")
        self._paused_until = float("-inf")

    async def wait(self, lane: Lane) -> float:
        now = self._monotonic()
        just_resumed = now < self._paused_until + SECOND
        even = self._even if lane is Lane.BULK or just_resumed else now
        spare = self._free if lane is Lane.BULK and now < self._asked_until else 0
        return max(now + self._window.wait(spare), even, self._paused_until) - now

    def take(self, lane: Lane) -> Flight:
        if lane is Lane.REPLY:
            self._asked_until = self._monotonic() + _ASKING
        self._even = max(self._even, self._monotonic() - _CATCH_UP) + self._step
        return self._window.leave()

    async def pause(self, seconds: float) -> None:
        until = self._monotonic() + seconds
        self._paused_until = max(self._paused_until, until)
        self._even = max(self._even, until)
