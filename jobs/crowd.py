"""When many people choose 08:00: the worst minute of the coming day, and how long its nudges take to leave. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Crowd:
    """A minute in which much is due. `at` is its beginning, in UTC.

    `drains_in`: from then until the last nudge of this minute has left, what was waiting before it included.
    """

    at: datetime
    due: int
    drains_in: timedelta


def worst(due: Iterable[tuple[datetime, int]], *, rate: int) -> Crowd | None:
    """The minute whose last nudge leaves latest at `rate` nudges a second, the earliest of equals; None: nothing due.

    `due`: instants in order, and how many nudges fall due at each. Every minute counts as if all of it fell due at its
    beginning; what it cannot send is carried over.
    """
    crowds = []
    waiting, before = 0.0, None
    for at, count in _by_minute(due):
        if before is not None:
            waiting = max(0.0, waiting - (at - before).total_seconds() * rate)
        waiting, before = waiting + count, at
        crowds.append(Crowd(at, count, timedelta(seconds=waiting / rate)))
    return max(crowds, key=lambda crowd: crowd.drains_in, default=None)


def _by_minute(due: Iterable[tuple[datetime, int]]) -> Iterable[tuple[datetime, int]]:
    minutes: Counter[datetime] = Counter()
    for at, count in due:
        minutes[at.replace(second=0, microsecond=0)] += count
    return minutes.items()
