"""The rate at which messages leave: even spacing, and never more than `rate` in any one second.

Even spacing keeps a burst from arriving in clumps, so nobody resumes as a herd after a 429. The window is a sliding
log, not a bucket: a bucket lets a burst through that Telegram answers with 429.
"""

from collections import deque
from collections.abc import Callable
from typing import Protocol

from jobs.lane import Lane

WINDOW = 1.0
# The server counts arrivals, we count departures: what is sent evenly can still arrive bunched.
MARGIN = 0.01
# Seconds of even spacing that may be caught up after the loop was busy; the window holds all the same.
_CATCH_UP = 0.05


class Pace(Protocol):
    """Whose rate it is: this process's own, or a part of what the token's workers share. Seconds are monotonic."""

    async def wait(self, lane: Lane) -> float:
        """Seconds until the next message of this lane may leave; 0 or less: now. May have to ask others."""

    def take(self) -> None:
        """A message leaves now."""

    async def pause(self, seconds: float) -> None:
        """Nothing leaves for `seconds`, in no process of the token."""


class OwnPace:
    """The pace of a token that only this process sends for. A reply need not keep the even spacing, only the window."""

    def __init__(self, rate: int, monotonic: Callable[[], float]) -> None:
        self._rate = rate
        self._monotonic = monotonic
        self._step = (WINDOW + MARGIN) / rate
        self._left: deque[float] = deque(maxlen=rate)
        self._even = float("-inf")
        self._paused_until = float("-inf")

    async def wait(self, lane: Lane) -> float:
        now = self._monotonic()
        free = self._left[0] + WINDOW + MARGIN if len(self._left) == self._rate else now
        just_resumed = now < self._paused_until + WINDOW
        even = self._even if lane is Lane.BULK or just_resumed else now
        return max(free, even, self._paused_until) - now

    def take(self) -> None:
        now = self._monotonic()
        self._left.append(now)
        self._even = max(self._even, now - _CATCH_UP) + self._step

    async def pause(self, seconds: float) -> None:
        until = self._monotonic() + seconds
        self._paused_until = max(self._paused_until, until)
        self._even = max(self._even, until)
