"""How many messages may have reached Telegram in the last second, as far as their sender can know.

Telegram counts arrivals, and a sender sees departures and answers. A message that took longer than the quickest ones
may have spent the difference on its way there, and so counts as arrived that much later. With it a busy machine or
network sends no more than `rate` in any second, and an even one loses nothing.
"""

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Self

SECOND = 1.0
MARGIN = 0.01
"""Seconds by which even spacing is slower than the window, so that what is late does not meet its end."""
# What is left to chance: the quickest answer known may not be the quickest possible.
_SLACK = 0.005
# The quickest is forgotten after so many seconds: roads change.
_REMEMBERED = 10.0
# And so many have to be known before the quickest is believed: the first are slow on both ends.
_ENOUGH = 8
# What is longer on its way has arrived, or never will.
_LONGEST = 2.0
# While all that may have arrived is still on its way, look again after so many seconds.
_LOOK_AGAIN = 0.005


class Flight:
    """The permit of one message. Around its sending, `with flight:` tells when it was answered."""

    def __init__(self, window: "Window", left: float) -> None:
        self._window = window
        self.left = left
        self.waited = 0.0
        """Seconds for which the permit was waited for, its chat's own pace apart."""

    def __enter__(self) -> Self:
        self._window.take_off(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._window.land(self)


class Quickest:
    """How long something takes at least, as its last times tell; 0 until enough of them are known."""

    def __init__(self) -> None:
        self._times = 0
        self._least: deque[tuple[float, float]] = deque()
        """When one was over and how long it took: those than which none that came later was quicker."""

    @property
    def took(self) -> float:
        """In seconds."""
        return self._least[0][1] if self._times >= _ENOUGH else 0.0

    def learn(self, now: float, took: float) -> None:
        """One that is over `now` took so long."""
        while self._least and self._least[0][0] < now - _REMEMBERED:
            self._least.popleft()
        self._times = self._times + 1 if self._least else 1  # after a long silence nothing is known any more
        while self._least and self._least[-1][1] >= took:
            self._least.pop()
        self._least.append((now, took))


class Window:
    """At most `rate` messages in any second. `monotonic` in seconds, as all instants here."""

    def __init__(self, rate: int, monotonic: Callable[[], float]) -> None:
        self._rate = rate
        self._monotonic = monotonic
        self._arrived: list[float] = []
        """In rising order."""
        self._flying: dict[Flight, None] = {}
        """In the order of departure."""
        self._quickest = Quickest()

    def held(self) -> int:
        """How many may have reached Telegram in the last second, or are still on their way."""
        self._forget(self._monotonic())
        return len(self._arrived) + len(self._flying)

    def wait(self, spare: int = 0) -> float:
        """Seconds until one more may leave and so many places stay free; 0: now."""
        now = self._monotonic()
        too_many = self.held() - (self._rate - spare) + 1
        if too_many <= 0:
            return 0.0
        if too_many > len(self._arrived):
            return _LOOK_AGAIN
        return self._arrived[too_many - 1] + SECOND + _SLACK - now

    def leave(self) -> Flight:
        """One more leaves now; unless its sending is told of, it counts as arrived at once."""
        flight = Flight(self, self._monotonic())
        insort(self._arrived, flight.left)
        return flight

    def take_off(self, flight: Flight) -> None:
        """Its sending begins; until now it counted from its permit."""
        place = bisect_left(self._arrived, flight.left)
        if self._arrived[place : place + 1] == [flight.left]:
            del self._arrived[place]
        flight.left = self._monotonic()
        self._flying[flight] = None

    def land(self, flight: Flight) -> None:
        """It was answered, or given up; also if that took so long that it counted no more."""
        now = self._monotonic()
        if flight in self._flying:
            del self._flying[flight]
            self._quickest.learn(now, now - flight.left)
        insort(self._arrived, now - self._quickest.took)

    def _forget(self, now: float) -> None:
        gone = 0
        while gone < len(self._arrived) and self._arrived[gone] + SECOND + _SLACK <= now:
            gone += 1
        del self._arrived[:gone]
        while self._flying and (first := next(iter(self._flying))).left + _LONGEST <= now:
            del self._flying[first]
